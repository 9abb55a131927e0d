"""All that a computation depends on is told apart, and nothing else; code of others is named."""

import collections
import types

import keras
import numpy as np
import pytest
from keras import layers, losses

from skkeras.layers import Dropout
from skkeras.training import ForeignCode, describe_object
from skkeras.training.programs._description import describe
from skkeras.training.programs._traversal import Traversal


def build(hidden=None, optimizer="adam", loss="mse", metrics=(), name=None):
    inputs = layers.Input((4,))
    hidden = layers.Dense(3, "relu", name=name) if hidden is None else hidden
    model = keras.Model(inputs, layers.Dense(1)(hidden(inputs)))
    model.compile(optimizer, loss, metrics=list(metrics))
    return model


class Subclass(layers.Dense):
    """Keras' own in all but its class."""


class Slotted:
    __slots__ = ("factor",)


def of_the_users_own(y_true, y_pred):
    return keras.ops.mean(y_true - y_pred)


def bound():
    layer = layers.Dense(3)
    layer.call = types.MethodType(lambda self, x: x, layer)
    return layer


def holding(value):
    layer = layers.Dense(3)
    layer.__dict__["held"] = value
    return layer


@pytest.mark.parametrize(
    ("make_model", "what"),
    [
        (lambda: build(layers.Activation(lambda x: x)), "lambda"),
        (lambda: build(Subclass(3)), "Subclass"),
        (lambda: build(bound()), "lambda"),
        (lambda: build(layers.Dense(3, kernel_regularizer=lambda w: 0.0)), "lambda"),
        (lambda: build(layers.Dense(3, kernel_constraint=lambda w: w)), "lambda"),
        (lambda: build(layers.Dense(3, kernel_initializer=lambda s, dtype: np.ones(s))), "lambda"),
        (lambda: build(loss=of_the_users_own), "of_the_users_own"),
        (lambda: build(metrics=[of_the_users_own]), "of_the_users_own"),
        (lambda: build(optimizer=type("Mine", (keras.optimizers.SGD,), {})()), "Mine"),
        (lambda: build(holding(Slotted())), "Slotted"),
        (lambda: build(holding(collections.deque([1]))), "deque"),
        (lambda: build(holding(np.array([Slotted()]))), "ndarray"),
        (lambda: build(optimizer=keras.optimizers.Muon()), "Muon"),
    ],
)
def test_code_of_others_is_said_and_not_described(make_model, what):
    with pytest.raises(ForeignCode, match=what):
        describe(make_model())


@pytest.mark.parametrize("method", ["build", "quantize"])
def test_methods_that_keras_wraps_are_left_out_unless_replaced(method):
    layer = layers.Dense(3)
    traversal = Traversal((), training=True)
    traversal.add(layer)
    assert method in vars(layer) and method not in traversal.texts
    setattr(layer, method, lambda *args: None)
    with pytest.raises(ForeignCode, match="lambda"):
        traversal = Traversal((), training=True)
        traversal.add(layer)


def test_a_name_means_what_is_registered_under_it():
    def build_it():
        return build(loss="of_mine")

    registered = keras.saving.custom_object_scope({"of_mine": of_the_users_own})
    with registered, pytest.raises(ForeignCode, match="of_the_users_own"):
        describe(build_it())
    with keras.saving.custom_object_scope({"of_mine": losses.mean_squared_error}):
        assert describe(build_it()).key


def test_names_do_not_matter_but_for_metrics_and_where_they_are_read():
    first = describe(build(name="one"))
    assert first == describe(build(name="other"))
    named = [
        describe(build(metrics=[keras.metrics.MeanSquaredError(name=name)])).key
        for name in ("one", "other")
    ]
    assert named[0] != named[1]

    def decaying(names):
        optimizer = keras.optimizers.AdamW()
        optimizer.exclude_from_weight_decay(var_names=names)
        return describe(build(optimizer=optimizer))

    assert decaying(["bias"]).key != decaying(["kernel"]).key

    def decaying_alone(place):
        model = build()
        optimizer = keras.optimizers.AdamW()
        optimizer.exclude_from_weight_decay(var_list=[model.trainable_variables[place]])
        model.compile(optimizer, "mse")
        return describe(model)

    assert decaying_alone(0).key == decaying_alone(0).key != decaying_alone(1).key


