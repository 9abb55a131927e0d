"""Code of one's own that reads a number from anywhere trains by the number that stands there now.

Each example makes a layer, loss, optimizer, model, activation or penalty that reads all numbers of
a random structure, fits it, changes one of the numbers in place, and fits it again.
"""

from __future__ import annotations

import types
import warnings
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers, ops

from skkeras import clear_cache
from tests.training.pairs import DATA, equal, regressor, small, stack, target

# -- structures that hold parts, by how they are made, read and changed ----------------------------


class Slots:
    __slots__ = ("p0", "p1", "p2")


@dataclass
class Record:
    p0: Any = None
    p1: Any = None
    p2: Any = None


class Plain:
    def __init__(self):
        self.inner = {}


def _function():
    def function():
        return function.p0

    return function


def _with_attributes(make: Callable[[], Any]) -> Any:
    def made(parts):
        holder = make()
        for i, part in enumerate(parts):
            setattr(holder, f"p{i}", part)
        return holder

    return made, lambda holder, i: getattr(holder, f"p{i}"), _set_attribute


def _set_attribute(holder, i, part):
    setattr(holder, f"p{i}", part)


def _set_item(holder, i, part):
    holder[i] = part


def _closures(parts):
    def closure(part):
        return lambda: part

    return [closure(part) for part in parts]


def _set_cell(holder, i, part):
    holder[i].__closure__[0].cell_contents = part


def _defaults(parts):
    def function(p0=None, p1=None, p2=None):
        return p0, p1, p2

    function.__defaults__ = (*parts, *[None] * (3 - len(parts)))
    return function


def _set_default(holder, i, part):
    before = holder.__defaults__
    holder.__defaults__ = (*before[:i], part, *before[i + 1 :])


def _array(parts):
    return np.array(parts, None if all(isinstance(part, float) for part in parts) else object)


HOLDERS: dict[str, tuple[Callable, Callable, Callable]] = {
    "list": (list, lambda holder, i: holder[i], _set_item),
    "array": (_array, lambda holder, i: holder[i], _set_item),
    "deque": (deque, lambda holder, i: holder[i], _set_item),
    "dict": (lambda parts: dict(enumerate(parts)), lambda holder, i: holder[i], _set_item),
    "namespace": _with_attributes(types.SimpleNamespace),
    "slots": _with_attributes(Slots),
    "record": _with_attributes(Record),
    "object": _with_attributes(Plain),
    "function's attributes": _with_attributes(_function),
    "class": _with_attributes(lambda: type("Kind", (), {})),
    "closures": (_closures, lambda holder, i: holder[i](), _set_cell),
    "defaults": (_defaults, lambda holder, i: holder()[i], _set_default),
}


@dataclass
class Tree:
    """A structure of holders, and how its numbers are read and changed."""

    kind: str
    parts: list[Any]  # trees and numbers

    def make(self) -> Any:
        return HOLDERS[self.kind][0]([p.make() if _is_tree(p) else p for p in self.parts])

    def read(self, holder: Any) -> float:
        """Add all numbers."""
        total = 0.0
        for i, part in enumerate(self.parts):
            found = HOLDERS[self.kind][1](holder, i)
            total += part.read(found) if _is_tree(part) else found
        return total

    def places(self) -> list[tuple[int, ...]]:
        """List where the numbers are."""
        return [
            (i, *rest)
            for i, part in enumerate(self.parts)
            for rest in (part.places() if _is_tree(part) else [()])
        ]

    def change(self, holder: Any, place: tuple[int, ...]) -> None:
        """Change one number in place."""
        _, get, put = HOLDERS[self.kind]
        i, *rest = place
        if rest:
            self.parts[i].change(get(holder, i), tuple(rest))
        else:
            put(holder, i, get(holder, i) + 0.5)


def _is_tree(part: Any) -> bool:
    return isinstance(part, Tree)


_NUMBERS = st.sampled_from([0.125, 0.25, 0.375])


def _holding(parts: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(
        Tree, st.sampled_from(sorted(HOLDERS)), st.lists(parts, min_size=1, max_size=3)
    )


TREES = st.recursive(_holding(_NUMBERS), lambda parts: _holding(_NUMBERS | parts), max_leaves=4)


# -- code that uses the sum of a structure's numbers -----------------------------------------------


class Scaled(layers.Layer):
    def __init__(self, held, read):
        super().__init__()
        self.held, self.read = held, read

    def call(self, x):
        return x * self.read(self.held)


class Loss(keras.losses.Loss):
    def __init__(self, held, read):
        super().__init__()
        self.held, self.read = held, read

    def call(self, y_true, y_pred):
        error = ops.reshape(y_true, (-1, 1)) - y_pred
        return ops.mean(error**2) * self.read(self.held)


class Optimizer(keras.optimizers.SGD):
    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient * self.read(self.held), variable, learning_rate)


class Model(keras.Model):
    def __init__(self, held, read):
        super().__init__()
        self.hidden, self.end = layers.Dense(4, "tanh"), layers.Dense(1)
        self.held, self.read = held, read

    def call(self, x):
        return self.end(self.hidden(x) * self.read(self.held))


def _optimized(held, read):
    model, optimizer = small(), Optimizer(0.01)
    optimizer.held, optimizer.read = held, read
    model.compile(optimizer, "mse")
    return model


def _activated(held, read):
    return stack(layers.Dense(4, lambda x: ops.maximum(x, read(held) * x)))


def _punished(held, read):
    return stack(layers.Dense(4, kernel_regularizer=lambda w: read(held) * ops.mean(w**2)))


def _layered(held, read):
    return stack(layers.Dense(4), Scaled(held, read))


USES: dict[str, Callable[[Any, Any], Any]] = {
    "layer": lambda held, read: regressor(lambda: _layered(held, read)),
    "loss": lambda held, read: regressor(loss=Loss(held, read)),
    "function as loss": lambda held, read: regressor(
        loss=lambda t, p: read(held) * ops.mean((ops.reshape(t, (-1, 1)) - p) ** 2)
    ),
    "optimizer": lambda held, read: regressor(lambda: _optimized(held, read)),
    "model": lambda held, read: regressor(lambda: Model(held, read)),
    "activation": lambda held, read: regressor(lambda: _activated(held, read)),
    "regularizer": lambda held, read: regressor(lambda: _punished(held, read)),
}

X = DATA["table"]
Y = target(X, False)


def fit(use: str, held: Any, read: Any, memory: Any = None) -> list[np.ndarray]:
    # Steps are small, for the sums may be large.
    estimator = USES[use](held, read).set_params(memory=memory)
    estimator.optimizer = keras.optimizers.SGD(0.01)
    estimator.fit(X, Y)
    return [*estimator.history_.values(), estimator.predict(X)]


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=TREES, use=st.sampled_from(sorted(USES)), data=st.data())
def test_a_changed_number_counts(tmp_path, tree, use, data):
    place = data.draw(st.sampled_from(tree.places()))
    held = tree.make()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "memory= keeps nothing of this fit")
        clear_cache()
        before = fit(use, held, tree.read, tmp_path)
        tree.change(held, place)
        after = fit(use, held, tree.read, tmp_path)
    clear_cache()
    assert equal(after, fit(use, held, tree.read))
    assert not equal(after, before)
