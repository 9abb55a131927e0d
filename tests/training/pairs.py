"""Pairs of models that differ in one thing, and what each must give alone and after the other.

A pair is a function that takes one of two values and returns an estimator, not fitted, or a tuple
of an estimator, X, y and, where needed, arguments of `fit`. A function that changes anything
outside itself yields in place of returning, and puts it back afterwards.

    @PAIRS.pair(0.1, 0.8)
    def dropout_rate(rate):
        return regressor(build, rate=rate)
"""

from __future__ import annotations

import inspect
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers
from sklearn.base import is_classifier

from skkeras import KerasClassifier, KerasRegressor, clear_cache

_DRAWS = np.random.default_rng(0)
N_ROWS = 60
# Kinds of rows, by name.
DATA = {
    "table": _DRAWS.normal(size=(N_ROWS, 5)).astype("float32"),
    "images": _DRAWS.normal(size=(N_ROWS, 6, 6, 2)).astype("float32"),
    "sequences": _DRAWS.normal(size=(N_ROWS, 6, 3)).astype("float32"),
    "tokens": _DRAWS.integers(0, 6, size=(N_ROWS, 5)),
}
# Some steps are left out, as users pad.
DATA["sequences"][::2, 4:] = 0.0
DATA["sequences"][1::2, 3:] = 1.0
# Removed when the tests end.
_FOLDER = tempfile.TemporaryDirectory()
FOLDER = Path(_FOLDER.name)
PARTS = ("weights", "history", "predictions")


@dataclass(frozen=True)
class Pair:
    """Two variants of one estimator.

    Attributes
    ----------
    name : str
        Readable id.
    make : callable
        Takes a value and gives the variant, see above.
    values : tuple of two
        What the variants differ in.
    by : {"weights", "history", "predictions"}
        Part of a fit that differs between the two.
    data : str
        Kind of rows, where `make` gives none.
    """

    name: str
    make: Callable[[Any], Any]
    values: tuple[Any, Any]
    by: str = "weights"
    data: str = "table"

    @property
    def changes_something(self) -> bool:
        """Whether something outside the two variants is changed."""
        return inspect.isgeneratorfunction(self.make)

    @contextmanager
    def variant(self, i: int) -> Iterator[tuple[Any, Any, Any, dict[str, Any]]]:
        """Yield the estimator, X, y and arguments of `fit` of one of the two."""
        if self.changes_something:
            with contextmanager(self.make)(self.values[i]) as made:
                yield self._complete(made)
        else:
            yield self._complete(self.make(self.values[i]))

    def _complete(self, made: Any) -> tuple[Any, Any, Any, dict[str, Any]]:
        estimator, *given = made if isinstance(made, tuple) else (made,)
        if not given:
            X = DATA[self.data]
            given = [X, target(X, is_classifier(estimator))]
        X, y, *options = given
        return estimator, X, y, options[0] if options else {}

    def fit(self, i: int, memory: Any = None) -> dict[str, list[Any]]:
        """Fit one of the two, and give the parts of the result."""
        with self.variant(i) as (estimator, X, y, options):
            if memory is not None:
                estimator.set_params(memory=memory)
            estimator.fit(X, y, **options)
            history = dict(sorted(estimator.history_.items()))
            predict = getattr(estimator, "predict_proba", estimator.predict)
            return {
                "predictions": [np.asarray(predict(X))],
                "history": [*history, *history.values()],
                "weights": estimator.model_.get_weights(),
            }

    def check(self, folder: Any) -> None:
        """Fit both variants, each alone and after the other, also with `memory=`.

        A is tried after B too only if something outside the two is changed. Otherwise, they share
        what they should not in both orders or in none.
        """
        found = {}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "memory= keeps nothing of this fit")
            clear_cache()
            if self.changes_something:
                a = self.fit(0)
                found["B after A"] = 1, self.fit(1)
                clear_cache()
                b = self.fit(1, folder)
                found["A after B, with memory="] = 0, self.fit(0, folder)
            else:
                a = self.fit(0, folder)
                found["B after A, with memory="] = 1, self.fit(1, folder)
            found["B again, with memory="] = 1, self.fit(1, folder)
            found["A again, with memory="] = 0, self.fit(0, folder)
            if not self.changes_something:
                clear_cache()
                b = self.fit(1)
        assert not equal(a[self.by], b[self.by]), f"alone, both have the same {self.by}"
        alone = a, b
        wrong = [
            f"{when}: {part} {_whose(fit[part], alone[1 - i][part])}"
            for when, (i, fit) in found.items()
            for part in PARTS
            if not equal(fit[part], alone[i][part])
        ]
        assert not wrong, "\n".join(wrong)


