"""Architectures of convolutions over series."""

from __future__ import annotations

import numpy as np
import pytest

from skkeras import KerasTimeSeriesClassifier
from skkeras.sequence._architectures import ARCHITECTURES, HandcraftedFilters, StepNormalization


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


def test_lstm_fcn_takes_no_longer_series_than_in_fit(uneven):
    X, y = uneven
    model = quick(architecture="lstm_fcn", epochs=1).fit(X, y)
    with pytest.raises(ValueError, match=r"more than the \d+ steps of the longest in fit"):
        model.predict([np.ones((60, 2))])


def test_trends_answer_to_what_they_are_named_for():
    layer = HandcraftedFilters()
    ramp = np.cumsum(np.ones((1, 200, 1), "float32"), axis=1)
    answers = layer(ramp).numpy()[0, 100]
    assert answers.shape == (17,)
    assert (answers[:6] > 0).all()  # rises
    assert (answers[6:12] == 0).all()  # falls, rectified
    np.testing.assert_allclose(answers[12:], 0, atol=1e-2)  # no peak in a straight line
