"""
Words and numbers at once: networks of several branches
=======================================================

A table of reviews holds texts, numbers and categories. Each kind goes to a branch of one network,
and what the branches find is joined. Together they tell more than either alone.
"""

# %%
# A table of several kinds
# ------------------------
#
# How many stars did a customer give? There is what the customer wrote, in a title and a text; and
# there is what the shop knows: age, what was bought, how many others found the review helpful, and
# whether the customer recommends the piece. The number of the piece is left out here: it is a name,
# and there are more than a thousand of them.
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.model_selection import train_test_split

from skkeras import KerasMultiInputRegressor
from skkeras.datasets import fetch_clothing_reviews

table, stars = (part[:7000] for part in fetch_clothing_reviews("Rating"))
X, X_test, y, y_test = train_test_split(
    table.drop(columns="Clothing ID"), stars, test_size=0.4, random_state=0, stratify=stars
)
print(X.iloc[0])

# %%
# What goes where
# ---------------
#
# ``branches`` names the branches: of what kind each is, and which columns it reads. What is in no
# branch is left out, so the same network can be asked what texts and table tell alone. Numbers may
# be missing, and so may texts and categories; scales, categories and vocabularies are learned in
# ``fit``, and in cross-validation from the training rows alone.
review = {"review": ("texts", ["Title", "Review Text"])}
shop = {
    "numbers": ("numbers", ["Age", "Positive Feedback Count"]),
    "names": (
        "categories",
        ["Recommended IND", "Division Name", "Department Name", "Class Name"],
    ),
}
params = {"epochs": 5, "max_length": 128, "n_pairs": 4096, "random_state": 0}
scores = {}
for name, branches in {"texts": review, "table": shop, "both": {**review, **shop}}.items():
    network = KerasMultiInputRegressor(branches=branches, **params).fit(X, y)
    scores[name] = network.score(X_test, y_test)
    print(f"{name:6} R² {scores[name]:.3f}")

# %%
# Where ``branches`` is left out, the network guesses by the types and contents of the columns, and
# ``branches_`` says what it guessed. The vectors that the branches make are put side by side,
# unless ``fusion`` is ``"gating"`` or ``"attention"``, which a search can try.
#
# %%
# Which columns count
# -------------------
#
# What is an estimator of scikit-learn goes into its tools. Shuffling one column after the other
# shows how much the network that has both goes by each of them.
from sklearn.inspection import permutation_importance

columns = [column for _, held in network.branches_.values() for column in held]
found = permutation_importance(network, X_test[:500], y_test[:500], n_repeats=2, random_state=0)
importance = pd.Series(found.importances_mean, X_test.columns)[columns].sort_values()

figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
axes[0].bar(list(scores), list(scores.values()), color=["tab:gray", "tab:gray", "tab:blue"])
axes[0].set(ylabel="R² on new reviews")
axes[1].barh(importance.index, importance)
axes[1].set(xlabel="R² lost when the column is shuffled")
plt.show()
