"""Several networks in one model."""

from __future__ import annotations

import skkeras._start  # noqa: F401

# isort: split
import keras
import numpy as np
from keras import ops

from skkeras.layers._ensemble import EnsembleMean, EnsembleModel


def _model(kind, heads):
    inputs = keras.layers.Input((3,))
    outputs = keras.layers.Concatenate()([head(inputs) for head in heads])
    stacked = keras.layers.Reshape((len(heads), 1))(outputs)
    model = kind(inputs, EnsembleMean()(stacked))
    model.compile("sgd", "mean_squared_error", metrics=["mean_absolute_error"])
    return model


def _heads():
    return [
        keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(c)) for c in (1, 2)
    ]


def test_members_train_as_each_would_alone():
    X = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")
    y = X.sum(axis=1, keepdims=True) * 1.4
    together = _heads()
    _model(EnsembleModel, together).fit(X, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    for start, head in zip((1, 2), together, strict=True):
        alone = keras.Sequential(
            [keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(start))]
        )
        # Half the rate: the loss of two members is the mean of theirs.
        alone.compile(keras.optimizers.SGD(0.005), "mean_squared_error")
        alone.fit(X, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
        for a, b in zip(head.get_weights(), alone.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_validation_and_metrics_are_of_the_mean():
    X = np.ones((4, 3), "float32")
    model = _model(EnsembleModel, _heads())
    loss, error = model.evaluate(X, np.full((4, 1), 4.5), verbose=0)
    assert (loss, error) == (0, 0)  # the members say 3 and 6
    logs = model.train_on_batch(X, np.full((4, 1), 4.5), return_dict=True)
    np.testing.assert_allclose([logs["loss"], logs["mean_absolute_error"]], [2.25, 0])


def test_averages_except_in_training():
    outputs = ops.reshape(ops.arange(4.0), (1, 2, 2))
    np.testing.assert_array_equal(EnsembleMean()(outputs), [[1, 2]])
    np.testing.assert_array_equal(EnsembleMean()(outputs, training=True), outputs)
