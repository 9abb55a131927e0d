"""XLA against `keras.Model.fit`, and the choice between XLA and a plain graph."""

import keras
import numpy as np
import pytest
from keras import layers

from skkeras.training import Dropout, _find, cache_info, clear_cache, seeding, train

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 5, 3)).astype("float32")
Y = (X.sum((1, 2)) > 0).astype("int32")


def build(*stack, optimizer="adam"):
    with seeding(1):
        model = keras.Sequential([layers.Input((5, 3)), *[make() for make in stack]])
        model.add(layers.Flatten())
        model.add(layers.Dense(2, activation="softmax"))
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


MODELS = {
    # A bias before the normalisation would have no gradient but rounding errors.
    "normed": [
        lambda: layers.Dense(4, use_bias=False),
        layers.BatchNormalization,
        lambda: Dropout(0.3),
    ],
    "convolution": [lambda: layers.Conv1D(4, 3, activation="relu")],
    "recurrent": [lambda: layers.LSTM(4)],
}


@pytest.mark.parametrize("name", MODELS)
def test_equals_fit(name):
    results = []
    for trainer in ("fit", "xla"):
        model = build(*MODELS[name])
        outcome = train(
            model, X, Y, epochs=2, batch_size=16, seed=3, trainer=trainer, validation=(X, Y, None)
        )
        assert (outcome.trainer, outcome.reason) == (trainer, None)
        results.append((outcome.history, model.get_weights()))
    (history, weights), (compiled_history, compiled_weights) = results
    assert compiled_history.keys() == history.keys()
    for name, values in history.items():
        np.testing.assert_allclose(compiled_history[name], values, rtol=2e-5, atol=1e-6)
    for ours, theirs in zip(compiled_weights, weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-6)


def test_numbers_of_rows_share_a_program():
    clear_cache()
    for n_rows in (150, 149, 64, 33, 7):
        model = build(lambda: layers.Dense(4))
        outcome = train(
            model, X[:n_rows], Y[:n_rows], epochs=1, batch_size=16, seed=0, trainer="xla"
        )
        assert outcome.trainer == "xla"
    assert cache_info()[:3] == (1, 4, 1)


def test_many_launches_are_one_training():
    x, y = np.tile(X, (10, 1, 1)), np.tile(Y, 10)
    losses = []
    for trainer in ("graph", "xla"):
        model = build(lambda: layers.Dense(4), optimizer="sgd")
        losses.append(train(model, x, y, epochs=2, batch_size=8, seed=0, trainer=trainer).history)
    np.testing.assert_allclose(losses[1]["loss"], losses[0]["loss"], rtol=1e-5)


class Unfit(layers.Layer):
    """Computes something that XLA has no operation for."""

    def call(self, inputs):
        import tensorflow as tf

        lengths = tf.strings.length(tf.strings.as_string(inputs))
        return inputs + 0.0 * tf.cast(lengths, tf.float32)


def test_what_xla_cannot_do_trains_as_a_graph():
    outcome = train(build(Unfit), X, Y, epochs=1, batch_size=16, seed=0, trainer="xla")
    assert outcome.trainer == "graph"
    assert outcome.reason


@pytest.mark.parametrize(
    ("stack", "n_batches", "chosen"),
    [
        ([lambda: layers.Dense(4)], 40, "xla"),
        ([lambda: layers.Dense(4)], 4, "graph"),
        ([lambda: layers.LSTM(4)], 40, "graph"),
        ([lambda: layers.LSTM(4)], 400, "xla"),
        ([lambda: layers.Conv1D(4, 3)], 400, "graph"),
    ],
)
def test_choice(stack, n_batches, chosen, monkeypatch):
    monkeypatch.setattr(_find.backend, "on_accelerator", lambda: False)
    assert _find.choose(build(*stack), n_batches) == chosen
