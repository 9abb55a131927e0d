"""How layers are put together, subclassed models, and steps of training of one's own."""

from __future__ import annotations

import types
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from skkeras import KerasRegressor
from tests.training.pairs import DATA, Pairs, changed, regressor, small, stack, target

PAIRS = Pairs()

# -- one operation on tensors ----------------------------------------------------------------------

_TABLE = np.linspace(-1, 1, 36).reshape(6, 6).astype("float32")
_OPERATIONS = {
    "times": (lambda x: x * 0.5, lambda x: x * 2.0),
    "plus an array": (lambda x: x + _TABLE[0], lambda x: x + _TABLE[1]),
}


def operate(operation: Any) -> keras.Model:
    inputs = keras.Input((5,))
    return keras.Model(inputs, layers.Dense(1)(operation(layers.Dense(6)(inputs))))


for name, (one, other) in _OPERATIONS.items():
    PAIRS.add(
        f"operation {name}",
        lambda f: regressor(lambda: operate(f), optimizer=keras.optimizers.SGD(0.01)),
        one,
        other,
    )

# -- topology --------------------------------------------------------------------------------------


@PAIRS.pair(False, True)
def skip_connection(skips):
    def build(skips):
        inputs = keras.Input((5,))
        hidden = layers.Dense(5, "tanh")(inputs)
        hidden = layers.Add()([hidden, inputs if skips else hidden])
        return keras.Model(inputs, layers.Dense(1)(hidden))

    return regressor(build, skips=skips)


@PAIRS.pair(0, 1)
def order_of_layers(swapped):
    def build(swapped):
        both = [layers.Activation("tanh"), layers.BatchNormalization()]
        return stack(layers.Dense(6), *(both[::-1] if swapped else both))

    return regressor(build, swapped=swapped)


@PAIRS.pair(False, True)
def layer_used_twice(shared):
    def build(shared):
        inputs = keras.Input((5,))
        first, second = layers.Dense(5, "tanh"), layers.Dense(5, "tanh")
        x = (first if shared else second)(first(inputs))
        # Both models have the same weights.
        x = layers.Add()([x, second(inputs)])
        return keras.Model(inputs, layers.Dense(1)(x))

    return regressor(build, shared=shared)


@PAIRS.pair("relu", "tanh")
def nested_model(activation):
    def build(activation):
        inner = keras.Sequential([layers.Input((5,)), layers.Dense(4, activation)])
        return stack(layers.Dense(5), inner)

    return regressor(build, model__activation=activation)


@PAIRS.pair(True, False)
def frozen_inside_a_nested_model(trainable):
    def build(trainable):
        inner = keras.Sequential([layers.Input((5,)), layers.Dense(4), layers.Dense(3)])
        inner.layers[0].trainable = trainable
        return stack(inner)

    return regressor(build, trainable=trainable)


@PAIRS.pair(["a", "b"], ["b", "a"])
def names_of_inputs(names):
    def build():
        one, two = (keras.Input((2,), name=name) for name in names)
        hidden = [layers.Dense(2, "tanh")(one), layers.Dense(2, "relu")(two)]
        return keras.Model([one, two], layers.Dense(1)(layers.Concatenate()(hidden)))

    # Keras takes what has the name of an input.
    X, y = DATA["table"], target(DATA["table"], False)
    return regressor(build), {"a": X[:, :2], "b": X[:, 2:4]}, y


@PAIRS.pair(0.5, -0.5)
def function_mapped_over_rows(factor):
    def build():
        inputs = keras.Input((5,))
        return keras.Model(inputs, layers.Dense(1)(ops.map(lambda row: row * factor, inputs)))

    return regressor(build)


# -- ways to give a model --------------------------------------------------------------------------


@PAIRS.pair(0.1, 0.8)
def callable_object_as_model(rate):
    class Builder:
        __slots__ = ("rate",)

        def __init__(self, rate):
            self.rate = rate

        def __call__(self, meta):
            return stack(layers.Dense(6), layers.Dropout(self.rate), shape=meta["X_shape_"][1:])

    return regressor(Builder(rate))


