"""Piecewise-linear embeddings."""

from __future__ import annotations

import skkeras._start  # noqa: F401

# isort: split
import keras
import numpy as np
import pytest

from skkeras.layers._piecewise_linear import PiecewiseLinear


@pytest.fixture
def layer():
    layer = PiecewiseLinear(units=3, n_bins=4)
    layer.build((None, 2))
    return layer


def test_bends_at_quantiles_and_nowhere_else(layer):
    X = np.column_stack([np.linspace(0, 8, 101), np.linspace(-1, 1, 101) ** 3])
    layer.adapt(X)
    layer.bends.assign(np.random.default_rng(0).normal(size=layer.bends.shape))
    edges = np.quantile(X[:, 0], [0, 0.25, 0.5, 0.75, 1])
    grid = np.linspace(-2, 10, 1201)
    outputs = np.asarray(layer(np.column_stack([grid, grid]).astype("float32")))[:, :3]
    curvature = np.abs(np.diff(outputs, 2, axis=0)).max(axis=1)
    bent = grid[1:-1][curvature > 1e-4]
    assert {round(value) for value in bent} == set(edges)
    assert all(np.abs(edges - value).min() < 0.011 for value in bent)


def test_is_linear_before_anything_was_learned(layer):
    layer.adapt(np.random.default_rng(0).normal(size=(50, 2)))
    kernel, bias = (keras.ops.convert_to_numpy(w) for w in (layer.kernel, layer.bias))
    X = np.array([[0.5, -2.0]], "float32")
    expected = (X[..., np.newaxis] * kernel + bias).reshape(1, -1)
    np.testing.assert_allclose(layer(X), expected, rtol=1e-6)


def test_few_values_and_one_value_make_fewer_pieces(layer):
    layer.adapt(np.column_stack([[0.0] * 20 + [1.0] * 21, np.ones(41)]))
    layer.bends.assign(np.ones(layer.bends.shape))
    slopes = keras.ops.convert_to_numpy(layer.slopes)
    assert (slopes > 0).sum(axis=1).tolist() == [1, 0]
    assert np.isfinite(layer(np.array([[0.3, 5.0]], "float32"))).all()


def test_a_frequent_value_is_one_end_and_leaves_the_others_to_the_rest(layer):
    rare = np.arange(1.0, 6.0)
    X = np.column_stack([np.repeat([0.0, *rare], [900, 20, 20, 20, 20, 20]), np.arange(1000)])
    layer.adapt(X)
    starts, slopes = (keras.ops.convert_to_numpy(w)[0] for w in (layer.starts, layer.slopes))
    np.testing.assert_allclose(starts, [0, 1, 2, 4], rtol=1e-6)
    np.testing.assert_allclose(starts + 1 / slopes, [1, 2, 4, 5], rtol=1e-6)
    # Quantiles of all rows are 0 but for the last, and tell nothing apart.
    assert len(np.unique(np.quantile(X[:, 0], np.linspace(0, 1, 5)))) == 2


def test_as_many_values_as_ends_are_all_ends(layer):
    X = np.repeat([0.0, 1.0, 2.0, 5.0, 9.0], [50, 1, 7, 3, 20])
    layer.adapt(np.column_stack([X, X]))
    starts = keras.ops.convert_to_numpy(layer.starts)[0]
    np.testing.assert_array_equal(starts, [0, 1, 2, 5])
