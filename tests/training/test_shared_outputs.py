"""Outputs are used again only for the same network, weights and rows."""

import keras
import numpy as np
import pytest

from skkeras import KerasMLPClassifier
from skkeras.training import _network, shared_outputs

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype("float32")
Y = RNG.integers(3, size=40)


@pytest.fixture
def n_computed(monkeypatch):
    """Count how often a network computes its outputs."""
    counts = []
    plain = _network.predict

    def counted(*args, **kwargs):
        counts.append(1)
        return plain(*args, **kwargs)

    monkeypatch.setattr(_network, "predict", counted)
    return lambda: len(counts)


def classifier(seed=0):
    return KerasMLPClassifier(hidden_layer_sizes=8, epochs=2, random_state=seed).fit(X, Y)


def test_methods_share_outputs(n_computed):
    model = classifier()
    apart = model.predict(X), model.predict_proba(X), model.score(X, Y)
    assert n_computed() == 3
    with shared_outputs():
        together = model.predict(X), model.predict_proba(X.copy()), model.score(X, Y)
    assert n_computed() == 4
    for one, other in zip(apart, together, strict=True):
        np.testing.assert_array_equal(one, other)
    model.predict(X)
    assert n_computed() == 5


def test_rows_that_change_in_place_are_predicted_again(n_computed):
    model, rows = classifier(), X.copy()
    changed = X[::-1].copy()
    expected = model.predict_proba(X), model.predict_proba(changed)
    with shared_outputs():
        np.testing.assert_array_equal(model.predict_proba(rows), expected[0])
        rows[:] = changed
        np.testing.assert_array_equal(model.predict_proba(rows), expected[1])
    assert n_computed() == 4


def test_outputs_that_are_overwritten_do_not_return(n_computed):
    network = classifier()._live_network()
    expected = network.predict(X)
    with shared_outputs():
        for _ in range(3):
            outputs = network.predict(X)
            np.testing.assert_array_equal(outputs, expected)
            outputs[:] = 0.0
    assert n_computed() == 2


def test_networks_and_weights_do_not_mix(n_computed):
    first, second = classifier(), classifier(seed=1)
    expected = first.predict_proba(X), second.predict_proba(X)
    with shared_outputs():
        np.testing.assert_array_equal(first.predict_proba(X), expected[0])
        np.testing.assert_array_equal(second.predict_proba(X), expected[1])
        first.partial_fit(X, Y)
        trained = first.predict_proba(X)
    assert np.abs(trained - expected[0]).max() > 1e-4
    np.testing.assert_array_equal(trained, first.predict_proba(X))
    assert n_computed() == 6


def test_other_settings_of_keras_are_not_shared(n_computed):
    model, before = classifier(), keras.config.epsilon()
    with shared_outputs():
        model.predict_proba(X)
        keras.config.set_epsilon(2 * before)
        try:
            model.predict_proba(X)
        finally:
            keras.config.set_epsilon(before)
    assert n_computed() == 2


def test_a_model_that_was_accessed_is_not_shared():
    model = classifier()
    with shared_outputs():
        before = model.predict_proba(X)
        kernel = model.model_.layers[-1].kernel
        kernel.assign(kernel * 3.0)
        after = model.predict_proba(X)
        kernel.assign(kernel * 0.0)
        last = model.predict_proba(X)
    assert np.abs(after - before).max() > 1e-3
    assert np.abs(last - after).max() > 1e-3