class Own(KerasRegressor):
    def __init__(self, slope=0.1, **kwargs):
        super().__init__(**kwargs)
        self.slope = slope

    def _keras_build_fn(self, compile_kwargs):
        model = stack(layers.Dense(6), layers.LeakyReLU(self.slope))
        model.compile(**compile_kwargs)
        return model


@PAIRS.pair(0.1, 0.8)
def estimator_subclass(slope):
    return Own(slope, loss="mse", optimizer="sgd", epochs=2, batch_size=20, random_state=0)


_INSTANCE = stack(layers.Dense(6), layers.Dropout(0.1))


def fill(model, value):
    model.set_weights([np.full_like(weight, value) for weight in model.get_weights()])


@PAIRS.pair(0.1, 0.8)
def model_instance_changed(rate):
    fill(_INSTANCE, 0.1)
    with changed(_INSTANCE.layers[1], "rate", rate):
        yield regressor(_INSTANCE)


@PAIRS.pair(0.5, -0.5)
def weights_of_a_model_instance(weight):
    fill(_INSTANCE, weight)
    return regressor(_INSTANCE)


# -- first weights ---------------------------------------------------------------------------------


@PAIRS.pair(0.1, -0.2)
def weights_set_in_the_build_function(weight):
    def build():
        model = small()
        model.layers[0].set_weights([np.full((5, 6), weight), np.zeros(6)])
        return model

    return regressor(build)


class Fan(keras.initializers.Initializer):
    def __init__(self, gain):
        self.gain = gain

    def __call__(self, shape, dtype=None):
        return self.gain * ops.ones(shape, dtype) / shape[0]


@PAIRS.pair(1.0, -0.5)
def own_initializer(gain):
    return regressor(lambda: stack(layers.Dense(6, "tanh", kernel_initializer=Fan(gain))))


# -- subclasses of keras.Model ---------------------------------------------------------------------


class Net(keras.Model):
    def __init__(self, rate=0.0, epsilon=1e-3, strides=1, loops=1, factor=1.0):
        super().__init__()
        self.wide = layers.Reshape((5, 1))
        self.conv = layers.Conv1D(3, 2, strides=strides)
        self.pool = layers.GlobalMaxPooling1D()
        self.norm = layers.LayerNormalization(epsilon=epsilon)
        self.inner = layers.Dense(3, "tanh")
        self.drop = layers.Dropout(rate)
        self.end = layers.Dense(1)
        self.loops, self.factor = loops, factor

    def call(self, x, training=False):
        x = self.norm(self.pool(self.conv(self.wide(x))))
        for _ in range(self.loops):
            x = self.inner(x)
        return self.end(self.drop(x, training=training)) * self.factor


for name, one, other in [
    ("rate", 0.1, 0.8),
    ("epsilon", 1e-3, 0.5),
    ("strides", 1, 2),
    ("loops", 1, 3),
    ("factor", 1.0, -0.5),
]:
    PAIRS.add(
        f"subclassed model {name}",
        lambda value, name=name: regressor(Net, **{f"model__{name}": value}),
        one,
        other,
    )


# -- steps of training, testing and predicting -----------------------------------------------------


class Steps(keras.Sequential):
    """A perceptron with a step that is replaced by subclasses."""

    def __init__(self, factor):
        super().__init__([layers.Input((5,)), layers.Dense(6, "tanh"), layers.Dense(1)])
        self.factor = factor
        self.seeds = keras.random.SeedGenerator(3)

    def learn(self, loss, gradients):
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        return {"loss": loss, "norm": tf.linalg.global_norm(gradients)}


class OwnTrainStep(Steps):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.factor * self.compute_loss(y=y, y_pred=self(x, training=True))
        return self.learn(loss, tape.gradient(loss, self.trainable_variables))


class NoisyGradients(Steps):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        gradients = [
            g + self.factor * keras.random.normal(g.shape, seed=self.seeds)
            for g in tape.gradient(loss, self.trainable_variables)
        ]
        return self.learn(loss, gradients)


class OwnLoss(Steps):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        return loss + self.factor * ops.mean(ops.abs(y_pred))


