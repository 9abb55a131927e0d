"""What is refused before training around a regressor's model, and what comes out."""

import keras
import numpy as np
import pytest
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


def test_it_learns():
    assert regressor().fit(X, y).score(X, y) > 0.9


def test_several_outputs_need_as_many_units():
    targets = np.column_stack([y, -y])
    with pytest.raises(ValueError, match=r"target has 2 output\(s\); end with as many units"):
        regressor().fit(X, targets)
    assert regressor(model__units=2).fit(X, targets).predict(X).shape == (80, 2)


def test_a_loss_for_classes_is_refused():
    with pytest.raises(ValueError, match="the target holds numbers, not classes"):
        regressor(loss="binary_crossentropy").fit(X, y)


def test_features_of_very_different_scales_warn():
    wide = X * [1, 1, 1, 1e6]
    with pytest.warns(UserWarning, match="differ by a factor of .*StandardScaler"):
        regressor(epochs=1).fit(wide, y)
