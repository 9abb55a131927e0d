"""Convolutional networks for time series."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from sklearn.model_selection import cross_val_score

from skkeras import KerasTimeSeriesClassifier, KerasTimeSeriesRegressor
from skkeras.datasets import fetch_japanese_vowels, fetch_time_series
from skkeras.sequence._architectures import ARCHITECTURES, HandcraftedFilters, StepNormalization
from skkeras.sequence._time_series import Stack


def quick(**params):
    return KerasTimeSeriesClassifier(**{"epochs": 2, "random_state": 0, **params})


@pytest.fixture
def uneven():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(length, 2)) for length in rng.integers(9, 20, 24)]
    return X, [one[:, 0].mean() > 0 for one in X]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_trains_compiled_as_keras_does_and_sees_no_padding(architecture, uneven):
    X, y = uneven
    model, by_keras = (
        quick(architecture=architecture, trainer=trainer).fit(X, y) for trainer in ("graph", "fit")
    )
    assert model.trainer_ == "graph"
    np.testing.assert_allclose(model.history_["loss"], by_keras.history_["loss"], rtol=2e-4)
    alone = np.concatenate([model.predict_proba([one]) for one in X[:3]])
    np.testing.assert_allclose(model.predict_proba(X)[:3], alone, atol=1e-6)


def test_padding_does_not_enter_the_statistics_of_batches(uneven):
    X, y = uneven

    def means(series):
        model = quick(normalize=False, epochs=1).fit(series, y).model_
        layers = [layer for layer in model.layers if isinstance(layer, StepNormalization)]
        return np.asarray(layers[0].moving_mean)

    padded = [np.concatenate([one, np.full((5, 2), np.nan)]) for one in X]
    np.testing.assert_allclose(means(padded), means(X), rtol=1e-5, atol=1e-6)


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


def test_lstm_fcn_takes_no_longer_series_than_in_fit(uneven):
    X, y = uneven
    model = quick(architecture="lstm_fcn", epochs=1).fit(X, y)
    with pytest.raises(ValueError, match=r"more than the \d+ steps of the longest in fit"):
        model.predict([np.ones((60, 2))])


@pytest.mark.parametrize(
    "params", [{"architecture": "alexnet"}, {"n_ensemble": 0}, {"normalize": "yes"}]
)
def test_refuses_bad_parameters_before_training(params, uneven):
    with pytest.raises(ValueError, match=next(iter(params))):
        quick(**params).fit(*uneven)


def test_trends_answer_to_what_they_are_named_for():
    layer = HandcraftedFilters()
    ramp = np.cumsum(np.ones((1, 200, 1), "float32"), axis=1)
    answers = layer(ramp).numpy()[0, 100]
    assert answers.shape == (17,)
    assert (answers[:6] > 0).all()  # rises
    assert (answers[6:12] == 0).all()  # falls, rectified
    np.testing.assert_allclose(answers[12:], 0, atol=1e-2)  # no peak in a straight line


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
