"""Scales of regressors' targets and predictions."""

import warnings

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import make_regression

from skkeras import (
    KerasMLPRegressor,
    KerasRealMLPRegressor,
    KerasRegressor,
    KerasTabMRegressor,
)

X, y = make_regression(80, 4, noise=1.0, random_state=0)
y = y / y.std()


def build(meta, units=1, activation=None):
    return keras.Sequential(
        [keras.layers.Input((4,)), keras.layers.Dense(units, activation, name="end")]
    )


def regressor(**params):
    quick = {"loss": "mse", "optimizer": "adam", "optimizer__learning_rate": 0.1, "epochs": 60}
    return KerasRegressor(build, random_state=0, **{**quick, **params})


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_target_far_from_the_networks_scale_warns_unless_scaled():
    far = 5000 + 2000 * y
    with pytest.warns(UserWarning, match="Set scale_target=True"):
        assert regressor().fit(X, far).score(X, far) < 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        scaled = regressor(scale_target=True).fit(X, far)
    assert scaled.score(X, far) > 0.9
    assert_allclose(
        scaled.predict(X),
        far.mean() + far.std() * scaled.model_.predict(X, verbose=0).ravel(),
        rtol=1e-4,
    )


def test_an_infinite_target_is_refused():
    with pytest.raises(ValueError, match="Input y contains infinity"):
        regressor().fit(X, np.where(y > 0, np.inf, y))


def test_predictions_are_float64_in_the_targets_shape():
    predicted = regressor(epochs=1).fit(X.astype("float32"), y.astype("float32")).predict(X)
    assert (predicted.dtype, predicted.shape) == (np.float64, (80,))


ONE_EPOCH = {"epochs": 1, "early_stopping": False, "random_state": 0}


@pytest.mark.parametrize(
    "model",
    [
        KerasMLPRegressor(**ONE_EPOCH),
        KerasRealMLPRegressor(**ONE_EPOCH, hidden_layer_sizes=8),
        KerasTabMRegressor(**ONE_EPOCH, hidden_layer_sizes=8, n_ensemble=2),
        regressor(epochs=1, scale_target=True),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_new_scale_of_the_target_keeps_predictions(model):
    model.fit(X[:40], y[:40])
    before = model.predict(X[:40])
    model._update_encoder(1000 + 300 * y[40:], None)
    scaler, seen = model.target_encoder_.scaler_, np.concatenate([y[:40], 1000 + 300 * y[40:]])
    assert_allclose([scaler.mean_[0], scaler.scale_[0]], [seen.mean(), seen.std()])
    assert_allclose(model.predict(X[:40]), before, atol=2e-3)


def test_partial_fit_learns_scales_from_all_calls():
    first, later = y[:40] / 100, 5000 + 2000 * y[40:]
    model = KerasMLPRegressor(hidden_layer_sizes=(), learning_rate=0.05, random_state=0)
    model.partial_fit(X[:40], first)
    for _ in range(100):
        model.partial_fit(X[40:], later)
    assert model.score(X[40:], later) > 0.9
