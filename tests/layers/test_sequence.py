"""Layers for padded series: padding has no effect and stays at the end."""

import keras
import numpy as np
import pytest

from skkeras.layers._sequence import POOLINGS, Pool, ReversePadded, SplitPadding, ZeroPadding

SERIES = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
SERIES[0, 3:] = SERIES[1, 1:] = np.nan
IS_STEP = np.array([[True, True, True, False], [True, False, False, False]])
FILLED = np.nan_to_num(SERIES)


def test_padding_is_found():
    values, is_step = SplitPadding()(SERIES)
    np.testing.assert_array_equal(values, FILLED)
    np.testing.assert_array_equal(is_step, IS_STEP)


def test_steps_are_reversed_before_the_padding():
    found = np.asarray(ReversePadded()(FILLED, IS_STEP))
    np.testing.assert_array_equal(found[0, :3], FILLED[0, 2::-1])
    np.testing.assert_array_equal(found[1], FILLED[1])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("last", [FILLED[0, 2], FILLED[1, 0]]),
        ("average", [FILLED[0, :3].mean(axis=0), FILLED[1, 0]]),
        ("max", [FILLED[0, :3].max(axis=0), FILLED[1, 0]]),
    ],
)
def test_steps_are_pooled(how, expected):
    layer = Pool.from_config(Pool(how).get_config())
    np.testing.assert_allclose(layer(FILLED, IS_STEP), expected, rtol=1e-6)
    other = np.where(IS_STEP[..., None], FILLED, 9)
    np.testing.assert_allclose(layer(other, IS_STEP), expected, rtol=1e-6)


def test_attention_weighs_steps_by_their_scores():
    scores = np.log([[[1], [2], [1], [50]], [[3], [9], [9], [9]]]).astype("float32")
    expected = [FILLED[0, :3].T @ [0.25, 0.5, 0.25], FILLED[1, 0]]
    np.testing.assert_allclose(Pool("attention")(FILLED, IS_STEP, scores), expected, rtol=1e-5)
    assert "attention" in POOLINGS


def test_padding_is_zero():
    found = ZeroPadding()(np.ones((2, 4, 3), "float32"), IS_STEP)
    np.testing.assert_array_equal(found, np.repeat(IS_STEP[..., None], 3, axis=2))


def test_layers_are_registered():
    layer = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(Pool("max")))
    assert layer.how == "max"