def test_structure_counts():
    def joined(shared, order):
        inputs = layers.Input((4,))
        one = layers.Dense(4)
        other = one if shared else layers.Dense(4)
        parts = [one(inputs), layers.Activation("tanh")(other(inputs))]
        model = keras.Model(inputs, layers.Subtract()([parts[place] for place in order]))
        model.compile("sgd", "mse")
        return describe(model).key

    keys = [joined(shared, order) for shared in (True, False) for order in ((0, 1), (1, 0))]
    assert len(set(keys)) == 4
    assert keys[0] == joined(True, (0, 1))

    one, other = [1], [1]
    assert describe_object([one, other, one]) != describe_object([one, other, other])

    def scaled(factor):
        inputs = layers.Input((4,))
        model = keras.Model(inputs, keras.ops.clip(layers.Dense(1)(inputs) * factor, -9, 9))
        model.compile("sgd", "mse")
        return describe(model).key

    assert scaled(2.0) == scaled(2.0) != scaled(3.0)


def test_plain_values_are_told_apart():
    dense = layers.Dense(2)
    values = [
        *(dense.call, dense.build, layers.Dense(3).call),
        *(None, 0, 0.0, False, "", b"", (), [], {}, set(), 1, 1.0, True, "1", np.float64(1.0)),
        *(np.ones(2), np.ones(2, "float32"), np.ones((2, 1)), np.array(["a", "b"])),
        *(["ab", "c"], ["a", "bc"], [["a"], "b"], ["a", ["b"]], {"a": 1}, [("a", 1)]),
        *(float("nan"), float("inf"), -0.0, range(3), range(4), slice(1), Ellipsis),
        *(keras.ops.relu, keras.losses.MeanSquaredError, keras.losses.MeanSquaredError()),
        *(keras.callbacks.EarlyStopping("loss"), keras.callbacks.EarlyStopping("val_loss")),
    ]
    assert len(set(map(describe_object, values))) == len(values)
    assert [describe_object(value) for value in values] == [describe_object(v) for v in values]
    rows = np.arange(12.0).reshape(3, 4)
    assert describe_object(rows) == describe_object(np.asfortranarray(rows))
    shared = [1]
    shared.append(shared)
    assert describe_object(shared) == describe_object(shared)


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.SGD(0.1, momentum=0.9),
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, 9)),
        lambda: keras.optimizers.Adam(use_ema=True),
        lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1)),
    ],
    ids=["SGD", "schedule", "averages", "scaled loss"],
)
def test_state_of_an_optimizer_does_not_matter(make):
    model, other = build(optimizer=make()), build(optimizer=make())
    first = describe(other).key
    for _ in range(2):
        gradients = [np.ones(v.shape, "float32") for v in model.trainable_variables]
        model.optimizer.apply(gradients, model.trainable_variables)
        assert describe(model).key == first


def test_numbers_that_keras_compares_with_others_are_told_apart():
    def momentum(number):
        return describe(build(optimizer=keras.optimizers.SGD(0.1, number))).key

    assert momentum(0.5) == momentum(0.9) != momentum(0.0)

    assert describe(build(Dropout(0.5))).key == describe(build(Dropout(0.9))).key
    assert len({describe(build(layers.Dropout(rate))).key for rate in (0.0, 0.5, 1.0)}) == 3


def test_names_of_outputs_matter_only_if_there_are_several():
    def ending(*names):
        inputs = layers.Input((4,))
        model = keras.Model(inputs, [layers.Dense(1, name=name)(inputs) for name in names])
        model.compile("sgd", ["mse"] * len(names))
        return describe(model).key

    assert ending("a") == ending("b")
    assert len({ending("a", "b"), ending("b", "a"), ending("a", "c")}) == 3
