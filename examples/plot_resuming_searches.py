"""
A search that is cut short and goes on
======================================

With a folder as `memory`, each fit that is finished is kept. A search that was killed trains only
what is missing, a wider search only what is new, and a longer training goes on from a shorter one.
We end a search on purpose, run it again, and count the epochs that are trained.
"""

# %%
# The digits
# ----------
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = X / 16

# %%
# A search that ends too soon
# ---------------------------
#
# The folder is the only thing that is new. What would be a power cut is an exception here, raised
# when the search scores its eighth fit. `random_state` is set, for fits without one are never the
# same and are not kept.
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
    """Give the accuracy, seven times."""
    global n_scored
    n_scored += 1
    if n_scored == 8:
        raise KeyboardInterrupt
    return accuracy_score(y_true, y_pred)


try:
    GridSearchCV(network, space, cv=3, scoring=make_scorer(score_until_the_power_is_cut)).fit(X, y)
except KeyboardInterrupt:
    print("The power was cut.")

# %%
# The folder holds eight fits: what was trained before that moment.
from pathlib import Path


def count_fits():
    """Count the files in the folder."""
    return len(list(Path(folder.name).rglob("*.fit")))


print(count_fits(), "fits of", 3 * 6)

# %%
# Again
# -----
#
# The same search reads these eight, and trains the other ten and the best candidate on all rows.
# Without memory, the result is the same to the last bit.
from sklearn.base import clone

search = GridSearchCV(network, space, cv=3).fit(X, y)
print(count_fits(), "fits;", search.best_params_, f"{search.best_score_:.4f}")
plain = GridSearchCV(clone(network).set_params(memory=None), space, cv=3).fit(X, y)
assert (plain.cv_results_["mean_test_score"] == search.cv_results_["mean_test_score"]).all()

# %%
# More epochs
# -----------
#
# The number of epochs is a place on the way of a fit. Successive halving gives each round three
# times the epochs of the one before, and goes on from where that one stood: no epoch is trained
# twice.
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
).fit(X, y)
print(dict(zip(halving.n_resources_, halving.n_candidates_, strict=True)), halving.best_params_)

# %%
# The winner on the first fold was trained in three rounds. Asked for again, it is read, and its
# losses are those of one training.
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
ax.set(xlabel="epoch", ylabel="loss", yscale="log", title="Three rounds, as if in one go")
folder.cleanup()
plt.show()
