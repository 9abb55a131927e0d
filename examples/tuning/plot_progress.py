"""
Show progress and repeat fits with several seeds
================================================

A search that takes an hour should report its progress. Also, the score of a network depends on the
seed of its initial weights, so the best candidate may be better only by chance. Parameters and
callbacks of a search address both.
"""

# %%
# One line per candidate
# ----------------------
#
# ``verbose=1`` prints the mean, the standard deviation and the parameters of each candidate as soon
# as it is scored. By default, a search prints nothing.
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.model_selection import GridSearchCV

X, y = load_digits(return_X_y=True)
X, y = X[:600], y[:600]
network = make_pipeline(
    StandardScaler(),
    KerasMLPClassifier(
        hidden_layer_sizes=(32,), epochs=8, batch_size=32, random_state=0
    ),
)
grid = {
    "kerasmlpclassifier__learning_rate": [1e-3, 3e-3, 1e-2],
    "kerasmlpclassifier__dropout": [0.0, 0.2],
}
search = GridSearchCV(network, grid, cv=3, verbose=1).fit(X, y)

# %%
# Progress bars
# -------------
#
# Any search, including those of scikit-learn, accepts progress bars. While the search runs, they
# show the candidate, the fold and the epoch, and the best score so far:
#
# .. code-block:: none
#
#    GridSearchCV - fit                                                   ━━╺━━━━━  16% 0:00:38
#      GridSearchCV - search #0                                           ━━━━━╸━━  31% 0:00:16
#        GridSearchCV - candidate 3 of 8, best so far 0.7800 #2           ━━━━╺━━━  50% 0:00:01
#          GridSearchCV - candidate 3, fold 2 of 3 | Pipeline - fit #1    ━━━━╺━━━  50% -:--:--
#            Pipeline - fit-final-estimator | KerasMLPClassifier - fit #1 ━━━╺━━━━  40% 0:00:00
#
# The bars of finished fits are removed. scikit-learn's ``ProgressBar`` also works, and keeps a line
# for every fit.
from skkeras.model_selection import SearchProgressBar

search = GridSearchCV(network, grid, cv=3).set_callbacks(SearchProgressBar()).fit(X, y)

# %%
# Several seeds per candidate
# ---------------------------
#
# ``n_repeats=4`` fits each candidate with four seeds on every fold and ranks candidates by the mean
# of all scores. ``std_repeats_test_score`` is the standard deviation caused by the seeds alone. A
# difference between two candidates that is not greater is not meaningful.
import pandas as pd

search = GridSearchCV(network, grid, cv=3, n_repeats=4).fit(X, y)
results = pd.DataFrame(search.cv_results_).sort_values("rank_test_score")
columns = ["mean_test_score", "std_repeats_test_score"]
columns += [f"repeat{repeat}_test_score" for repeat in range(4)]
names = {name: name.split("__")[1] for name in results if "__" in name}
results.rename(columns=names)[[*names.values(), *columns]].round(3)

# %%
# The scores of each candidate for all seeds: with only one seed, the search might have selected a
# different candidate.
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
labels = [
    f"{rate:g}, {dropout:g}"
    for rate, dropout in results[[f"param_{name}" for name in grid]].itertuples(
        index=False
    )
]
for repeat in range(4):
    scores = results[f"repeat{repeat}_test_score"]
    ax.plot(scores, range(len(results)), "o", alpha=0.6, label=f"seed {repeat + 1}")
ax.plot(
    results["mean_test_score"], range(len(results)), "k|", markersize=16, label="mean"
)
ax.set(xlabel="accuracy, mean of 3 folds", ylabel="learning rate, dropout")
ax.set_yticks(range(len(results)), labels)
ax.invert_yaxis()
figure.legend(loc="outside lower center", ncols=5)
plt.show()
