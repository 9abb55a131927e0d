"""Scales of regressors' targets and predictions."""

import warnings

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import make_regression

from skkeras import KerasRegressor

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
