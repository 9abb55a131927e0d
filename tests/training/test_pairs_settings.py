"""Settings of Keras and TensorFlow, and functions that are found by their names."""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from unittest import mock

import keras
import numpy as np
import pytest
from keras import layers, ops

from skkeras import KerasMLPRegressor
from tests.training.pairs import Pairs, regressor, stack

PAIRS = Pairs()

# -- settings --------------------------------------------------------------------------------------


@contextmanager
def setting(set_to, value, before):
    set_to(value)
    try:
        yield
    finally:
        set_to(before)


@contextmanager
def policy(name):
    with setting(keras.config.set_dtype_policy, name, "float32"):
        yield


_MLP = {"hidden_layer_sizes": 6, "epochs": 2, "batch_size": 20, "random_state": 0}


@PAIRS.pair("float32", "mixed_bfloat16")
def dtype_policy_of_a_family(name):
    with policy(name):
        yield KerasMLPRegressor(**_MLP)


@PAIRS.pair("float32", "float64")
def dtype_policy_of_an_own_loss(name):
    with policy(name):
        yield regressor(loss=lambda t, p: ops.mean(ops.abs(ops.reshape(t, (-1, 1)) - p)))


@PAIRS.pair("float32", "float64")
def floatx(name):
    with setting(keras.config.set_floatx, name, "float32"), policy(name):
        yield regressor()


@PAIRS.pair(1e-7, 0.1)
def epsilon(value):
    with setting(keras.config.set_epsilon, value, 1e-7):
        yield regressor(loss="mean_absolute_percentage_error", optimizer=keras.optimizers.SGD(1e-4))


@PAIRS.pair(1e-7, 0.1)
def epsilon_in_an_own_loss(value):
    def loss(y_true, y_pred):
        scale = ops.abs(y_pred) + keras.config.epsilon()
        return ops.mean(ops.abs(ops.reshape(y_true, (-1, 1)) - y_pred) / (1 + scale))

    with setting(keras.config.set_epsilon, value, 1e-7):
        yield regressor(loss=loss)


@PAIRS.pair("channels_last", "channels_first", data="images")
def image_data_format(name):
    def build():
        inputs = keras.Input((6, 6, 2))
        x = ops.concatenate([inputs, inputs**2, ops.sin(inputs)], -1)
        return keras.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling2D()(x)))

    with setting(keras.config.set_image_data_format, name, "channels_last"):
        yield regressor(build)


@PAIRS.pair(1.0, -0.5)
def eager_with_an_own_loss(factor):
    def loss(y_true, y_pred):
        return factor * ops.mean((ops.reshape(y_true, (-1, 1)) - y_pred) ** 2)

    return regressor(loss=loss, run_eagerly=True)


@PAIRS.pair(1.0, -0.3)
def method_of_keras_replaced(slope):
    call = layers.Dense.call

    def scaled(self, x, training=None):
        return slope * call(self, x, training=training)

    with mock.patch.object(layers.Dense, "call", scaled):
        yield regressor()


@PAIRS.pair(None, -0.3)
def method_of_keras_replaced_under_a_family(slope):
    call = layers.Dense.call

    def scaled(self, x, training=None):
        return slope * call(self, x, training=training)

    with mock.patch.object(layers.Dense, "call", scaled if slope else call):
        yield KerasMLPRegressor(**_MLP)


# -- names that come to mean another thing, as when a notebook's cell runs again -------------------


def registered(name, thing):
    return mock.patch.dict(keras.saving.get_custom_objects(), {name: thing})


def known(kind, name, thing):
    """Add a function to those that Keras itself finds by name, as there is no other way."""
    module = importlib.import_module(f"keras.src.{kind}")
    return mock.patch.dict(module.ALL_OBJECTS_DICT, {name: thing})


def leak(slope):
    return lambda x: ops.maximum(x, slope * x)


def scaled_error(factor):
    def error(y_true, y_pred):
        y_true = ops.reshape(y_true, ops.shape(y_pred))
        return factor * ops.mean((ops.cast(y_true, y_pred.dtype) - y_pred) ** 2, -1)

    return error


@PAIRS.pair(0.1, 0.8)
def activation_by_name(slope):
    with known("activations", "own_activation", leak(slope)):
        yield regressor(lambda: stack(layers.Dense(6, "own_activation")))


@PAIRS.pair(0.1, 0.8)
def activation_of_a_family_by_name(slope):
    with known("activations", "own_activation", leak(slope)):
        yield KerasMLPRegressor(activation="own_activation", learning_rate=0.05, **_MLP)


@PAIRS.pair(1.0, 0.1)
def loss_by_name(factor):
    with known("losses", "own_loss", scaled_error(factor)):
        yield regressor(loss="own_loss")


@PAIRS.pair(1.0, 0.1)
def loss_of_a_family_by_name(factor):
    with known("losses", "own_loss", scaled_error(factor)):
        # Adam would take no notice of the factor.
        yield KerasMLPRegressor(loss="own_loss", optimizer="sgd", **_MLP)


@PAIRS.pair(0.1, 0.8)
def class_registered_again(slope):
    class Leaky(layers.Layer):
        def call(self, x):
            return ops.maximum(x, slope * x)

    model = stack(layers.Dense(6), Leaky())
    model.set_weights([np.linspace(-1, 1, w.size).reshape(w.shape) for w in model.get_weights()])
    # A model that is given is copied, which may go by the names of classes.
    with registered("Leaky", Leaky):
        yield regressor(model)


class Slow(keras.optimizers.SGD):
    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient * 0.1, variable, learning_rate)


@PAIRS.pair(keras.optimizers.SGD, Slow)
def optimizer_by_name(kind):
    with registered("Mine", type("Mine", (kind,), {})):
        yield regressor(optimizer="Mine")


@PAIRS.pair(keras.optimizers.SGD, Slow)
def optimizer_of_a_family_by_name(kind):
    with registered("Mine", type("Mine", (kind,), {})):
        yield KerasMLPRegressor(optimizer="Mine", learning_rate=0.1, **_MLP)


@pytest.mark.parametrize("name", PAIRS)
def test_pair(name, tmp_path):
    PAIRS[name].check(tmp_path)
