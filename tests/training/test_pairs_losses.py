"""Losses and metrics: those of Keras with arguments, and functions and objects of one's own."""

from __future__ import annotations

import functools
import json
import os
from collections import deque
from typing import Any
from unittest import mock

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, losses, metrics, ops

from tests.training.pairs import (
    DATA,
    FOLDER,
    Pairs,
    changed,
    classifier,
    compiled,
    regressor,
    small,
    small_classifier,
    target,
)

PAIRS = Pairs()

# -- arguments of Keras' losses --------------------------------------------------------------------

_SLOW = keras.optimizers.SGD(0.01)
_OF_NUMBERS = {
    "Huber delta": (losses.Huber(0.1), losses.Huber(2.0)),
    "reduction": (losses.MeanSquaredError("sum_over_batch_size"), losses.MeanSquaredError("sum")),
    "dtype": (losses.MeanSquaredError(), losses.MeanSquaredError(dtype="bfloat16")),
}
for name, (one, other) in _OF_NUMBERS.items():
    PAIRS.add(f"loss {name}", lambda v: regressor(loss=v, optimizer=_SLOW), one, other)
PAIRS.add("loss__delta", lambda delta: regressor(loss="huber", loss__delta=delta), 0.1, 2.0)
PAIRS.add(
    "loss delta under XLA",
    lambda delta: regressor(loss=losses.Huber(delta), trainer="xla"),
    0.1,
    2.0,
)


@PAIRS.pair(False, True)
def loss_from_logits(from_logits):
    # Keras warns of logits that come from a softmax which it sees.
    def build():
        return keras.Sequential([small_classifier(), layers.Rescaling(1.0)])

    return classifier(build, loss=losses.CategoricalCrossentropy(from_logits))


PAIRS.add(
    "loss__label_smoothing",
    lambda s: classifier(loss="categorical_crossentropy", loss__label_smoothing=s),
    0.1,
    0.5,
)

# -- a quantile, held in as many ways as Python has ------------------------------------------------

QUANTILE = 0.2
LARGE = tf.zeros((200,))
TABLE = np.full(3, 0.2)
SETTINGS = {"quantile": 0.2}


def pinball(y_true: Any, y_pred: Any, q: Any) -> Any:
    error = ops.reshape(y_true, (-1, 1)) - y_pred
    return ops.mean(ops.maximum(q * error, (q - 1) * error), axis=-1)


def closure(q):
    def loss(y_true, y_pred):
        return pinball(y_true, y_pred, q)

    return loss


def default_argument(q):
    def loss(y_true, y_pred, level=q):
        return pinball(y_true, y_pred, level)

    return loss


def keyword_default(q):
    def loss(y_true, y_pred, *, level=q):
        return pinball(y_true, y_pred, level)

    return loss


def attribute_of_a_function(q):
    def loss(y_true, y_pred):
        return pinball(y_true, y_pred, loss.level)

    loss.level = q
    return loss


def through_a_nonlocal(q):
    level = 0.0

    def raise_to(value):
        nonlocal level
        level = value

    def loss(y_true, y_pred):
        return pinball(y_true, y_pred, level)

    raise_to(q)
    return loss


def called(loss):
    """Make a function of an object."""
    return lambda y_true, y_pred: loss(y_true, y_pred)


class Slots:
    __slots__ = ("level",)

    def __init__(self, level):
        self.level = level

    def __call__(self, y_true, y_pred):
        return pinball(y_true, y_pred, self.level)

    def loss(self, y_true, y_pred):
        return pinball(y_true, y_pred, self.level)


class Levels(Slots):
    __slots__ = ()

    def __call__(self, y_true, y_pred):
        return pinball(y_true, y_pred, float(self.level[0]))


class OwnLoss(losses.Loss):
    def __init__(self, level):
        super().__init__()
        self.level = level

    def call(self, y_true, y_pred):
        return pinball(y_true, y_pred, self.level)


class OwnHuber(losses.Huber):
    pass


_WAYS = {
    "closure": closure,
    "lambda": lambda q: lambda y_true, y_pred: pinball(y_true, y_pred, q),
    "partial": lambda q: called(functools.partial(pinball, q=q)),
    "default argument": default_argument,
    "keyword default": keyword_default,
    "attribute of a function": attribute_of_a_function,
    "nonlocal": through_a_nonlocal,
    "object with slots": lambda q: called(Slots(q)),
    "object with a deque": lambda q: called(Levels(deque([q]))),
    "bound method": lambda q: Slots(q).loss,
    "closure over a constant tensor": lambda q: closure(tf.constant(q)),
    "subclass of Loss": OwnLoss,
    "subclass of Huber": lambda q: OwnHuber(delta=q),
    "tf.function": lambda q: tf.function(closure(q)),
}
for name, way in _WAYS.items():
    PAIRS.add(f"loss as {name}", lambda q, way=way: regressor(loss=way(q)), 0.2, 0.9)
PAIRS.add("loss as closure by fit", lambda q: regressor(loss=closure(q), trainer="fit"), 0.2, 0.9)

# -- things outside that are changed between two fits ----------------------------------------------


class OfClass:
    level = 0.2

    def __call__(self, y_true, y_pred):
        return pinball(y_true, y_pred, self.level)


