"""The work of a model chooses how many rows are predicted at a time."""

import keras
import pytest
from keras import layers

from skkeras.training import seeding
from skkeras.training._cost import block_rows, multiplications, recurrent_units


def mlp(seed=0):
    stack = [layers.Input((6,)), layers.Dense(33, "relu"), layers.BatchNormalization()]
    with seeding(seed):
        return keras.Sequential([*stack, layers.Dropout(0.5), layers.Dense(3, "softmax")])


def test_blocks_get_smaller_as_models_get_larger():
    small = mlp()
    large = keras.Sequential(
        [layers.Input((64, 64, 3)), layers.Conv2D(64, 5), layers.Conv2D(64, 5)]
    )
    assert block_rows(multiplications(small)) == 256
    table = keras.Sequential([layers.Input((64,)), layers.Embedding(10**6, 4), layers.Flatten()])
    assert block_rows(multiplications(large)) == 8
    assert block_rows(multiplications(table)) == 256  # each word needs one row of it


@pytest.mark.parametrize(
    ("shape", "layer", "expected"),
    [
        ((4,), layers.Dense(3), 15),
        ((7, 4), layers.Dense(3), 7 * 15),
        ((6, 5, 2), layers.Conv2D(4, 3, padding="same"), 6 * 5 * 76),
        ((6, 5, 2), layers.Conv2D(4, 3, strides=2), 2 * 2 * 76),
        ((None, 4), layers.Dense(3), 15),  # of an unknown number of positions, one
        ((5,), layers.Embedding(100, 8), 5 * 8),
        ((5, 2), layers.LSTM(3), 4 * (2 + 3 + 1) * 3),
        ((4,), keras.Sequential([layers.Dense(3), layers.Dense(2)]), 15 + 8),
        ((4,), layers.Activation("relu"), 0),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_weights_count_at_each_position(shape, layer, expected):
    model = keras.Sequential([layers.Input(shape), layer])
    assert multiplications(model) == 1 + expected


@pytest.mark.parametrize(
    ("work", "rows"),
    [(1, 256), (2**19, 256), (2**20, 128), (2**22, 32), (2**22 + 1, 16), (2**29, 8)],
)
def test_a_block_is_a_power_of_two(work, rows):
    assert block_rows(work) == rows


def test_recurrent_units_are_those_of_the_largest_layer():
    assert recurrent_units(mlp()) == 0
    start = layers.Input((5, 2))
    wide = layers.Bidirectional(layers.LSTM(7, return_sequences=True))(start)
    assert recurrent_units(keras.Model(start, layers.GRU(3)(wide))) == 7
