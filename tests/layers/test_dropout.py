import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from skkeras.layers import Dropout
from skkeras.layers._dropout import drawing_by_hashes

ONES = np.ones((32, 64), "float32")


def masks(layer, call=None):
    call = call or (lambda x: layer(x, training=True))
    return [keras.ops.convert_to_numpy(call(ONES)) for _ in range(3)]


def test_a_graph_and_eager_mode_draw_the_same_masks():
    layer = Dropout(0.3, seed=1)
    graph = tf.function(lambda x: layer(x, training=True))
    np.testing.assert_array_equal(masks(layer, graph), masks(Dropout(0.3, seed=1)))


def test_hashes_are_the_same_under_xla():
    layer = Dropout(0.3, seed=1)
    with drawing_by_hashes():
        compiled = tf.function(lambda x: layer(x, training=True), jit_compile=True)
        hashed = masks(Dropout(0.3, seed=1))
        np.testing.assert_array_equal(masks(layer, compiled), hashed)
    assert not np.array_equal(masks(Dropout(0.3, seed=1)), hashed)


@pytest.fixture(params=["kernel", "hashes"])
def drawing(request):
    """Draw in each of the two ways."""
    with drawing_by_hashes() if request.param == "hashes" else contextlib.nullcontext():
        yield


@pytest.mark.usefixtures("drawing")
def test_masks_are_independent():
    layer = Dropout(0.5, seed=3)
    kept = np.stack([layer(np.ones(5000, "float32"), training=True).numpy() > 0 for _ in range(40)])
    correlation = np.corrcoef(kept) - np.eye(40)
    assert np.abs(correlation).max() < 4.5 / np.sqrt(5000)
    assert abs(kept.mean() - 0.5) < 4 * 0.5 / np.sqrt(kept.size)


def test_seeds_give_different_masks():
    assert not np.array_equal(masks(Dropout(0.3, seed=1)), masks(Dropout(0.3, seed=2)))


@pytest.mark.usefixtures("drawing")
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.9])
def test_share_and_scale(rate):
    out = Dropout(rate, seed=0)(np.ones((500, 200), "float32"), training=True).numpy()
    assert abs((out == 0).mean() - rate) < 0.01
    np.testing.assert_allclose(out[out > 0], 1 / (1 - rate), rtol=1e-5)


def test_inference_changes_nothing():
    np.testing.assert_array_equal(Dropout(0.5)(ONES), ONES)


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_wrong_rate(rate):
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        Dropout(rate)


def test_survives_a_round_trip_and_unknown_shapes():
    model = keras.Sequential([keras.layers.Input((None, 3)), Dropout(0.2, seed=4)])
    copy = keras.Sequential.from_config(model.get_config())
    assert copy.layers[0].rate == 0.2
    x = np.ones((4, 7, 3), "float32")
    np.testing.assert_array_equal(copy(x, training=True), model(x, training=True))
