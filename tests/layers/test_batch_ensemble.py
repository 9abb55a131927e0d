"""Layers of many networks in one."""

from __future__ import annotations

import skkeras._start  # noqa: F401

# isort: split
import keras
import numpy as np

from skkeras.layers._batch_ensemble import BatchEnsembleDense, MemberDense, RandomSigns


def _numpy(weight):
    return keras.ops.convert_to_numpy(weight)


def test_each_member_scales_what_all_share():
    layer = BatchEnsembleDense(4, n_members=3)
    X = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    layer(X)
    draws = np.random.default_rng(1)
    for weight in layer.weights:
        weight.assign(draws.normal(size=weight.shape))
    kernel, r, s, b = map(_numpy, (layer.kernel, layer.input_scale, layer.output_scale, layer.bias))
    outputs = np.asarray(layer(X))
    for k in range(3):
        np.testing.assert_allclose(outputs[:, k], s[k] * ((r[k] * X) @ kernel) + b[k], rtol=1e-5)
    again = np.asarray(layer(np.stack([X, X, X], axis=1)))
    np.testing.assert_allclose(again, outputs, rtol=1e-6)


def test_members_start_with_signs_of_their_own_and_one_bias():
    layer = BatchEnsembleDense(4, n_members=32, signs=True)
    layer.build((None, 10))
    signs, bias = _numpy(layer.input_scale), _numpy(layer.bias)
    assert set(np.unique(signs)) == {-1, 1}
    assert len(np.unique(signs, axis=0)) > 25
    assert 0.4 < (signs > 0).mean() < 0.6
    assert (bias == bias[0]).all() and (bias[0] != 0).all()
    assert (_numpy(layer.output_scale) == 1).all()
    later = BatchEnsembleDense(4, n_members=32)
    later.build((None, 32, 10))
    assert (_numpy(later.input_scale) == 1).all()


def test_signs_repeat_by_seed_and_survive_config():
    initializer = RandomSigns(seed=3)
    again = RandomSigns.from_config(initializer.get_config())
    np.testing.assert_array_equal(initializer((4, 5)), again((4, 5)))


def test_output_layers_share_nothing():
    layer = MemberDense(2, activation="softmax")
    X = np.random.default_rng(0).normal(size=(5, 3, 4)).astype("float32")
    outputs = np.asarray(layer(X))
    kernel, bias = _numpy(layer.kernel), _numpy(layer.bias)
    for k in range(3):
        logits = X[:, k] @ kernel[k] + bias[k]
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(outputs[:, k], shares, rtol=1e-5)
