"""Layers and functions of one's own, and what they get their numbers from."""

from __future__ import annotations

import contextvars
import importlib
import sys
import tempfile
import types
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from tests.training.pairs import FOLDER, Pairs, around, changed, regressor, stack

PAIRS = Pairs()

# -- code that is edited between two fits ----------------------------------------------------------


def shape(x):
    return x


def outer(x):
    return shape(x) + 1.0


class Shaped(layers.Layer):
    slope = 1.0

    def call(self, x):
        return self.slope * shape(x)


class ShapedTwice(layers.Layer):
    def call(self, x):
        return outer(x)


def _double(x):
    return 2 * x


@PAIRS.pair(ops.tanh, ops.relu)
def helper_edited(function):
    with changed(globals(), "shape", function):
        yield around(Shaped)


@PAIRS.pair(ops.tanh, _double)
def helper_of_a_helper_edited(function):
    with changed(globals(), "shape", function):
        yield around(ShapedTwice)


@PAIRS.pair(1.0, -0.3)
def class_attribute(slope):
    with changed(Shaped, "slope", slope):
        yield around(Shaped)


@PAIRS.pair(lambda self, x: ops.tanh(x), lambda self, x: ops.relu(x))
def method_replaced(call):
    with changed(Shaped, "call", call):
        yield around(Shaped)


@PAIRS.pair(1.0, -0.3)
def code_of_a_helper_replaced(slope):
    with changed(shape, "__code__", (lambda x: x).__code__ if slope == 1.0 else _double.__code__):
        yield around(Shaped)


_MODULE = """
import keras
def scale(x):
    return {slope} * x
class Scaled(keras.layers.Layer):
    def call(self, x):
        return scale(x)
"""


@contextmanager
def written(slope):
    """Write a module with this number, and load it anew."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "skkeras_pair_module.py"
        path.write_text(_MODULE.format(slope=slope))
        with changed(sys, "path", [folder, *sys.path]), changed(sys, "dont_write_bytecode", True):
            importlib.invalidate_caches()
            known = sys.modules.get("skkeras_pair_module")
            yield importlib.reload(known) if known else importlib.import_module(path.stem)


@PAIRS.pair(1.0, -0.3)
def module_reloaded(slope):
    with written(slope) as module:
        yield around(module.Scaled)


# -- where a layer keeps a number ------------------------------------------------------------------


class Held(layers.Layer):
    """A layer that multiplies by what a function finds in an object."""

    def __init__(self, held, read):
        super().__init__()
        self.held, self.read = held, read

    def call(self, x):
        return x * self.read(self.held)


class Hidden:
    def __init__(self, slope):
        object.__setattr__(self, "_Hidden__slope", (slope,))

    def __getattr__(self, name):
        if name == "slope":
            return self.__slope[0]
        raise AttributeError(name)


CONTEXT: contextvars.ContextVar[float] = contextvars.ContextVar("slope", default=1.0)


_HELD = {
    "number": (lambda s: s, lambda held: held),
    "nested containers": (lambda s: {"a": [(s, 0), {s: 1}]}, lambda held: held["a"][0][0]),
    "attribute found by a method": (Hidden, lambda held: held.slope),
    "array": (lambda s: np.full((6,), s, "float32"), lambda held: held),
    "large constant": (lambda s: tf.fill((50, 6), s), lambda held: held[7]),
    "variable that Keras does not know": (
        lambda s: types.SimpleNamespace(v=tf.Variable(s, trainable=False)),
        lambda held: held.v,
    ),
    "table": (
        lambda s: tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer([1, 2], [1.0, s]), 0.0
        ),
        lambda held: held.lookup(tf.constant(2)),
    ),
}
for name, (hold, read) in _HELD.items():
    PAIRS.add(
        f"layer that holds: {name}",
        # What it holds is made anew for each model.
        lambda s, hold=hold, read=read: around(lambda: Held(hold(s), read)),
        1.0,
        -0.3,
    )


@PAIRS.pair(1.0, -0.3)
def layer_reads_a_context(slope):
    token = CONTEXT.set(slope)
    try:
        yield around(lambda: Held(CONTEXT, lambda held: held.get()))
    finally:
        CONTEXT.reset(token)


@PAIRS.pair("1.0", "-0.3")
def layer_reads_a_file_in_the_graph(slope):
    path = FOLDER / "slope"
    path.write_text(slope)

    def scale(x):
        return x * tf.strings.to_number(tf.io.read_file(str(path)))

    yield around(lambda: Plain(scale))
    path.unlink()


# -- what a layer does -----------------------------------------------------------------------------


class Plain(layers.Layer):
    """A layer with a function to call and no more."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, x):
        return self.function(x)


@tf.custom_gradient
def half(x):
    return x, lambda up: 0.5 * up


@tf.custom_gradient
def twice(x):
    return x, lambda up: 2.0 * up


def closed(slope):
    return tf.function(lambda x: slope * x)