class OwnMetrics(Steps):
    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        return {**logs, "bias": self.factor * ops.mean(y_pred - y)}


class OwnTestStep(Steps):
    def test_step(self, data):
        x, y = data
        error = ops.mean((self(x, training=False) - ops.reshape(y, (-1, 1))) ** 2)
        return {"loss": error, "own": self.factor * error}


def stepping(kind):
    return lambda factor: regressor(kind, factor=factor)


class OwnPredictStep(Steps):
    def predict_step(self, data):
        return self.factor * super().predict_step(data)


class OwnTrainFunction(Steps):
    def make_train_function(self, force=False):
        super().make_train_function(force)
        train = self.train_function

        def train_and_shrink(iterator):
            logs = train(iterator)
            for variable in self.trainable_variables:
                variable.assign(variable * self.factor)
            return logs

        self.train_function = train_and_shrink


class OwnFit(Steps):
    def fit(self, *args, **kwargs):
        history = super().fit(*args, **kwargs)
        for variable in self.trainable_variables:
            variable.assign(variable * self.factor)
        return history


class Student(Steps):
    """Learns from another network, which Keras does not know of."""

    def __init__(self, factor):
        super().__init__(factor)
        teacher = stack(layers.Dense(3))
        fill(teacher, factor)
        self.__dict__["teacher"] = teacher

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean((self.teacher(x) - y_pred) ** 2)


PAIRS.add("train step", stepping(OwnTrainStep), 1.0, 0.1)
PAIRS.add("train step that adds noise", stepping(NoisyGradients), 0.1, 1.0)
PAIRS.add("predict step", stepping(OwnPredictStep), 1.0, 0.5, by="predictions")
PAIRS.add("train function", stepping(OwnTrainFunction), 1.0, 0.5)
PAIRS.add("fit", stepping(OwnFit), 1.0, 0.5)
PAIRS.add("teacher that Keras does not know of", stepping(Student), 0.1, -0.3)
PAIRS.add("compute loss", stepping(OwnLoss), 0.1, 1.0)
PAIRS.add("compute metrics", stepping(OwnMetrics), 1.0, 2.0, by="history")
PAIRS.add(
    "test step",
    lambda factor: regressor(OwnTestStep, factor=factor, validation_split=0.3),
    1.0,
    2.0,
    by="history",
)


def bound(name, make):
    """Bind a function that `make` gives for a factor to a model, under a name."""

    def estimator(factor):
        def build():
            model = small()
            setattr(model, name, types.MethodType(make(factor), model))
            return model

        return regressor(build)

    return estimator


def _scaled_call(factor):
    def call(self, x, training=None, mask=None):
        return factor * type(self).call(self, x, training=training, mask=mask)

    return call


def _scaled_loss(factor):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return factor * ops.mean((ops.reshape(y, (-1, 1)) - y_pred) ** 2)

    return compute_loss


def _clipping_step(factor):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        gradients = [tf.clip_by_value(g, -factor, factor) for g in gradients]
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss, "norm": tf.linalg.global_norm(gradients)}

    return train_step


PAIRS.add("call bound to a model", bound("call", _scaled_call), 1.0, 0.3)
PAIRS.add("compute loss bound to a model", bound("compute_loss", _scaled_loss), 1.0, 0.1)
PAIRS.add("train step bound to a model", bound("train_step", _clipping_step), 1.0, 0.01)


class AddsLoss(layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        self.add_loss(self.factor * ops.mean(x**2))
        return x


@PAIRS.pair(0.1, 1.0)
def loss_added_in_a_layer(factor):
    return regressor(lambda: stack(layers.Dense(6), AddsLoss(factor)))


@PAIRS.pair([1.0], [0.1])
def loss_weights(weights):
    def build():
        model = small()
        model.compile(keras.optimizers.SGD(0.1), "mse", loss_weights=weights)
        return model

    return regressor(build)


@pytest.mark.parametrize("name", PAIRS)
def test_pair(name, tmp_path):
    PAIRS[name].check(tmp_path)
