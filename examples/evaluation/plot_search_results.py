"""
Plot the results of a search
============================

A search returns the best of many candidates. Its results also show which parameters matter, whether
the ranges are wide enough and whether the search has converged. ``SearchResultsDisplay`` plots the
results of any search with the interface of scikit-learn, and ``search_report`` writes all plots to
one page.
"""

# %%
# A search
# --------
#
# 30 random networks for handwritten digits of 8 by 8 pixels. Learning rates are drawn from a
# log-uniform distribution, so that all orders of magnitude are equally likely.
from scipy.stats import loguniform, uniform
from sklearn.datasets import load_digits
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skkeras import KerasMLPClassifier

X, y = load_digits(return_X_y=True)
X, y = X[:600], y[:600]
network = make_pipeline(MinMaxScaler(), KerasMLPClassifier(epochs=6, random_state=0))
space = {
    "kerasmlpclassifier__hidden_layer_sizes": [(16,), (64,)],
    "kerasmlpclassifier__learning_rate": loguniform(1e-4, 1),
    "kerasmlpclassifier__dropout": uniform(0, 0.7),
    "kerasmlpclassifier__batch_size": [32, 128],
}
search = RandomizedSearchCV(network, space, n_iter=30, cv=2, random_state=0).fit(X, y)
print(f"{search.best_score_:.3f}", search.best_params_)

# %%
# Parameter importance
# --------------------
#
# Functional analysis of variance (Hutter et al. 2014) decomposes the variance of the scores: it
# shows how much each parameter explains alone, and how much only several parameters explain
# together. If there are too few candidates for an estimate, the plot shows a warning.
import matplotlib.pyplot as plt

from skkeras.inspection import SearchResultsDisplay

SearchResultsDisplay.from_search(search, "importance")
plt.show()

# %%
# Are the ranges wide enough?
# ---------------------------
#
# The scores over one parameter at a time. The best learning rate is well within its range; if the
# best value is at the edge, the range is too narrow.
display = SearchResultsDisplay.from_search(search, "slice")
plt.show()

# %%
# The same display draws the other plots without reading the search again. The heat map shows two
# parameters at a time: by default, the two that explain most of the variance of the scores.
display.plot("heatmap")
plt.show()

# %%
# All parameters at once
# ----------------------
#
# Each candidate is a line from its parameters to its score; better candidates are darker. The best
# values are where the dark lines concentrate.
display.plot("parallel")
plt.show()

# %%
# Has the search converged?
# -------------------------
#
# The candidates in the order in which they were tried, and the best score so far.
display.plot("convergence")
plt.show()

# %%
# Searches with increasing budgets
# --------------------------------
#
# Hyperband trains many candidates for a few epochs, and few candidates for many epochs. Colours
# show the number of epochs; the line is the best score so far over all of them.
from skkeras.model_selection import HyperbandSearchCV

del space["kerasmlpclassifier__hidden_layer_sizes"]
hyperband = HyperbandSearchCV(network, space, max_resources=9, cv=2, random_state=0)
hyperband.fit(X, y)
figure, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
SearchResultsDisplay.from_search(hyperband, "convergence", ax=axes[0])
SearchResultsDisplay.from_search(
    hyperband, "slice", params=["kerasmlpclassifier__learning_rate"], ax=axes[1]
)
plt.show()

# %%
# HTML report of a search
# -----------------------
#
# The report contains the plots, all candidates from best to worst, the best pipeline and its
# training history, the code of the search, seeds and versions. It is one file that can be read
# without internet access.
from pathlib import Path
from tempfile import TemporaryDirectory

from skkeras.inspection import search_report

with TemporaryDirectory() as folder:
    page = search_report(search, Path(folder) / "digits.html")
    print(f"{page.stat().st_size / 1e3:.0f} kB")
