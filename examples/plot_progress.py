"""
How far is my search, and how much is luck?
===========================================

A search that runs for an hour should say what it does. And a network's score depends on the seed
of its weights: is the best candidate better, or did it start well? Both are parameters of a search
here.
"""

# %%
# A line a candidate
# ------------------
#
# ``verbose=1`` prints mean, standard deviation and parameters of each candidate as soon as it is
# scored. Without it, a search prints nothing.
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.model_selection import GridSearchCV

X, y = load_digits(return_X_y=True)
X, y = X[:600], y[:600]
network = make_pipeline(
    StandardScaler(),
    KerasMLPClassifier(hidden_layer_sizes=(32,), epochs=8, batch_size=32, random_state=0),
)
grid = {
    "kerasmlpclassifier__learning_rate": [1e-3, 3e-3, 1e-2],
    "kerasmlpclassifier__dropout": [0.0, 0.2],
}
search = GridSearchCV(network, grid, cv=3, verbose=1).fit(X, y)

# %%
# Bars
# ----
#
# Any search, scikit-learn's own too, takes progress bars. While it runs, they show the candidate,
# the fold and the epoch, and the best score so far:
#
# .. code-block:: none
#
#    GridSearchCV - fit                                                   ━━━━╺━━━━━━━━  16% 0:00:38
#      GridSearchCV - search #0                                           ━━━━━━━━╸━━━━  31% 0:00:16
#        GridSearchCV - candidate 3 of 8, best so far 0.7800 #2           ━━━━━━━╺━━━━━  50% 0:00:01
#          GridSearchCV - candidate 3, fold 2 of 3 | Pipeline - fit #1    ━━━━━━━╺━━━━━  50% -:--:--
#            Pipeline - fit-final-estimator | KerasMLPClassifier - fit #1 ━━━━━╺━━━━━━━  40% 0:00:00
#
# What has ended is folded away. scikit-learn's own ``ProgressBar`` works as well, and keeps a line
# for every fit.
from skkeras.model_selection import SearchProgressBar

search = GridSearchCV(network, grid, cv=3).set_callbacks(SearchProgressBar()).fit(X, y)

# %%
# Several seeds
# -------------
#
# ``n_repeats=4`` fits each candidate with four seeds on every fold and ranks by the mean over all.
# What the seeds alone change is ``std_repeats_test_score``. A difference between two candidates
# that is not greater says little.
import pandas as pd

search = GridSearchCV(network, grid, cv=3, n_repeats=4).fit(X, y)
results = pd.DataFrame(search.cv_results_).sort_values("rank_test_score")
columns = ["mean_test_score", "std_repeats_test_score"]
columns += [f"repeat{repeat}_test_score" for repeat in range(4)]
names = {name: name.split("__")[1] for name in results if "__" in name}
results.rename(columns=names)[[*names.values(), *columns]].round(3)

# %%
# Each candidate's seeds side by side: had the search seen one of them only, it might have chosen
# another winner.
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
labels = [
    f"{rate:g}, {dropout:g}"
    for rate, dropout in results[[f"param_{name}" for name in grid]].itertuples(index=False)
]
for repeat in range(4):
    scores = results[f"repeat{repeat}_test_score"]
    ax.plot(scores, range(len(results)), "o", alpha=0.6, label=f"seed {repeat + 1}")
ax.plot(results["mean_test_score"], range(len(results)), "k|", markersize=16, label="mean")
ax.set(xlabel="accuracy, mean of 3 folds", ylabel="learning rate, dropout")
ax.set_yticks(range(len(results)), labels)
ax.invert_yaxis()
figure.legend(loc="outside lower center", ncols=5)
plt.show()
