"""XLA against `keras.Model.fit`, and the choice between XLA and a plain graph."""

import keras
import numpy as np
import pytest
from keras import layers

from skkeras import KerasRealMLPClassifier, KerasTabMClassifier
from skkeras.datasets import fetch_adult
from skkeras.layers import Dropout
from skkeras.layers._dropout import drawing_by_hashes
from skkeras.training import FitArguments, cache_info, clear_cache, seeding, train
from skkeras.training.backends.tensorflow import _xla_chunk
from skkeras.training.programs import ForeignCode, describe

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 5, 3)).astype("float32")
Y = (X.sum((1, 2)) > 0).astype("int32")
WEIGHTS = RNG.uniform(0.1, 2, size=150).astype("float32")


def build(*stack, optimizer="adam"):
    with seeding(1):
        model = keras.Sequential([layers.Input((5, 3)), *[make() for make in stack]])
        model.add(layers.Flatten())
        model.add(layers.Dense(2, activation="softmax"))
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def branches():
    """Many layers, side by side; biases of keys and before a normalisation get no gradient."""
    inputs = layers.Input((5, 3))
    normed = layers.LayerNormalization()(layers.PReLU()(inputs))
    parts = [
        layers.MultiHeadAttention(2, 2, use_bias=False)(normed, inputs),
        layers.MaxPooling1D(2)(layers.SeparableConv1D(4, 2)(inputs)),
        layers.Permute((2, 1))(layers.Add()([normed, inputs])),
        layers.Reshape((3, 5))(inputs),
        layers.RepeatVector(2)(
            layers.GlobalAveragePooling1D()(layers.Multiply()([normed, inputs]))
        ),
        layers.GlobalMaxPooling1D()(layers.Conv1D(4, 2)(inputs)),
        layers.UnitNormalization()(layers.Flatten()(inputs)),
    ]
    return keras.Model(inputs, layers.Concatenate()([layers.Flatten()(part) for part in parts]))


class Doubled(layers.Layer):
    """A layer from elsewhere, for which nothing is known of what it does with the rows."""

    def call(self, inputs):
        return 2.0 * inputs


MODELS = {
    # A bias before the normalisation would have no gradient but rounding errors.
    "normed": [
        lambda: layers.Dense(4, use_bias=False),
        layers.BatchNormalization,
        lambda: Dropout(0.3),
    ],
    "convolution": [lambda: layers.Conv1D(4, 3, activation="relu")],
    "recurrent": [lambda: layers.LSTM(4)],
    "branches": [branches],
    "from elsewhere": [lambda: layers.Dense(4), Doubled],
}


@pytest.fixture
def same_masks():
    """Let all trainers draw the masks of dropout as XLA does."""
    clear_cache()
    with drawing_by_hashes():
        yield
    clear_cache()


@pytest.mark.usefixtures("same_masks")
@pytest.mark.parametrize("held_out", [None, (X, Y, None)], ids=["alone", "validated"])
@pytest.mark.parametrize("name", MODELS)
def test_equals_fit(name, held_out):
    results = []
    for trainer in ("fit", "xla"):
        model = build(*MODELS[name])
        outcome = train(
            model,
            FitArguments(
                X,
                Y,
                sample_weight=WEIGHTS,
                epochs=3,
                batch_size=16,
                seed=3,
                trainer=trainer,
                validation_data=held_out,
            ),
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
            model,
            FitArguments(X[:n_rows], Y[:n_rows], epochs=1, batch_size=16, seed=0, trainer="xla"),
        )
        assert outcome.trainer == "xla"
    assert cache_info()[:3] == (1, 4, 1)


@pytest.mark.parametrize("batches", [1, 4, 10, 19, 38, 60, 100])
def test_launches_are_one_training(batches, monkeypatch):
    """An epoch has 19 batches: launches are parts of it, one or several."""
    clear_cache()
    monkeypatch.setattr(_xla_chunk, "_BATCHES", batches)
    results = []
    for trainer in ("graph", "xla"):
        model = build(lambda: layers.Dense(4), optimizer="sgd")
        outcome = train(model, FitArguments(X, Y, epochs=5, batch_size=8, seed=0, trainer=trainer))
        results.append((outcome.history, model.get_weights()))
    (history, weights), (launched, launched_weights) = results
    for name, values in history.items():
        np.testing.assert_allclose(launched[name], values, rtol=1e-5)
    for ours, theirs in zip(launched_weights, weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def scaled(y_true, y_pred):
    return 2.0 * keras.losses.sparse_categorical_crossentropy(y_true, y_pred)


@pytest.mark.parametrize(
    ("layer", "options", "expected"),
    [
        (layers.Dense(2, activation="softmax"), {"loss": "sparse_categorical_crossentropy"}, True),
        (layers.Dense(2), {"loss": keras.losses.MeanSquaredError(), "metrics": ["mae"]}, True),
        (layers.Dense(2), {"loss": scaled}, False),
        (layers.Dense(2), {"loss": "mse", "metrics": [scaled]}, False),
        (layers.Dense(2, activation=lambda x: x), {"loss": "mse"}, False),
        (layers.Lambda(lambda x: 2 * x), {"loss": "mse"}, False),
        (Doubled(), {"loss": "mse"}, False),
        (layers.GRU(2, return_sequences=True), {"loss": "mse"}, False),
    ],
)
def test_only_what_is_known_takes_batches_of_any_size(layer, options, expected):
    model = keras.Sequential([layers.Input((5, 3)), layer])
    model.compile("adam", **options)
    try:
        known = bool(describe(model))
    except ForeignCode:
        known = False
    assert (known and _xla_chunk.takes_any_size(model)) == expected


@pytest.mark.parametrize("trainer", ["graph", "xla"])
def test_a_loss_that_is_not_finite_ends_training(trainer):
    x = X.copy()
    x[0] = 1e30  # overflows in the first step, so that all later losses are NaN
    model = build(lambda: layers.Dense(4), optimizer=keras.optimizers.SGD(1e30))
    outcome = train(model, FitArguments(x, Y, epochs=20, batch_size=16, seed=0, trainer=trainer))
    assert outcome.trainer == trainer
    assert len(outcome.history["loss"]) < 5
    assert not np.isfinite(outcome.history["loss"][-1])
    assert np.isfinite(outcome.history["loss"][:-1]).all()


class Unfit(layers.Layer):
    """Computes something that XLA has no operation for."""

    def call(self, inputs):
        import tensorflow as tf

        lengths = tf.strings.length(tf.strings.as_string(inputs))
        return inputs + 0.0 * tf.cast(lengths, tf.float32)


def test_what_xla_cannot_do_trains_as_a_graph():
    outcome = train(
        build(Unfit), FitArguments(X, Y, epochs=1, batch_size=16, seed=0, trainer="xla")
    )
    assert outcome.trainer == "graph"
    assert outcome.reason


@pytest.mark.usefixtures("same_masks")
@pytest.mark.parametrize("kind", [KerasRealMLPClassifier, KerasTabMClassifier])
def test_networks_for_tables(kind):
    X, y = fetch_adult()
    fits = [
        kind(epochs=2, batch_size=64, trainer=trainer, random_state=0).fit(X[:500], y[:500])
        for trainer in ("graph", "xla")
    ]
    assert [fit.trainer_ for fit in fits] == ["graph", "xla"]
    graph, xla = (fit.predict_proba(X[500:700]) for fit in fits)
    np.testing.assert_allclose(xla, graph, rtol=1e-3)
