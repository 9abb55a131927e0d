"""Layers of networks for tables."""

import keras
import numpy as np
import pytest

from skkeras.layers._tabular import (
    CategoryVectors,
    Columns,
    NTKDense,
    ParametricActivation,
    PeriodicEmbedding,
    Scale,
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
    blended = ParametricActivation("relu", 0.1)
    np.testing.assert_allclose(numpy(blended(X)), np.maximum(X, 0), atol=1e-6)
    blended.share.assign([0.0, 5.0, 10.0])
    expected = X + np.array([0, 0.5, 1]) * (np.maximum(X, 0) - X)
    np.testing.assert_allclose(numpy(blended(X)), expected, atol=1e-6)


@pytest.mark.parametrize("activation", ["mish", "selu", "relu"])
def test_activations_are_those_of_keras(activation):
    layer = ParametricActivation(activation, 0.1)
    x = np.concatenate([np.linspace(-8, 8, 321), [-1e4, -90, -30, 0, 30, 90, 1e4]])
    x = np.column_stack([x, x]).astype("float32")
    layer.build(x.shape)
    layer.share.assign([10.0, 4.0])
    activated = numpy(keras.activations.get(activation)(x))
    expected = x + np.array([1, 0.4]) * (activated - x)
    size = np.abs(x).clip(1)
    np.testing.assert_allclose(numpy(layer(x)) / size, expected / size, atol=2e-6)


def test_large_numbers_have_gradients_of_mish():
    layer = ParametricActivation("mish", 0.1)
    model = keras.Sequential([keras.layers.Input((1,)), layer])
    model.compile("sgd", "mse")
    far = np.array([[-1e4], [-90.0], [90.0], [1e4]], "float32")
    model.train_on_batch(far, numpy(model(far)) + 1e-3)
    assert np.isfinite(numpy(layer.share)).all()


def test_vectors_of_all_categories_are_rows_of_one_variable():
    layer = CategoryVectors((3, 2, 4), 5)
    places = np.array([[0, 1, 3], [2, 0, 0]], "float32")
    out = numpy(layer(places))
    (table,) = (numpy(weight) for weight in layer.weights)
    assert table.shape == (9, 5) and 0.5 < table.std() < 1.5
    np.testing.assert_array_equal(out, [table[[0, 4, 8]].ravel(), table[[2, 3, 5]].ravel()])
    assert CategoryVectors.from_config(layer.get_config()).sizes == (3, 2, 4)


def test_dense_is_scaled_by_its_inputs():
    layer = NTKDense(2, "tanh")
    layer.build((None, 3))
    layer.bias.assign([1.0, 2.0])
    expected = np.tanh(X @ numpy(layer.kernel) / np.sqrt(3) + [0.1, 0.2])
    np.testing.assert_allclose(numpy(layer(X)), expected, atol=1e-6)


def test_dense_is_fitted_to_rows():
    layer = NTKDense(40)
    layer.build((None, 3))
    given = layer.adapt(X, np.random.default_rng(0))
    np.testing.assert_allclose(numpy(layer(X)), given, atol=1e-5)
    np.testing.assert_allclose(given.std(axis=0), 1, rtol=1e-5)
    # Zero lies among what the rows give, and not at one place for all neurons.
    assert ((given.min(axis=0) < 0) & (given.max(axis=0) > 0)).all()
    assert given.mean(axis=0).std() > 0.2
    # What is the same for all rows cannot have deviation 1.
    constant = layer.adapt(np.ones((4, 3), "float32"), np.random.default_rng(0))
    np.testing.assert_allclose(constant, 0, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "factor", "names"),
    [
        (PeriodicEmbedding(4, 16, 0.1, 0.1), 0.1, {"frequency", "phase_bias", "kernel", "bias"}),
        (Scale(6.0), 6, {"scale"}),
        (NTKDense(4), 0.1, {"bias"}),
        (ParametricActivation("selu", 0.1), 0.1, {"share"}),
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
