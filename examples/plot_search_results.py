"""
What a search found, seen from five sides
=========================================

A search tries many candidates and tells the best. What else does it know: which parameters
matter, whether the ranges are wide enough, whether it has come to rest? ``SearchResultsDisplay``
shows the results of any search of scikit-learn's kind, and ``search_report`` puts all into one
page.
"""

# %%
# A search
# --------
#
# 30 random networks for handwritten digits of 8 by 8 pixels. Learning rates are drawn so that each
# order of magnitude is as likely as the others.
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
# Which parameters matter?
# ------------------------
#
# Functional analysis of variance (Hutter et al. 2014) shares out the variance of the scores: how
# much of it does each parameter explain alone, how much only several together? Where there are too
# few candidates to tell, the plot says so.
import matplotlib.pyplot as plt

from skkeras.inspection import SearchResultsDisplay

SearchResultsDisplay.from_search(search, "importance")
plt.show()

# %%
# Are the ranges wide enough?
# ---------------------------
#
# Scores over one parameter at a time. The learning rate has its best well within its range;
# where the best lies at the edge, the range was too narrow.
display = SearchResultsDisplay.from_search(search, "slice")
plt.show()

# %%
# A display draws its other plots too, without reading the search again. Two parameters at a time:
# the two that explain most of the scores, unless others are asked for.
display.plot("heatmap")
plt.show()

# %%
# All at once
# -----------
#
# Each candidate is a line from its parameters to its score: the better, the darker. Look where the
# dark lines gather.
display.plot("parallel")
plt.show()

# %%
# Has it come to rest?
# --------------------
#
# Candidates in the order tried, and the best so far.
display.plot("convergence")
plt.show()

# %%
# Searches that raise their budget
# --------------------------------
#
# Hyperband trains many candidates for a few epochs, and few for many. Colours tell the epochs; the
# line of the best so far goes over all.
from skkeras.model_selection import HyperbandSearchCV

del space["kerasmlpclassifier__hidden_layer_sizes"]
hyperband = HyperbandSearchCV(network, space, max_resources=9, cv=2, random_state=0).fit(X, y)
figure, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
SearchResultsDisplay.from_search(hyperband, "convergence", ax=axes[0])
SearchResultsDisplay.from_search(
    hyperband, "slice", params=["kerasmlpclassifier__learning_rate"], ax=axes[1]
)
plt.show()

# %%
# A page to keep
# --------------
#
# The plots, all candidates from the best down, the best pipeline and its training, the search as
# code, seeds and versions: one file that needs no network to be read.
from pathlib import Path
from tempfile import TemporaryDirectory

from skkeras.inspection import search_report

with TemporaryDirectory() as folder:
    page = Path(folder) / "digits.html"
    search_report(search, page)
    print(f"{page.stat().st_size / 1e3:.0f} kB")
