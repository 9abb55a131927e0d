"""Data and variables as JAX's programs take them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax._src import xla_bridge
from jax._src.config import trace_context

from skkeras.training.programs import TracedFloat


class TracedFloatPair(TracedFloat):
    """A `TracedFloat` in two float32, for JAX has no float64 unless the whole process wants it.

    The first is the number rounded, the second what that left out: `1 - beta` loses no digits.
    """

    def __jax_array__(self) -> jax.Array:
        return self._number[0] + self._number[1]

    def _with(self, other: Any, operation: Callable[[Any, Any], Any], is_sum: bool = False) -> Any:
        if isinstance(other, (int, float)):
            other = TracedFloatPair(split(other), 1)
        if not isinstance(other, TracedFloatPair):
            other = jnp.asarray(other)
            return operation(jnp.asarray(self).astype(other.dtype), other)
        if is_sum:
            pairs = zip(self._number, other._number, strict=True)
            return TracedFloatPair([operation(a, b) for a, b in pairs], 1)
        return TracedFloatPair([operation(jnp.asarray(self), jnp.asarray(other)), 0.0], 1)

    def _negative(self) -> TracedFloatPair:
        return TracedFloatPair([-part for part in self._number], -self._sign)


def split(numbers: Any) -> np.ndarray:
    """Return numbers of double precision as sums of two of single precision.

    Parameters
    ----------
    numbers : float or sequence of float
        The numbers.

    Returns
    -------
    ndarray of shape (2, ...), float32
        The summands.
    """
    numbers = np.asarray(numbers, np.float64)
    rounded = numbers.astype(np.float32)
    return np.stack([rounded, (numbers - rounded).astype(np.float32)])


class Slot:
    """A place for an array, which a program may replace by another."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def assign(self, value: Any) -> None:
        """Put an array there."""
        self.value = value


def handles_of(variables: Sequence[keras.Variable]) -> list[Any]:
    """Return Keras' variables as programs read and write them."""
    return list(variables)


def new_variables(values: Sequence[np.ndarray], *, any_size: bool) -> list[Any]:
    """Make variables that belong to no model."""
    return [Slot(value) for value in values]


def sizes_unknown(variables: Any, sizes: Any) -> AbstractContextManager[None]:
    """Do nothing: programs know the sizes of what they compute."""
    return nullcontext()


def assign(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    """Set variables; those after the last value stay as they are."""
    for variable, value in zip(variables, values, strict=False):
        variable.assign(value)


def read(variables: Sequence[Any]) -> list[np.ndarray]:
    """Copy the values of variables."""
    return [np.array(variable.value) for variable in variables]


def snapshot(variables: Sequence[Any]) -> list[Any]:
    """Return what variables hold, for `assign` to bring back."""
    return [variable.value for variable in variables]


def clear_kernels() -> None:
    """Do nothing: JAX keeps nothing for each variable ever made."""


def padded(n_rows: int) -> int:
    """Round a number of rows up, so that folds of nearly the same size share programs.

    Up to 8,192 rows the result is a multiple of 1,024, above that at most a quarter is added.
    """
    step = max(1024, 2 ** (n_rows.bit_length() - 3))
    return max(1, -(-n_rows // step)) * step


def to_device(array: np.ndarray) -> Any:
    """Put rows where programs read them, with rows of zeros after them that none reads."""
    rows = np.zeros((padded(len(array)), *array.shape[1:]), array.dtype)
    rows[: len(array)] = array
    return jax.device_put(rows)


def has_started() -> bool:
    """Tell whether JAX has started its threads in this process."""
    return bool(xla_bridge.backends_are_initialized())


def on_accelerator() -> bool:
    """Tell whether models are on something else than a CPU."""
    return jax.default_backend() != "cpu"


def settings() -> tuple[Hashable, ...]:
    """Return the settings of JAX that change what is computed: all that it traces anew for."""
    # One part is an object without a text of its own, about a trace in progress.
    return tuple(text for text in map(repr, trace_context()) if " object at " not in text)


def unsupported(model: keras.Model) -> str | None:
    """Say why no program can train a model at all."""
    if keras.distribution.distribution() is not None:
        return "a distribution is in use"
    return None
