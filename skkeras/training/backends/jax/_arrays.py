"""Data and variables for programs on JAX."""

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
    """A `TracedFloat` of two float32, because JAX has float64 only as a global setting.

    The first is the rounded number, the second the remainder, so that `1 - beta` loses no digits.
    """

    def __jax_array__(self) -> jax.Array:
        return self._number[0] + self._number[1]

    def _with(self, other: Any, operation: Callable[[Any, Any], Any], is_sum: bool) -> Any:
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
    """Split float64 numbers into sums of two float32 numbers.

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
    """A container for an array, which a program may replace."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def assign(self, value: Any) -> None:
        """Replace the array."""
        self.value = value


def handles_of(variables: Sequence[keras.Variable]) -> list[Any]:
    """Return Keras' variables, which programs read and write."""
    return list(variables)


def new_variables(values: Sequence[np.ndarray], *, any_size: bool) -> list[Any]:
    """Create variables that belong to no model."""
    return [Slot(value) for value in values]


def sizes_unknown(variables: Any, sizes: Any) -> AbstractContextManager[None]:
    """Do nothing: programs on JAX are traced with known sizes."""
    return nullcontext()


def assign(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    """Assign values to variables; variables after the last value do not change."""
    for variable, value in zip(variables, values, strict=False):
        variable.assign(value)


def read(variables: Sequence[Any]) -> list[np.ndarray]:
    """Copy the values of variables."""
    return [np.array(variable.value) for variable in variables]


def snapshot(variables: Sequence[Any]) -> list[Any]:
    """Return the values of variables, for `assign`."""
    return [variable.value for variable in variables]


def clear_kernels() -> None:
    """Do nothing: JAX keeps no memory for each variable that was ever created."""


def padded(n_rows: int) -> int:
    """Round up a number of rows, so that folds of nearly the same size share programs.

    Up to 8,192 rows, the result is a multiple of 1,024; above that, at most a quarter is added.
    """
    step = max(1024, 2 ** (n_rows.bit_length() - 3))
    return max(1, -(-n_rows // step)) * step


def to_device(array: np.ndarray) -> Any:
    """Put rows on the device where programs read them, padded with rows of zeros."""
    rows = np.zeros((padded(len(array)), *array.shape[1:]), array.dtype)
    rows[: len(array)] = array
    return jax.device_put(rows)


def has_started() -> bool:
    """Return whether JAX has started its threads in this process."""
    return bool(xla_bridge.backends_are_initialized())


def on_accelerator() -> bool:
    """Return whether models run on an accelerator instead of a CPU."""
    return jax.default_backend() != "cpu"


def settings() -> tuple[Hashable, ...]:
    """Return the settings of JAX that change what is computed: all for which it traces again."""
    # One part, about a trace in progress, is an object with Python's default `repr`.
    return tuple(text for text in map(repr, trace_context()) if " object at " not in text)


def unsupported(model: keras.Model) -> str | None:
    """Return why no program can train a model, or None."""
    if keras.distribution.distribution() is not None:
        return "a distribution is in use"
    return None
