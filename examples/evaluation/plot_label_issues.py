"""
Find mislabelled rows
=====================

People and programs that label data make mistakes. A model that has not seen a row predicts another
class than the given one if its label is wrong. We rank the rows by such predictions, look at the
first ones, and train a network without them.
"""

# %%
# Data with wrong labels
# ----------------------
#
# 1,797 images of handwritten digits. We change a fifth of the labels at random, so that we can
# count how many of them are found.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

X, y_true = load_digits(return_X_y=True)
X /= 16
random = np.random.RandomState(0)
wrong = random.choice(len(y_true), len(y_true) // 5, replace=False)
y = y_true.copy()
y[wrong] = (y[wrong] + random.randint(1, 10, len(wrong))) % 10

# %%
# Rank the rows
# -------------
#
# ``label_issues`` takes out-of-fold probabilities, or a search that was run with
# ``keep="predictions"``. A row is an issue if it is a confident example of another class than the
# given one (confident learning, Northcutt et al. 2021). ``score`` is the probability of the given
# label minus that of the likeliest other class.
import pandas as pd
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from skkeras import KerasMLPClassifier
from skkeras.inspection import label_issues

network = KerasMLPClassifier(epochs=40, batch_size=64, random_state=0)
cv = StratifiedKFold(5, shuffle=True, random_state=0)
probabilities = cross_val_predict(network, X, y, cv=cv, method="predict_proba")
issues = pd.DataFrame(label_issues(probabilities, y))
issues.head(10)

# %%
# The images that rank highest, with their given and their likely labels:
figure, axes = plt.subplots(2, 6, figsize=(8, 3.4), layout="constrained")
for axis, issue in zip(axes.flat, issues.itertuples(), strict=False):
    axis.imshow(X[issue.row].reshape(8, 8), cmap="gray_r")
    axis.set(xticks=[], yticks=[])
    axis.set_title(f"given {issue.given}, likely {issue.likely}", fontsize=8)
plt.show()

# %%
# How many are found?
# -------------------
is_wrong = issues["row"].isin(wrong)
found = is_wrong[issues["is_issue"]]
print(f"{len(found)} issues, {found.sum()} of the {len(wrong)} wrong labels among them")

figure, axes = plt.subplots(figsize=(5.2, 3.6), layout="constrained")
axes.plot(np.arange(1, len(issues) + 1), is_wrong.cumsum() / len(wrong))
axes.axvline(len(found), color="0.4", linestyle="--", label="issues")
axes.set(xlabel="Rows that rank highest", ylabel="Share of the wrong labels among them")
axes.legend()
plt.show()

# %%
# Train without the issues
# ------------------------
#
# Correct the labels by hand if you can. If you cannot, ``CleanLearningClassifier`` does the steps
# above in its ``fit``, and trains the network on the rows without issues. With ``issue_weight``, it
# trains on all rows and gives a smaller weight to those with issues.
#
# We train on three quarters of the images and test on the others with their true labels, in three
# random splits.
from sklearn.base import clone
from sklearn.model_selection import StratifiedShuffleSplit

from skkeras.model_selection import CleanLearningClassifier

models = {"all rows": network, "without issues": CleanLearningClassifier(network)}
splits = StratifiedShuffleSplit(3, test_size=0.25, random_state=0).split(X, y_true)
accuracy = [
    {
        name: clone(model).fit(X[train], y[train]).score(X[test], y_true[test])
        for name, model in models.items()
    }
    for train, test in splits
]
pd.DataFrame(accuracy).rename_axis("split").round(3)

# %%
# The gain depends on the model, on how many wrong labels are found, and on how many right ones are
# taken for wrong. Here it is small and differs between the splits. Measure it on rows whose labels
# you have checked. Leave out rows in training only: a test set without its difficult rows gives a
# score that is too high.
