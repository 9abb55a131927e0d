"""
Plot learning curves and validation curves
==========================================

Would more data help? Are the learning rate and the number of epochs right? The displays of
scikit-learn show this for a network as for any other estimator. The data are house values in
California, in units of 100,000 dollars.
"""

# %%
# Would more data help?
# ---------------------
#
# ``LearningCurveDisplay`` fits on increasing fractions of the data, here a network and a random
# forest. A few districts have values far from all others, so the network is trained on quantiles of
# the features, which are easier to learn from.
import matplotlib.pyplot as plt
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import LearningCurveDisplay
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

from skkeras import KerasMLPRegressor
from skkeras.datasets import fetch_california_housing

X, y = fetch_california_housing()
X = X.sample(4000, random_state=0)
y = y[X.index]

network = make_pipeline(
    QuantileTransformer(n_quantiles=200, output_distribution="normal", random_state=0),
    KerasMLPRegressor(
        hidden_layer_sizes=(64, 64), learning_rate=3e-3, epochs=30, random_state=0
    ),
)
forest = RandomForestRegressor(n_estimators=50, min_samples_leaf=3, random_state=0)

rmse = {
    "scoring": "neg_root_mean_squared_error",
    "negate_score": True,
    "score_name": "RMSE in 100,000 dollars",
    "cv": 3,
}
figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for ax, (name, model) in zip(
    axes, {"network": network, "forest": forest}.items(), strict=True
):
    LearningCurveDisplay.from_estimator(
        model, X, y, train_sizes=[0.1, 0.2, 0.4, 0.7, 1.0], ax=ax, **rmse
    )
    ax.set(title=name, xlabel="rows to learn from")
axes[1].set(ylabel="")
plt.show()

# %%
# The gap between training and test error decreases with the number of rows, and the test error
# still decreases: more data would help both models.
#
# Are the hyperparameters right?
# ------------------------------
#
# ``ValidationCurveDisplay`` varies one parameter. Learning rates are searched on a logarithmic
# scale. If the rate is too low, the training does not converge within the given epochs; if it is
# too high, the training becomes unstable. The curve for the epochs shows overfitting: the training
# error keeps decreasing after the test error has stopped decreasing.
from sklearn.model_selection import ValidationCurveDisplay

ranges = {
    "learning_rate": [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1],
    "epochs": [2, 4, 8, 16, 32, 64, 128],
}
figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for ax, (name, values) in zip(axes, ranges.items(), strict=True):
    ValidationCurveDisplay.from_estimator(
        network,
        X,
        y,
        param_name=f"kerasmlpregressor__{name}",
        param_range=values,
        ax=ax,
        **rmse,
    )
    ax.set(xscale="log", xlabel=name)
axes[1].set(ylabel="", xticks=ranges["epochs"], xticklabels=ranges["epochs"])
axes[1].minorticks_off()
plt.show()

# %%
# Training history of one fit
# ---------------------------
#
# For the number of epochs there is a cheaper way: early stopping. One fit holds out some rows,
# records its losses in ``history_``, stops when the validation loss no longer improves and restores
# the weights of the best epoch. ``TrainingHistoryDisplay`` finds the network in the pipeline. The
# losses are mean squared errors of the target scaled to variance 1.
from skkeras.inspection import TrainingHistoryDisplay

network.set_params(
    kerasmlpregressor__early_stopping=True,
    kerasmlpregressor__epochs=200,
    kerasmlpregressor__patience=15,
)
TrainingHistoryDisplay.from_estimator(network.fit(X, y))
plt.show()

# %%
# Does this depend on the rows that are held out? ``cross_validate`` returns the network of each
# fold, and the display draws their histories in one plot. The training losses are similar in all
# folds; the validation losses depend on the held-out rows.
from sklearn.model_selection import cross_validate

folds = cross_validate(network, X, y, cv=3, return_estimator=True)["estimator"]
TrainingHistoryDisplay.from_estimator(
    {f"fold {number}": model for number, model in enumerate(folds, start=1)}
)
plt.show()
