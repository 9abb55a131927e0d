"""Data and variables for programs on TensorFlow."""

from __future__ import annotations

import contextlib
import ctypes
import numbers
import os
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework import config, ops

from skkeras.training.programs import Size, TracedFloat, left_open, unknown_dimension


class TensorFloat(TracedFloat):
    """A `TracedFloat` that is a tensor of type float64.

    Values that depend on it alone are computed once, in the graph of the tensor, and not at each
    step of a loop in that graph.
    """

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return self._as(tf.float32 if dtype is None else dtype)

    def _as(self, dtype: Any) -> Any:
        with self._number.graph.as_default():
            return tf.cast(self._number, dtype)

    def _with(self, other: Any, operation: Callable[[Any, Any], Any], is_sum: bool) -> Any:
        if isinstance(other, (int, float)):
            with self._number.graph.as_default():
                return TensorFloat(operation(self._number, tf.constant(other, tf.float64)), 1)
        if isinstance(other, TensorFloat):
            with self._number.graph.as_default():
                return TensorFloat(operation(self._number, other._number), 1)
        other = tf.convert_to_tensor(other)
        return operation(self._as(other.dtype), other)

    def _negative(self) -> TensorFloat:
        with self._number.graph.as_default():
            return TensorFloat(-self._number, -self._sign)


@numbers.Real.register
class TensorRate(TensorFloat):
    """A dropout rate, which TensorFlow accepts only as a real number or as a tensor."""


def handles_of(variables: Sequence[keras.Variable]) -> list[Any]:
    """Return the TensorFlow variables of Keras' variables, which programs read and write."""
    return [variable.value for variable in variables]


def new_variables(values: Sequence[np.ndarray], *, any_size: bool) -> list[Any]:
    """Create variables that belong to no model.

    Parameters
    ----------
    values : sequence of ndarray
        Their values.
    any_size : bool
        Whether they may hold weights of other sizes later. TensorFlow prepares a function again,
        and differently, for each set of known shapes of its variables.
    """
    shapes = [_unknown_shape(v.shape, any_size and v.dtype.kind == "f") for v in values]
    pairs = zip(values, shapes, strict=True)
    return [tf.Variable(value, trainable=False, shape=shape) for value, shape in pairs]


def _unknown_shape(shape: Sequence[int], is_float: bool) -> tf.TensorShape:
    return tf.TensorShape([None] * len(shape) if is_float else shape)


