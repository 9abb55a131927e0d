"""Data and variables as TensorFlow's programs take them."""

from __future__ import annotations

import contextlib
import ctypes
import numbers
import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework import config

from skkeras.training._scalar import Scalar


class TensorScalar(Scalar):
    """A `Scalar` that is a tensor of type float64."""

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return tf.cast(self._number, tf.float32 if dtype is None else dtype)

    def _with(self, other: Any, operation: Callable[[Any, Any], Any], is_sum: bool = False) -> Any:
        if isinstance(other, (int, float)):
            return TensorScalar(operation(self._number, tf.constant(other, tf.float64)), 1)
        if isinstance(other, TensorScalar):
            return TensorScalar(operation(self._number, other._number), 1)
        other = tf.convert_to_tensor(other)
        return operation(tf.cast(self._number, other.dtype), other)

    def _negative(self) -> TensorScalar:
        return TensorScalar(-self._number, -self._sign)


@numbers.Real.register
class TensorRate(TensorScalar):
    """A rate of dropout, which TensorFlow takes as a number or as a tensor and nothing between."""


def handles_of(variables: Sequence[keras.Variable]) -> list[Any]:
    """Give Keras' variables as programs read and write them."""
    return [variable.value for variable in variables]


def new_variables(values: Sequence[np.ndarray]) -> list[Any]:
    """Make variables that belong to no model."""
    return [tf.Variable(value, trainable=False) for value in values]


def assign(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    """Set variables; those after the last value stay as they are."""
    # `Variable.assign` and `numpy` do the same in five times the time, a tenth of a short fit.
    for variable, value in zip(variables, values, strict=False):
        tf.raw_ops.AssignVariableOp(resource=variable.handle, value=value)


def read(variables: Sequence[Any]) -> list[np.ndarray]:
    """Copy the values of variables."""
    return [np.array(tensor.numpy()) for tensor in snapshot(variables)]


def snapshot(variables: Sequence[Any]) -> list[Any]:
    """Give what variables hold, for `assign` to bring back; it is copied only when they change."""
    return [tf.raw_ops.ReadVariableOp(resource=v.handle, dtype=v.dtype) for v in variables]


def forget_kernels() -> None:
    """Give memory back that TensorFlow keeps for each variable ever made.

    Its cache of eager kernels has an entry a variable and no bound; emptied, each program takes
    about a second longer at its next run. The C library keeps what is freed in pieces between
    what is not, where it is not told to give whole pages back.
    """
    context.context().clear_kernel_cache()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


@contextlib.contextmanager
def on_one_replica(optimizer: keras.optimizers.Optimizer | None) -> Iterator[None]:
    """Leave out the sum of gradients over replicas, of which there is one, while tracing.

    TensorFlow keeps each graph that has such a sum for ever, for it registers a gradient of it.
    """
    name = "_all_reduce_sum_gradients"
    if getattr(type(optimizer), name, None) is not getattr(keras.optimizers.Optimizer, name):
        yield
        return
    vars(optimizer)[name] = list  # past Keras, which would follow it
    try:
        yield
    finally:
        del vars(optimizer)[name]


def to_device(array: np.ndarray) -> Any:
    """Put rows where programs read them."""
    return tf.constant(array)


def has_started() -> bool:
    """Tell whether TensorFlow has started its threads in this process."""
    found = context.context_safe()
    return found is not None and found._context_handle is not None


def on_accelerator() -> bool:
    """Tell whether models are on something else than a CPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def settings() -> tuple[Hashable, ...]:
    """Give the settings of TensorFlow that change what is computed."""
    here = context.context()
    options = here.config
    # How many threads share the work changes nothing but the order of sums.
    options.intra_op_parallelism_threads = options.inter_op_parallelism_threads = 0
    return (
        options.SerializeToString(deterministic=True).hex(),
        here.device_name,
        config.is_op_determinism_enabled(),
        config.tensor_float_32_execution_enabled(),
    )


def unsupported(model: keras.Model) -> str | None:
    """Say why no program can train a model at all."""
    if tf.config.functions_run_eagerly():
        return "tf.config.run_functions_eagerly is on"
    if context.context().op_callbacks:
        return "callbacks watch TensorFlow's operations"
    if getattr(model, "_distribute_strategy", None) is not None or tf.distribute.has_strategy():
        return "a distribution strategy is in use"
    return None
