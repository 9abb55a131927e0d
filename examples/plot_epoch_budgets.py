"""
A budget of epochs
==================

Most candidates of a search are visibly bad after a few epochs. Hyperband trains many of them for a
short time, and only the best go on, from where they stopped. We watch it tune a perceptron on
MNIST's digits, and compare it with a random search of as many epochs.
"""

# %%
# The digits
# ----------
#
# 1,000 digits to learn from and 2,000 new ones to judge by. Some pixels are always black, and a
# pipeline leaves them out.
from sklearn.feature_selection import VarianceThreshold
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skkeras import KerasMLPClassifier
from skkeras.datasets import fetch_mnist

images, labels = fetch_mnist()
pixels = images.reshape(len(images), -1) / 255
X, X_test, y, y_test = train_test_split(
    pixels, labels, train_size=1000, test_size=2000, stratify=labels, random_state=0
)
network = KerasMLPClassifier(hidden_layer_sizes=(64,), batch_size=50, random_state=0)
model = make_pipeline(VarianceThreshold(), network)

# %%
# Brackets
# --------
#
# Nobody says how many epochs to train for: the search deals them out, 27 at most. Its first bracket
# starts with 27 candidates of one epoch each, of which the best nine go on to three epochs, three
# to nine, and one to 27. The next brackets start with fewer candidates and more epochs, for those
# that learn slowly and well.
from scipy.stats import loguniform, uniform

from skkeras.model_selection import HyperbandSearchCV

space = {
    "kerasmlpclassifier__learning_rate": loguniform(1e-5, 1e-1),
    "kerasmlpclassifier__dropout": uniform(0, 0.6),
    "kerasmlpclassifier__alpha": loguniform(1e-4, 1e1),
}
search = HyperbandSearchCV(model, space, max_resources=27, cv=2, random_state=0).fit(X, y)
for candidates, epochs in zip(search.n_candidates_, search.n_resources_, strict=True):
    print("  ".join(f"{n:2} for {k:2} epochs" for n, k in zip(candidates, epochs, strict=True)))

# %%
# Each line is a candidate, as far as it got; its colour is the learning rate, which one epoch is
# often enough to judge.
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm

results = search.cv_results_
rates = results["param_kerasmlpclassifier__learning_rate"].astype(float)
brackets = np.unique(results["bracket"])[::-1]
figure, axes = plt.subplots(1, 4, figsize=(9.5, 3.4), sharey=True, layout="constrained")
norm = LogNorm(1e-5, 1e-1)
for ax, bracket in zip(axes, brackets, strict=True):
    here = results["bracket"] == bracket
    for rate in np.unique(rates[here]):
        rows = np.flatnonzero(here & (rates == rate))
        ax.plot(
            results["n_resources"][rows],
            results["mean_test_score"][rows],
            "o-",
            color=plt.cm.viridis(norm(rate)),
            markersize=4,
        )
    ax.set(title=f"bracket {bracket}", xlabel="epochs", xscale="log", xlim=(0.8, 34))
    ax.set_xticks([1, 3, 9, 27], [1, 3, 9, 27])
    ax.minorticks_off()
axes[0].set(ylabel="accuracy, mean of 2 folds")
figure.colorbar(
    plt.cm.ScalarMappable(norm, "viridis"), ax=axes, label="learning rate", aspect=25, pad=0.01
)
plt.show()

# %%
# As many epochs at random
# ------------------------
#
# No epoch is trained twice, so that the rungs of a bracket cost what they add. For as many epochs,
# a random search trains this many candidates in full:
from sklearn.model_selection import RandomizedSearchCV

spent = sum(
    np.dot(candidates, np.diff(epochs, prepend=0))
    for candidates, epochs in zip(search.n_candidates_, search.n_resources_, strict=True)
)
drawn = sum(candidates[0] for candidates in search.n_candidates_)
n_iter = round(spent / 27)
print(f"Hyperband looked at {drawn} candidates in {spent} epochs; in full, these are {n_iter}.")

model.set_params(kerasmlpclassifier__epochs=27)
randomized = RandomizedSearchCV(model, space, n_iter=n_iter, cv=2, random_state=0).fit(X, y)
for name, tuned in {"Hyperband": search, "random": randomized}.items():
    print(f"{name:10} {tuned.best_score_:.3f} in the search, {tuned.score(X_test, y_test):.3f} new")

# %%
# Both end alike here, where a third of all candidates is good: thirteen draws find one. The rarer
# good candidates are, the more it helps to look at many of them for a short time.
#
# The best candidate was trained once more, on all 1,000 digits, for 27 epochs. Its parameters say
# so, and make the same network again:
for name, value in search.best_params_.items():
    print(f"{name} = {value:.3g}")
