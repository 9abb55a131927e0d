"""
Comparing models, and a network before and after tuning
=======================================================

Is the tuned network better than the forest, or was it lucky with the folds? We compare classic
models, a network as it comes and the same network with a search around it, on the same folds, and
ask how sure the differences are.
"""

# %%
# The houses
# ----------
#
# Median house values of Californian districts in 1990, in 100,000 dollars; 2,000 of the 20,640
# districts, so that this page is quick.
from skkeras.datasets import fetch_california_housing

X, y = fetch_california_housing()
X = X.sample(2000, random_state=0)
y = y[X.index]

# %%
# The models
# ----------
#
# ``tuned`` is a search. In each fold it tries its candidates on the training rows alone, by folds
# of its own: the test rows of the outer fold have no part in the choice. This is nested
# cross-validation, and the only fair way to set a tuned model beside others.
from scipy.stats import loguniform, uniform
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

from skkeras import KerasMLPRegressor
from skkeras.model_selection import RandomizedSearchCV

scaler = QuantileTransformer(n_quantiles=200, output_distribution="normal", random_state=0)
network = make_pipeline(
    scaler, KerasMLPRegressor(hidden_layer_sizes=(64,), epochs=15, batch_size=64, random_state=0)
)
step = "kerasmlpregressor__"
space = {
    f"{step}learning_rate": loguniform(3e-4, 3e-2),
    f"{step}alpha": loguniform(1e-6, 1e-2),
    f"{step}dropout": uniform(0, 0.3),
}
tuned = RandomizedSearchCV(network, space, n_iter=5, cv=2, random_state=0)
models = {
    "ridge": make_pipeline(scaler, RidgeCV()),
    "forest": RandomForestRegressor(min_samples_leaf=2, random_state=0),
    "boosting": HistGradientBoostingRegressor(random_state=0),
    "network": network,
    "network, tuned": tuned,
}

# %%
# On the same folds
# -----------------
from skkeras.model_selection import compare_models

comparison = compare_models(models, X, y, cv=5, scoring="r2", random_state=0)
print(comparison)

# %%
# The table has names as in ``cv_results_``; times are in seconds, and that of ``tuned`` is for the
# whole search.
comparison.frame[["mean_test_score", "std_test_score", "mean_fit_time", "mean_score_time"]]

# %%
# More than chance?
# -----------------
#
# The folds share most of their training rows, so an ordinary paired t-test would find differences
# where there are none. These tests are corrected for it (Nadeau and Bengio 2003), and ``p_holm``
# for the number of pairs.
comparison.tests.round(4)

# %%
# Before and after, the network with itself:
one, other = "network, tuned", "network"
pair = comparison.tests.reindex([(one, other), (other, one)]).dropna()
pair.round(4)

# %%
import matplotlib.pyplot as plt

comparison.plot()
plt.show()

# %%
# What the search chose
# ---------------------
#
# Each fold searched for itself, so they need not agree.
import pandas as pd

chosen = [search.best_params_ for search in comparison.estimators["network, tuned"]]
pd.DataFrame(chosen).rename(columns=lambda name: name.removeprefix(step)).rename_axis("fold")