_KEPT, _HELD, _GROWING = Slots(0.2), OwnLoss(0.2), Levels([0.2])
_CONFIG = FOLDER / "config.json"


def _read():
    return json.loads(_CONFIG.read_text())["level"]


_OUTSIDE = {
    "module constant": (globals(), "QUANTILE", lambda t, p: pinball(t, p, QUANTILE)),
    "module's dict": (SETTINGS, "quantile", lambda t, p: pinball(t, p, SETTINGS["quantile"])),
    "class attribute": (OfClass, "level", called(OfClass())),
    "object's slot": (_KEPT, "level", called(_KEPT)),
    "list in an object": (_GROWING.level, 0, called(_GROWING)),
}
for name, (holder, key, loss) in _OUTSIDE.items():

    def mutate(q, holder=holder, key=key, loss=loss):
        with changed(holder, key, q):
            yield regressor(loss=loss)

    PAIRS.add(f"loss by a changed {name}", mutate, 0.2, 0.9)


@PAIRS.pair(0.2, 0.9)
def loss_by_a_changed_array(q):
    TABLE[:] = q
    yield regressor(loss=lambda t, p: pinball(t, p, TABLE[1]))


@PAIRS.pair(0.2, 0.9)
def loss_by_another_large_tensor(q):
    # Small ones stand in graphs themselves, large ones are handed to them.
    with changed(globals(), "LARGE", tf.fill((200,), q)):
        yield regressor(loss=lambda t, p: pinball(t, p, LARGE[7]))


@PAIRS.pair("0.2", "0.9")
def loss_by_the_environment(q):
    with mock.patch.dict(os.environ, SKKERAS_PAIR=q):
        yield regressor(loss=lambda t, p: pinball(t, p, float(os.environ["SKKERAS_PAIR"])))


@PAIRS.pair(0.2, 0.9)
def loss_by_a_file(q):
    _CONFIG.write_text(json.dumps({"level": q}))
    yield regressor(loss=lambda t, p: pinball(t, p, _read()))
    _CONFIG.unlink()


# -- metrics ---------------------------------------------------------------------------------------

_METRICS = {
    "threshold": (metrics.BinaryAccuracy(threshold=0.2), metrics.BinaryAccuracy(threshold=0.8)),
    "k": (
        metrics.SparseTopKCategoricalAccuracy(k=1, name="k"),
        metrics.SparseTopKCategoricalAccuracy(k=2, name="k"),
    ),
}
for name, (one, other) in _METRICS.items():
    loss = "sparse_categorical_crossentropy" if name == "k" else "categorical_crossentropy"
    PAIRS.add(
        f"metric {name}",
        lambda metric, loss=loss: classifier(loss=loss, metrics=[metric]),
        one,
        other,
        by="history",
    )


class Within(metrics.Metric):
    """Share of predictions within a distance, over all epochs where it is not reset."""

    def __init__(self, distance, resets=True, name="within"):
        super().__init__(name=name)
        self.distance, self.resets = distance, resets
        self.hits = self.add_weight(shape=(), initializer="zeros", name="hits")
        self.rows = self.add_weight(shape=(), initializer="zeros", name="rows")

    def update_state(self, y_true, y_pred, sample_weight=None):
        error = ops.abs(ops.reshape(y_true, (-1, 1)) - ops.cast(y_pred, "float32"))
        self.hits.assign_add(ops.sum(ops.cast(error < self.distance, "float32")))
        self.rows.assign_add(ops.cast(ops.size(error), "float32"))

    def result(self):
        return self.hits / self.rows

    def reset_state(self):
        if self.resets:
            super().reset_state()

    def get_config(self):
        return {"name": self.name, "distance": self.distance, "resets": self.resets}


class Total(metrics.Metric):
    """Sum of what was predicted, and of where it starts, over all epochs."""

    def __init__(self, start, name="total"):
        super().__init__(name=name)
        self.start = start
        first = keras.initializers.Constant(start)
        self.total = self.add_weight(shape=(), initializer=first, name="total")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(ops.sum(ops.abs(y_pred)))

    def result(self):
        return self.total

    def reset_state(self):
        pass

    def get_config(self):
        return {"name": self.name, "start": self.start}


def with_metric(metric):
    return regressor(metrics=[metric])


PAIRS.add("own metric", lambda d: with_metric(Within(d)), 0.3, 1.0, by="history")
PAIRS.add("start of an own metric", lambda s: with_metric(Total(s)), 1.0, 5.0, by="history")
PAIRS.add("own metric not reset", lambda r: with_metric(Within(0.5, r)), True, False, by="history")


@PAIRS.pair(0.3, 1.0, by="history")
def function_as_metric(distance):
    def near(y_true, y_pred):
        return ops.cast(ops.abs(ops.reshape(y_true, (-1, 1)) - y_pred) < distance, "float32")

    return with_metric(near)


@PAIRS.pair("metrics", "weighted_metrics", by="history")
def weighted_metrics(argument):
    def build():
        model = small()
        model.compile("sgd", "mse", **{argument: ["mae"]})
        return model

    X = DATA["table"]
    weights = {"sample_weight": np.linspace(0.1, 2, len(X))}
    return compiled(build), X, target(X, False), weights


@pytest.mark.parametrize("name", PAIRS)
def test_pair(name, tmp_path):
    PAIRS[name].check(tmp_path)
