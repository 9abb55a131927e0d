"""Convolutional networks for time series."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from sklearn.model_selection import cross_val_score

from skkeras import KerasTimeSeriesClassifier, KerasTimeSeriesRegressor
from skkeras.datasets import fetch_japanese_vowels, fetch_time_series
from skkeras.sequence._time_series import Stack


def quick(**params):
    return KerasTimeSeriesClassifier(**{"epochs": 2, "random_state": 0, **params})


@pytest.fixture
def uneven():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(length, 2)) for length in rng.integers(9, 20, 24)]
    return X, [one[:, 0].mean() > 0 for one in X]


def test_an_ensemble_predicts_the_mean_of_members_that_learn_apart(uneven):
    X, y = uneven
    model = quick(n_ensemble=2, metrics=["accuracy"]).fit(X, y)
    assert len(model.history_["accuracy"]) == 2
    rows = model.feature_encoder_.transform(_padded(X)).astype("float32")
    members = model.model_(rows, training=False), model.model_(rows, training=True)
    assert [tuple(outputs.shape) for outputs in members] == [(24, 1), (24, 2, 1)]
    stack = next(layer for layer in model.model_.layers if isinstance(layer, Stack))
    apart = keras.Model(model.model_.input, stack.output)(rows).numpy()[..., 0]
    assert not np.allclose(apart[:, 0], apart[:, 1])
    np.testing.assert_allclose(apart.mean(axis=1), model.predict_proba(X)[:, 1], atol=1e-6)


def _padded(X):
    padded = np.full((len(X), max(map(len, X)), 2), np.nan)
    for row, one in zip(padded, X, strict=True):
        row[: len(one)] = one
    return padded


@pytest.mark.parametrize(
    "params", [{"architecture": "alexnet"}, {"n_ensemble": 0}, {"normalize": "yes"}]
)
def test_refuses_bad_parameters_before_training(params, uneven):
    with pytest.raises(ValueError, match=next(iter(params))):
        quick(**params).fit(*uneven)


def test_series_far_from_zero_are_read_as_those_near():
    walks = np.cumsum(np.random.default_rng(0).normal(size=(40, 8)), axis=1)
    model = KerasTimeSeriesRegressor(architecture="fcn", epochs=2, random_state=0)
    near, far = (model.fit(X, walks[:, -1]).predict(X) for X in (walks, 1e10 + walks))
    np.testing.assert_allclose(far, near, atol=1e-2)


def test_regressor_learns():
    rng = np.random.default_rng(0)
    levels = rng.normal(size=80)
    X = levels[:, None] + 0.1 * rng.normal(size=(80, 12))
    model = KerasTimeSeriesRegressor(epochs=40, learning_rate=0.01, random_state=0)
    assert model.fit(X, levels).score(X, levels) > 0.8


def test_gun_point():
    X, y = fetch_time_series("GunPoint")
    X_test, y_test = fetch_time_series("GunPoint", "test")
    model = KerasTimeSeriesClassifier(epochs=60, random_state=0).fit(X, y)
    assert model.score(X_test, y_test) > 0.9


def test_unequal_lengths_cross_validate():
    X, y = fetch_japanese_vowels()
    scores = cross_val_score(quick(epochs=6, learning_rate=3e-3), X, y, cv=2)
    assert scores.mean() > 0.9
