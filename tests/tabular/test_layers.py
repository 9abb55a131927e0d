"""Layers of networks for tables."""

import keras
import numpy as np
import pytest

from skkeras.tabular._layers import (
    BlendedActivation,
    Columns,
    PeriodicEmbedding,
    Scale,
    TangentDense,
)

X = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")


def numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)


def test_periodic_embedding_is_a_mix_of_cosines():
    layer = PeriodicEmbedding(4, 16, 0.1, 0.1)
    out = numpy(layer(X)).reshape(50, 3, 4)
    w, b, kernel, bias = (0.1 * numpy(v) for v in layer.variables)
    assert 0.05 < w.std() < 0.2
    assert 2 < np.abs(b).max() <= np.pi
    assert np.abs(kernel).max() <= 0.25 and np.abs(bias).max() <= 0.25
    waves = np.einsum("bnk,nkm->bnm", np.cos(2 * np.pi * X[..., None] * w + b), kernel) + bias
    np.testing.assert_array_equal(out[..., 0], X)
    np.testing.assert_allclose(out[..., 1:], waves, atol=1e-5)


def test_layers_start_as_they_should():
    np.testing.assert_allclose(numpy(Scale(6.0)(X)), X, rtol=1e-6)
    np.testing.assert_array_equal(numpy(Columns(1, 3)(X)), X[:, 1:])
    blended = BlendedActivation("relu", 0.1)
    np.testing.assert_allclose(numpy(blended(X)), np.maximum(X, 0), atol=1e-6)
    blended.share.assign([0.0, 5.0, 10.0])
    expected = X + np.array([0, 0.5, 1]) * (np.maximum(X, 0) - X)
    np.testing.assert_allclose(numpy(blended(X)), expected, atol=1e-6)


def test_dense_is_scaled_by_its_inputs():
    layer = TangentDense(2, "tanh")
    layer.build((None, 3))
    layer.bias.assign([1.0, 2.0])
    expected = np.tanh(X @ numpy(layer.kernel) / np.sqrt(3) + [0.1, 0.2])
    np.testing.assert_allclose(numpy(layer(X)), expected, atol=1e-6)


def test_dense_is_fitted_to_rows():
    layer = TangentDense(40)
    layer.build((None, 3))
    given = layer.fit_to(X, np.random.default_rng(0))
    np.testing.assert_allclose(numpy(layer(X)), given, atol=1e-5)
    np.testing.assert_allclose(given.std(axis=0), 1, rtol=1e-5)
    # Zero lies among what the rows give, and not at one place for all neurons.
    assert ((given.min(axis=0) < 0) & (given.max(axis=0) > 0)).all()
    assert given.mean(axis=0).std() > 0.2
    # What is the same for all rows cannot have deviation 1.
    constant = layer.fit_to(np.ones((4, 3), "float32"), np.random.default_rng(0))
    np.testing.assert_allclose(constant, 0, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "factor", "names"),
    [
        (PeriodicEmbedding(4, 16, 0.1, 0.1), 0.1, {"frequency", "phase_bias", "kernel", "bias"}),
        (Scale(6.0), 6, {"scale"}),
        (TangentDense(4), 0.1, {"bias"}),
        (BlendedActivation("selu", 0.1), 0.1, {"share"}),
    ],
)
def test_steps_of_adam_are_as_large_as_the_factor_says(layer, factor, names):
    model = keras.Sequential([keras.layers.Input((3,)), layer, keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(1e-3, epsilon=1e-12), "mse")
    before = {v.name: numpy(v).copy() for v in layer.variables}
    model.train_on_batch(X, X[:, 0] ** 2)
    for variable in layer.variables:
        if variable.name in names:
            moved = factor * np.abs(numpy(variable) - before[variable.name])
            np.testing.assert_allclose(moved, factor * 1e-3, rtol=0.05)
