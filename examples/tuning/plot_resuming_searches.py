"""
Resume an interrupted search
============================

If ``memory`` is a folder, each finished fit is stored there. A search that was killed then trains
only the missing fits, a larger search only the new ones, and a longer training continues a shorter
one. We interrupt a search, run it again, and count the stored fits.
"""

# %%
# The data
# --------
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = X / 16

# %%
# An interrupted search
# ---------------------
#
# The folder is the only addition to a normal search. An exception, raised when the search scores
# its eighth fit, simulates a power cut. ``random_state`` is set because fits without a seed always
# differ and are not stored.
import tempfile

from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV

from skkeras import KerasMLPClassifier

folder = tempfile.TemporaryDirectory()
network = KerasMLPClassifier(
    hidden_layer_sizes=(32,), epochs=10, random_state=0, memory=folder.name
)
space = {"learning_rate": [1e-2, 3e-3, 1e-3], "alpha": [1e-4, 1e-1]}
n_scored = 0


def score_until_the_power_is_cut(y_true, y_pred):
    """Return the accuracy; the eighth call raises KeyboardInterrupt."""
    global n_scored
    n_scored += 1
    if n_scored == 8:
        raise KeyboardInterrupt
    return accuracy_score(y_true, y_pred)


try:
    GridSearchCV(
        network, space, cv=3, scoring=make_scorer(score_until_the_power_is_cut)
    ).fit(X, y)
except KeyboardInterrupt:
    print("The power was cut.")

# %%
# The folder contains the eight fits that finished before the interruption.
from pathlib import Path


def count_fits():
    """Return the number of stored fits in the folder."""
    return len(list(Path(folder.name).rglob("*.fit")))


print(count_fits(), "fits of", 3 * 6)

# %%
# Resuming the search
# -------------------
#
# The same search reads these eight fits, trains the other ten, and refits the best candidate on all
# rows. Without ``memory``, the result is bit-for-bit the same.
from sklearn.base import clone

search = GridSearchCV(network, space, cv=3).fit(X, y)
print(count_fits(), "fits;", search.best_params_, f"{search.best_score_:.4f}")
plain = GridSearchCV(clone(network).set_params(memory=None), space, cv=3).fit(X, y)
assert (
    plain.cv_results_["mean_test_score"] == search.cv_results_["mean_test_score"]
).all()

# %%
# More epochs
# -----------
#
# A fit with more epochs continues from a stored fit with fewer. Successive halving gives each
# iteration three times the epochs of the previous one and continues from there, so no epoch is
# trained twice.
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingGridSearchCV

halving = HalvingGridSearchCV(
    network,
    {"learning_rate": [3e-2, 1e-2, 3e-3, 1e-3], "alpha": [1e-4, 1e-2, 1e-1]},
    resource="epochs",
    min_resources=3,
    max_resources=27,
    factor=3,
    cv=3,
)
halving.fit(X, y)
print(
    dict(zip(halving.n_resources_, halving.n_candidates_, strict=True)),
    halving.best_params_,
)

# %%
# The best candidate was trained in three iterations on the first fold. Fitting it again reads the
# stored fit, and its losses are those of one uninterrupted training.
import matplotlib.pyplot as plt
from sklearn.model_selection import StratifiedKFold

rows, _ = next(StratifiedKFold(3).split(X, y))
n_fits = count_fits()
winner = clone(network).set_params(**halving.best_params_).fit(X[rows], y[rows])
assert count_fits() == n_fits

losses = winner.history_["loss"]
fig, ax = plt.subplots()
ax.plot(range(1, len(losses) + 1), losses)
for n_epochs in halving.n_resources_[:-1]:
    ax.axvline(n_epochs, color="0.7", linestyle=":")
ax.set(
    xlabel="epoch", ylabel="loss", yscale="log", title="Three rounds, as if in one go"
)
folder.cleanup()
plt.show()
