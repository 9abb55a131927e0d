import keras
import numpy as np
import pytest

from skkeras.layers import Dropout, to_numpy
from skkeras.training import seeding
from skkeras.training._initial_values import learn_initial_values
from skkeras.training.backends._state import state_of
from skkeras.training.programs._description import describe

INITIALIZERS = ("he_normal", "glorot_uniform", "orthogonal", "truncated_normal")


def mlp():
    layers = [keras.layers.Dense(5, kernel_initializer=name) for name in INITIALIZERS]
    return [keras.layers.Input((5,)), *layers, Dropout(0.1), keras.layers.BatchNormalization()]


def cnn():
    return [keras.layers.Input((6, 6, 1)), keras.layers.Conv2D(2, 3), keras.layers.Flatten()]


def rnn():
    return [
        keras.layers.Input((4,)),
        keras.layers.Embedding(7, 3),
        keras.layers.Bidirectional(keras.layers.LSTM(2, return_sequences=True)),
        keras.layers.GRU(2, dropout=0.1),
    ]


def built(layers):
    def build():
        model = keras.Sequential([*layers(), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        model.optimizer.build(model.trainable_variables)
        return model

    return build


@pytest.mark.parametrize("layers", [mlp, cnn, rnn])
def test_gives_what_building_the_model_gives(layers):
    build = built(layers)
    initial_values = learn_initial_values(build, state_of)
    with seeding(5):
        expected = [to_numpy(v) for v in state_of(build())]
    for value, variable in zip(initial_values(5), expected, strict=True):
        np.testing.assert_array_equal(value, variable)


def test_is_adapted_to_other_constants_but_not_to_other_initializers():
    def build(rate, initializer):
        layers = [keras.layers.Input((3,)), keras.layers.Dense(2, kernel_initializer=initializer)]
        model = keras.Sequential(layers)
        model.compile(keras.optimizers.Adam(rate), "mse")
        model.optimizer.build(model.trainable_variables)
        return model

    def start(*args, seed):
        with seeding(seed):
            return [to_numpy(v) for v in state_of(build(*args))]

    initial_values = learn_initial_values(lambda: build(0.1, "he_normal"), state_of)
    values = start(0.2, "he_normal", seed=0)
    for known in (values, values[:4]):  # all, and those from before the optimizer was built
        adapted = initial_values.adapted(0, known)
        for value, expected in zip(adapted(5), start(0.2, "he_normal", seed=5), strict=True):
            np.testing.assert_array_equal(value, expected)
    assert initial_values.adapted(0, [*values, values[0]]) is None
    assert initial_values.adapted(0, start(0.2, "he_uniform", seed=0)) is None
    zeros, normal = (describe(build(0.1, name)) for name in ("zeros", "he_normal"))
    assert zeros.key == normal.key and zeros.initial != normal.initial


def test_knows_when_it_cannot_tell():
    def noise(shape, dtype=None):
        return np.random.default_rng().normal(size=shape).astype("float32")

    def layers():
        return [keras.layers.Input((2,)), keras.layers.Dense(2, kernel_initializer=noise)]

    assert learn_initial_values(built(layers), state_of) is None
