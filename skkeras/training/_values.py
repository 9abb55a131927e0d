"""Numbers that only scale something: inputs of a training program, not part of what it is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf
from keras import tree

from skkeras.training._dropout import Dropout

_OPTIMIZER = (
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "clipvalue",
    "momentum",
    "beta_1",
    "beta_2",
    "rho",
    "epsilon",
)
_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    keras.optimizers.SGD: _OPTIMIZER,
    keras.optimizers.Adam: _OPTIMIZER,
    keras.optimizers.AdamW: _OPTIMIZER,
    keras.optimizers.RMSprop: _OPTIMIZER,
    keras.optimizers.Nadam: _OPTIMIZER,
    keras.optimizers.Adamax: _OPTIMIZER,
    keras.optimizers.Lion: _OPTIMIZER,
    keras.regularizers.L1: ("l1",),
    keras.regularizers.L2: ("l2",),
    keras.regularizers.L1L2: ("l1", "l2"),
    Dropout: ("rate",),
    keras.optimizers.schedules.CosineDecay: ("initial_learning_rate", "decay_steps"),
    keras.optimizers.schedules.ExponentialDecay: (
        "initial_learning_rate",
        "decay_steps",
        "decay_rate",
    ),
    keras.losses.CategoricalCrossentropy: ("label_smoothing",),
    keras.losses.BinaryCrossentropy: ("label_smoothing",),
}
_BY_NAME = {kind.__name__: names for kind, names in _ATTRIBUTES.items()}


def value_names(class_name: str) -> tuple[str, ...]:
    """Name the attributes that are inputs of a program, for a class of Keras or of this package."""
    return _BY_NAME.get(class_name, ())


class Scalar:
    """A number that stands in for a Python float while a program is traced.

    Keras asks such numbers whether they are zero; the answer is fixed with the program. Arithmetic
    with Python numbers keeps double precision, as it does for the float that this replaces.
    """

    dtype = "float32"

    def __init__(self, tensor: Any, sign: int) -> None:
        self._tensor = tensor
        self._sign = sign

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return tf.cast(self._tensor, tf.float32 if dtype is None else dtype)

    def _with(self, other: Any, operation: Any) -> Any:
        if isinstance(other, (int, float)):
            return Scalar(operation(self._tensor, tf.constant(other, tf.float64)), 1)
        if isinstance(other, Scalar):
            return Scalar(operation(self._tensor, other._tensor), 1)
        other = tf.convert_to_tensor(other)
        return operation(tf.cast(self._tensor, other.dtype), other)

    def __bool__(self) -> bool:
        return self._sign != 0

    def _compare(self, other: Any) -> int:
        if isinstance(other, (int, float)) and other == 0:
            return self._sign
        raise TypeError(f"A value that is an input of a program was compared with {other!r}.")

    def __eq__(self, other: object) -> bool:
        return self._compare(other) == 0

    def __gt__(self, other: Any) -> bool:
        return self._compare(other) > 0

    def __lt__(self, other: Any) -> bool:
        return self._compare(other) < 0

    def __ge__(self, other: Any) -> bool:
        return self._compare(other) >= 0

    def __le__(self, other: Any) -> bool:
        return self._compare(other) <= 0

    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> Scalar:
        return Scalar(-self._tensor, -self._sign)

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: b / a)

    __radd__ = __add__
    __rmul__ = __mul__


@dataclass(frozen=True)
class Value:
    """Where one number is kept: in a dict, under a name."""

    holder: dict[str, Any]
    name: str

    @property
    def number(self) -> float:
        """The number as it stands now."""
        return float(self.holder[self.name])

    @property
    def sign(self) -> int:
        """Its sign, which is part of what a program is."""
        return (self.number > 0) - (self.number < 0)


def _owners(model: keras.Model) -> Iterator[Any]:
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    yield optimizer
    yield optimizer._learning_rate
    for layer in model._flatten_layers():
        yield layer
        yield getattr(layer, "activity_regularizer", None)
    for variable in model.trainable_variables:
        yield variable.regularizer
    yield from tree.flatten(model.loss)


def find_values(model: keras.Model) -> list[Value]:
    """Find the numbers of a compiled model that are inputs of its program.

    Parameters
    ----------
    model : keras.Model
        Compiled model.

    Returns
    -------
    list of Value
        In an order that is the same for all models of one program.
    """
    values, seen = [], set()
    for owner in _owners(model):
        names = _ATTRIBUTES.get(type(owner), ())
        if not names or id(owner) in seen:
            continue
        seen.add(id(owner))
        for name in names:
            holder = vars(owner).get("_fn_kwargs", vars(owner))
            if holder.get(name) is not None:
                values.append(Value(holder, name))
    return values


@contextlib.contextmanager
def as_inputs(values: list[Value], vector: Any) -> Iterator[None]:
    """Put elements of a tensor in the place of the numbers, for as long as the block is traced."""
    numbers = [value.holder[value.name] for value in values]
    for i, value in enumerate(values):
        value.holder[value.name] = Scalar(vector[i], value.sign)
    try:
        yield
    finally:
        for value, number in zip(values, numbers, strict=True):
            value.holder[value.name] = number