@contextlib.contextmanager
def sizes_unknown(
    variables: Sequence[keras.Variable], sizes: Sequence[Size] | None
) -> Iterator[None]:
    """Hide the sizes of a model, its weights and its optimizer's variables while tracing.

    Parameters
    ----------
    variables : sequence of keras.Variable
        The variables.
    sizes : sequence of Size or None
        Locations of the sizes in the model; None hides nothing.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(left_open(sizes or ()))
        for variable in () if sizes is None else variables:
            value = variable.value
            if value.dtype.is_floating and value.shape.rank:
                stack.enter_context(_unknown_shape_of(variable, value))
        yield


@contextlib.contextmanager
def _unknown_shape_of(variable: keras.Variable, value: tf.Variable) -> Iterator[None]:
    shape, known = variable._shape, value.shape
    hidden = tuple(map(unknown_dimension, shape))
    data = value.handle._handle_data
    hidden_data = type(data)()
    hidden_data.CopyFrom(data)
    hidden_data.shape_and_type[0].shape.CopyFrom(tf.TensorShape(hidden).as_proto())
    try:
        _set_shape(variable, value, hidden, tf.TensorShape(hidden), hidden_data)
        yield
    finally:
        _set_shape(variable, value, shape, known, data)


def _set_shape(
    variable: keras.Variable, value: tf.Variable, shape: Any, known: tf.TensorShape, data: Any
) -> None:
    vars(variable)["_shape"] = shape
    value._shape, value._cached_shape_as_list = known, None
    value.handle._handle_data = data


class Pool:
    """Variables for one program, each set lent to one call at a time.

    A program runs either always or never with variables of known shapes, because the last bit of
    its results depends on this.

    Parameters
    ----------
    any_size : bool
        Whether the program is traced with unknown shapes.
    """

    def __init__(self, any_size: bool) -> None:
        self._any_size = any_size
        self._spare: list[list[Any]] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def holding(self, variables: Sequence[Any]) -> Iterator[list[Any]]:
        """Lend variables that hold the same values, or these variables if they are suitable."""
        shapes = (v.shape for v in variables if v.dtype.is_floating and v.shape.rank)
        shape = next(shapes, None)  # known for all variables or for none
        if shape is None or shape.is_fully_defined() is not self._any_size:
            yield list(variables)
            return
        with self._lock:
            lent = self._spare.pop() if self._spare else None
        if lent is None:
            values = [variable.numpy() for variable in variables]
            lent = new_variables(values, any_size=self._any_size)
        else:
            assign(lent, snapshot(variables))
        try:
            yield lent
        finally:
            with self._lock:
                self._spare.append(lent)


def can_run_on_one_thread(function: Any) -> bool:
    """Return whether a function can finish under `on_one_thread`.

    Kernels that call a function, except those of loops, would wait forever for another thread.
    """
    graph = function.graph.as_graph_def()
    nodes = (*graph.node, *(n for called in graph.library.function for n in called.node_def))
    starting = {
        n.op for n in nodes if any(a.HasField("func") or a.list.func for a in n.attr.values())
    }
    return starting <= {"While", "StatelessWhile"}


@contextlib.contextmanager
def on_one_thread(is_small: bool) -> Iterator[None]:
    """Trace and run functions on one thread if their kernels are too short for several."""
    if not is_small:
        yield
        return
    with context.function_executor_type("SINGLE_THREADED_EXECUTOR"):
        yield


def assign(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    """Assign values to variables; variables after the last value do not change."""
    # `Variable.assign` and `numpy` take five times as long, a tenth of a short fit.
    for variable, value in zip(variables, values, strict=False):
        tf.raw_ops.AssignVariableOp(resource=variable.handle, value=value)


def read(variables: Sequence[Any]) -> list[np.ndarray]:
    """Copy the values of variables."""
    return [np.array(tensor.numpy()) for tensor in snapshot(variables)]


def snapshot(variables: Sequence[Any]) -> list[Any]:
    """Return the values of variables, for `assign`; values are copied only when they change."""
    return [tf.raw_ops.ReadVariableOp(resource=v.handle, dtype=v.dtype) for v in variables]


def clear_kernels() -> None:
    """Free memory that TensorFlow keeps for each variable that was ever created.

    Its cache of eager kernels has one entry per variable and no limit. After it is cleared, the
    next run of each program takes about a second longer. The C library returns free pages between
    memory in use to the system only if it is told to.
    """
    context.context().clear_kernel_cache()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


@contextlib.contextmanager
def on_one_replica(optimizer: keras.optimizers.Optimizer | None) -> Iterator[None]:
    """Trace the update of variables for one replica, without a sum over replicas.

    TensorFlow keeps each graph with a sum of gradients over replicas forever, because it registers
    a gradient of that sum. The number of the step is read once, so that values which all variables
    compute from it are computed once.
    """
    name = "_backend_update_step"
    own = keras.optimizers.Optimizer
    kept = (name, "_distributed_tf_update_step", "_all_reduce_sum_gradients")
    if any(getattr(type(optimizer), n, None) is not getattr(own, n) for n in kept):
        yield
        return
    assert optimizer is not None

    def update(gradients: list[Any], variables: list[keras.Variable], learning_rate: Any) -> None:
        iterations = optimizer._iterations.value
        iterations._cached_value = iterations.read_value()
        try:
            for gradient, variable in zip(gradients, variables, strict=True):
                optimizer.update_step(gradient, variable.value, learning_rate)
        finally:
            iterations._cached_value = None

    vars(optimizer)[name] = update  # not by `setattr`, which Keras tracks
    try:
        yield
    finally:
        del vars(optimizer)[name]


def to_device(array: np.ndarray) -> Any:
    """Put rows on the device where programs read them."""
    # `tf.constant` makes an extra copy; this copies the array once, or shares its memory.
    return ops.EagerTensor(
        array, context.context().device_name, tf.as_dtype(array.dtype).as_datatype_enum
    )


def has_started() -> bool:
    """Return whether TensorFlow has started its threads in this process."""
    existing = context.context_safe()
    return existing is not None and existing._context_handle is not None


def on_accelerator() -> bool:
    """Return whether models run on an accelerator instead of a CPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def settings() -> tuple[Hashable, ...]:
    """Return the settings of TensorFlow that change what is computed."""
    here = context.context()
    options = here.config
    # The number of threads changes only the order of sums.
    options.intra_op_parallelism_threads = options.inter_op_parallelism_threads = 0
    return (
        options.SerializeToString(deterministic=True).hex(),
        here.device_name,
        config.is_op_determinism_enabled(),
        config.tensor_float_32_execution_enabled(),
    )


def unsupported(model: keras.Model) -> str | None:
    """Return why no program can train a model, or None."""
    if tf.config.functions_run_eagerly():
        return "tf.config.run_functions_eagerly is on"
    if context.context().op_callbacks:
        return "callbacks watch TensorFlow's operations"
    if getattr(model, "_distribute_strategy", None) is not None or tf.distribute.has_strategy():
        return "a distribution strategy is in use"
    return None