def by_python(slope):
    def call(x):
        y = tf.py_function(lambda x: slope * x, [x], tf.float32)
        return tf.ensure_shape(y, x.shape)

    return call


def by_numpy(slope):
    def call(x):
        y = tf.numpy_function(lambda x: x + np.float32(slope), [x], tf.float32)
        return x + tf.stop_gradient(tf.ensure_shape(y, x.shape))

    return call


_DONE: dict[str, tuple[Any, Any]] = {
    "gradient of its own": (half, twice),
    "tf.function": (closed(1.0), closed(-0.3)),
    "gradient stopped": (lambda x: x + x, lambda x: x + tf.stop_gradient(x)),
    "Python in the graph": (by_python(1.0), by_python(-0.3)),
    "NumPy in the graph": (by_numpy(1.0), by_numpy(-0.3)),
}
for name, (one, other) in _DONE.items():
    PAIRS.add(f"layer with {name}", lambda f: around(lambda: Plain(f)), one, other)


class Flagged(layers.Layer):
    def __init__(self, flag):
        super().__init__()
        self.flag = flag

    def call(self, x, training=False):
        if self.flag and training:
            return ops.relu(x)
        return x


class Counting(layers.Layer):
    def __init__(self, slope):
        super().__init__()
        self.slope, self.n_calls = slope, 0

    def call(self, x):
        self.n_calls += 1
        return x * self.slope


class Watching(layers.Layer):
    def __init__(self, scale):
        super().__init__()
        self.scale, self.watched = scale, keras.metrics.Mean(name="watched")

    def call(self, x):
        self.watched.update_state(self.scale * ops.mean(ops.abs(x)))
        return x


class Block(layers.Layer):
    def __init__(self, rate):
        super().__init__()
        self.inner = [layers.Dense(4, "tanh"), layers.Dropout(rate)]

    def call(self, x, training=False):
        return self.inner[1](self.inner[0](x), training=training)


class Drawing(layers.Layer):
    def __init__(self, deviation, seed=1):
        super().__init__()
        self.deviation, self.seeds = deviation, keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        noise = keras.random.normal(ops.shape(x), stddev=self.deviation, seed=self.seeds)
        return x + noise if training else x


class DrawingByTensorFlow(layers.Layer):
    def __init__(self, deviation):
        super().__init__()
        self.deviation = deviation

    def call(self, x, training=False):
        if training:
            x = x + tf.random.normal(tf.shape(x), stddev=self.deviation, seed=5)
        return x


class OwnDropout(layers.Dropout):
    pass


for kind, one, other in [
    (Flagged, False, True),
    (Counting, 1.0, -0.3),
    (Block, 0.1, 0.8),
    (Drawing, 0.1, 0.5),
    (DrawingByTensorFlow, 0.1, 0.5),
    (OwnDropout, 0.1, 0.8),
]:
    PAIRS.add(
        f"own layer {kind.__name__}", lambda v, kind=kind: around(lambda: kind(v)), one, other
    )
PAIRS.add("metric in a layer", lambda s: around(lambda: Watching(s)), 1.0, 2.0, by="history")


@PAIRS.pair(1.0, -0.3)
def call_bound_to_a_layer(slope):
    def build():
        layer = Plain(ops.tanh)
        layer.call = types.MethodType(lambda self, x: slope * self.function(x), layer)
        return stack(layers.Dense(6), layer)

    return regressor(build)


class Cell(layers.Layer):
    def __init__(self, leak):
        super().__init__()
        self.leak, self.state_size = leak, 3
        self.inner = layers.Dense(3)

    def build(self, shape):
        self.inner.build(shape)

    def call(self, x, states):
        state = self.leak * states[0] + ops.tanh(self.inner(x))
        return state, [state]


@PAIRS.pair(0.5, -0.3, data="sequences")
def cell_of_ones_own(leak):
    return regressor(lambda: stack(layers.RNN(Cell(leak)), shape=(6, 3)))


# -- activations, penalties and constraints of one's own -------------------------------------------


class Towards(keras.regularizers.Regularizer):
    def __init__(self, goal):
        self.goal = goal

    def __call__(self, x):
        return ops.mean((x - self.goal) ** 2)


class Below(keras.constraints.Constraint):
    def __init__(self, most):
        self.most = most

    def __call__(self, w):
        return ops.minimum(w, self.most)


def _dense(argument, make):
    return lambda value: regressor(lambda: stack(layers.Dense(6, **{argument: make(value)})))


_ARGUMENTS = {
    "lambda as activation": ("activation", lambda s: lambda x: ops.maximum(x, s * x), 0.1, 0.8),
    "own regularizer": ("kernel_regularizer", Towards, 0.0, 1.0),
    "own constraint": ("kernel_constraint", Below, 0.1, 0.5),
}
for name, (argument, make, a, b) in _ARGUMENTS.items():
    PAIRS.add(name, _dense(argument, make), a, b)


@pytest.mark.parametrize("name", PAIRS)
def test_pair(name, tmp_path):
    PAIRS[name].check(tmp_path)