def equal(one: list[Any], other: list[Any]) -> bool:
    """Tell whether two lists of arrays are the same to the bit."""
    return len(one) == len(other) and all(
        np.shape(p) == np.shape(q) and np.asarray(p).dtype == np.asarray(q).dtype and _same(p, q)
        for p, q in zip(one, other, strict=True)
    )


def _same(one: Any, other: Any) -> bool:
    return np.asarray(one).tobytes() == np.asarray(other).tobytes()


def _whose(found: list[Any], other: list[Any]) -> str:
    return "are the other's" if equal(found, other) else "are neither its own nor the other's"


def target(X: Any, of_classes: bool) -> np.ndarray:
    """Return three classes, or numbers, that can be learned from rows."""
    signal = X.reshape(len(X), -1)[:, :5] @ np.array([0.2, 0.4, -0.6, 0.8, 1.0])
    if of_classes:
        return signal.argsort().argsort() * 3 // len(signal)
    return ((signal - signal.mean()) / signal.std()).astype("float32")


class Pairs(dict[str, Pair]):
    """Pairs by their names."""

    def add(self, name: str, make: Callable[[Any], Any], a: Any, b: Any, **kwargs: Any) -> None:
        """Add a pair; keyword arguments are those of `Pair`."""
        assert name not in self, f"{name} is there twice"
        self[name] = Pair(name, make, (a, b), **kwargs)

    def pair(self, a: Any, b: Any, **kwargs: Any) -> Callable[[Callable], Callable]:
        """Add the decorated function under its name."""

        def decorate(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
            self.add(make.__name__.replace("_", " "), make, a, b, **kwargs)
            return make

        return decorate


@contextmanager
def changed(holder: Any, name: str, value: Any) -> Iterator[None]:
    """Set an attribute, or an item of a dict or list, for as long as the block runs."""
    if isinstance(holder, (dict, list)):
        before = holder[name]
        holder[name] = value
        try:
            yield
        finally:
            holder[name] = before
    else:
        before = getattr(holder, name)
        setattr(holder, name, value)
        try:
            yield
        finally:
            setattr(holder, name, before)


# -- what many pairs are made of ------------------------------------------------------------------

QUICK = {"epochs": 2, "batch_size": 20, "random_state": 0}


def stack(*hidden: Any, outputs: int = 1, shape: tuple[int, ...] = (5,), end: Any = None) -> Any:
    """Build a model of some layers and one more."""
    return keras.Sequential([layers.Input(shape), *hidden, layers.Dense(outputs, end)])


def small() -> keras.Model:
    """Build a perceptron for numbers."""
    return stack(layers.Dense(6, "tanh"))


def small_classifier() -> keras.Model:
    """Build a perceptron for three classes."""
    return stack(layers.Dense(6, "tanh"), outputs=3, end="softmax")


def regressor(model: Any = small, **params: Any) -> KerasRegressor:
    """Make a regressor that trains quickly."""
    params = {"loss": "mse", "optimizer": keras.optimizers.SGD(0.1), **QUICK, **params}
    return KerasRegressor(model, **params)


def compiled(model: Any, **params: Any) -> KerasRegressor:
    """Make a regressor around a function that compiles its model."""
    return KerasRegressor(model, **{**QUICK, **params})


def classifier(model: Any = small_classifier, **params: Any) -> KerasClassifier:
    """Make a classifier of three classes that trains quickly."""
    loss = "sparse_categorical_crossentropy"
    params = {"loss": loss, "optimizer": keras.optimizers.SGD(0.3), **QUICK, **params}
    return KerasClassifier(model, **params)


def around(*hidden: Callable[[], Any], **params: Any) -> KerasRegressor:
    """Make a regressor of a dense layer, these layers, made anew for each model, and another."""
    return regressor(lambda: stack(layers.Dense(6), *(make() for make in hidden)), **params)
