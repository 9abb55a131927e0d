"""
Compare models with statistical tests
=====================================

Is the tuned network better than the forest, or is the difference due to chance? We compare classic
models, a network with fixed hyperparameters and the same network tuned by a search on the same
folds, and test whether the differences are significant.
"""

# %%
# The data
# --------
#
# Median house values of Californian districts in 1990, in 100,000 dollars. We take 2,000 of the
# 20,640 districts to keep this page fast.
from skkeras.datasets import fetch_california_housing

X, y = fetch_california_housing()
X = X.sample(2000, random_state=0)
y = y[X.index]

# %%
# The models
# ----------
#
# ``tuned`` is a search. In each fold it selects its candidate by cross-validation on the training
# rows only, so that the test rows of the outer fold do not influence the choice. This is nested
# cross-validation, and the only unbiased way to compare a tuned model with others.
from scipy.stats import loguniform, uniform
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

from skkeras import KerasMLPRegressor
from skkeras.model_selection import RandomizedSearchCV

scaler = QuantileTransformer(
    n_quantiles=200, output_distribution="normal", random_state=0
)
network = make_pipeline(
    scaler,
    KerasMLPRegressor(
        hidden_layer_sizes=(64,), epochs=15, batch_size=64, random_state=0
    ),
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
# Comparison on the same folds
# ----------------------------
from skkeras.model_selection import compare_models

comparison = compare_models(models, X, y, cv=5, scoring="r2", random_state=0)
print(comparison)

# %%
# The columns are named as in ``cv_results_``. Times are in seconds; that of ``tuned`` includes the
# whole search.
comparison.frame[
    ["mean_test_score", "std_test_score", "mean_fit_time", "mean_score_time"]
]

# %%
# Are the differences significant?
# --------------------------------
#
# The training sets of the folds overlap, so an ordinary paired t-test finds differences where there
# are none. These tests are corrected for it (Nadeau and Bengio 2003), and ``p_holm`` is also
# corrected for the number of pairs.
comparison.tests.round(4)

# %%
# The network with and without tuning:
one, other = "network, tuned", "network"
pair = comparison.tests.reindex([(one, other), (other, one)]).dropna()
pair.round(4)

# %%
import matplotlib.pyplot as plt

comparison.plot()
plt.show()

# %%
# Selected hyperparameters
# ------------------------
#
# Each outer fold runs its own search, so the selected hyperparameters can differ between folds.
import pandas as pd

chosen = [search.best_params_ for search in comparison.estimators["network, tuned"]]
pd.DataFrame(chosen).rename(columns=lambda name: name.removeprefix(step)).rename_axis(
    "fold"
)
