"""
Tune a perceptron with Hyperband
================================

Most candidates of a search are visibly bad after a few epochs. Hyperband trains many candidates for
a few epochs and continues the training of the best ones only. We use it to tune a perceptron on the
digits of MNIST, and compare it with a random search of the same number of epochs.
"""

# %%
# The data
# --------
#
# 1,000 training and 2,000 test digits. Some pixels are always black; the pipeline removes them.
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
# The search sets the number of epochs of each candidate, to at most 27. Its first bracket starts
# with 27 candidates and one epoch each, of which the best nine continue to three epochs, three to
# nine, and one to 27. The next brackets start with fewer candidates and more epochs, for candidates
# that learn slowly but well.
from scipy.stats import loguniform, uniform

from skkeras.model_selection import HyperbandSearchCV

space = {
    "kerasmlpclassifier__learning_rate": loguniform(1e-5, 1e-1),
    "kerasmlpclassifier__dropout": uniform(0, 0.6),
    "kerasmlpclassifier__alpha": loguniform(1e-4, 1e1),
}
search = HyperbandSearchCV(model, space, max_resources=27, cv=2, random_state=0)
search.fit(X, y)
for candidates, epochs in zip(search.n_candidates_, search.n_resources_, strict=True):
    print(
        "  ".join(
            f"{n:2} for {k:2} epochs" for n, k in zip(candidates, epochs, strict=True)
        )
    )

# %%
# Each line is a candidate and ends where its training was stopped. The colour is the learning rate,
# which can often be judged after one epoch.
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
    plt.cm.ScalarMappable(norm, "viridis"),
    ax=axes,
    label="learning rate",
    aspect=25,
    pad=0.01,
)
plt.show()

# %%
# Random search with the same number of epochs
# --------------------------------------------
#
# A rung of a bracket continues the training of the previous rung, so no epoch is trained twice. For
# the same number of epochs, a random search trains this many candidates to the end:
from sklearn.model_selection import RandomizedSearchCV

spent = sum(
    np.dot(candidates, np.diff(epochs, prepend=0))
    for candidates, epochs in zip(
        search.n_candidates_, search.n_resources_, strict=True
    )
)
drawn = sum(candidates[0] for candidates in search.n_candidates_)
n_iter = round(spent / 27)
print(
    f"Hyperband tried {drawn} candidates in {spent} epochs; in full, these are {n_iter}."
)

model.set_params(kerasmlpclassifier__epochs=27)
randomized = RandomizedSearchCV(model, space, n_iter=n_iter, cv=2, random_state=0)
randomized.fit(X, y)
for name, tuned in {"Hyperband": search, "random": randomized}.items():
    new = tuned.score(X_test, y_test)
    print(f"{name:10} {tuned.best_score_:.3f} in the search, {new:.3f} new")

# %%
# Both searches reach similar scores here, because a third of all candidates is good, so that a
# random search of 13 candidates finds one. The rarer good candidates are, the more it helps to
# train many of them for a few epochs.
#
# The best candidate was refitted on all 1,000 digits for 27 epochs. ``best_params_`` includes this
# number of epochs, so that these parameters reproduce the network:
for name, value in search.best_params_.items():
    print(f"{name} = {value:.3g}")
