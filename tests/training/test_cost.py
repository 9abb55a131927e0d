"""The work of a model chooses how many rows are predicted at a time."""

import keras
from keras import layers

from skkeras.training import seeding
from skkeras.training._cost import block_rows, multiplications


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
