"""A training loop as one compiled TensorFlow function, for all models of one kind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import tree
from tensorflow.python.eager import context

from skkeras.training._values import Value, as_inputs

# One launch of an XLA executable trains this many batches at most: its data is gathered before.
CHUNK_BATCHES = 64
CHUNK_BYTES = 2**24


def state_of(model: keras.Model) -> list[keras.Variable]:
    """List what training changes: weights, seed states and the optimizer's variables."""
    return [*model.variables, *model.optimizer.variables]


def state_tensors(model: keras.Model) -> list[Any]:
    """List the same as the backend keeps it."""
    return [variable.value for variable in state_of(model)]


def new_variables(values: Sequence[np.ndarray]) -> list[Any]:
    """Make variables that belong to no model."""
    return [tf.Variable(value, trainable=False) for value in values]


def assign(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    """Set variables; those after the last value stay as they are."""
    for variable, value in zip(variables, values, strict=False):
        variable.assign(value, read_value=False)


def read(variables: Sequence[Any]) -> list[np.ndarray]:
    """Copy the values of variables."""
    return [np.array(variable.numpy()) for variable in variables]


def forget_kernels() -> None:
    """Give memory back that TensorFlow keeps for each variable ever made.

    Its cache of eager kernels has an entry a variable and no bound; emptied, each program takes
    about a second longer at its next run.
    """
    context.context().clear_kernel_cache()


def to_device(array: np.ndarray) -> Any:
    """Put rows where programs read them."""
    return tf.constant(array)


def build(model: keras.Model, batch: Any) -> None:
    """Make all variables of a compiled model and of its metrics, without computing anything."""
    model._symbolic_build(data_batch=batch)


def chunk_of(data: Any, batch_size: int) -> tuple[int, int]:
    """Choose how many batches a launch of XLA trains; gives also the rows a batch."""
    row_bytes = sum(part.nbytes // max(1, len(part)) for part in tree.flatten(data))
    most = CHUNK_BYTES // max(1, row_bytes * batch_size)
    return max(1, min(CHUNK_BATCHES, most)), batch_size


def on_accelerator() -> bool:
    """Tell whether models are on something else than a CPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def unsupported(model: keras.Model) -> str | None:
    """Say why no program can train a model at all."""
    if getattr(model, "_distribute_strategy", None) is not None or tf.distribute.has_strategy():
        return "a distribution strategy is in use"
    return None


class Program:
    """A compiled loop over epochs and batches around a model's own `train_step`.

    It is traced with one model and runs with any other of its kind: the variables that the trace
    captured are replaced, at each call, by those of the model to train.

    Parameters
    ----------
    model : keras.Model
        Built and compiled model, with the metrics built too.
    data, held_out : tuple of nested arrays, or None
        Training and validation data as `train_step` and `test_step` take them. Only types and
        shapes matter, and of these not the number of rows.
    values : list of Value
        Numbers of the model that are inputs of the program.
    chunk_rows : tuple (int, int) or None
        Batches a launch and rows a batch for XLA; None makes a plain graph.
    """

    def __init__(
        self,
        model: keras.Model,
        data: Any,
        held_out: Any | None,
        values: list[Value],
        chunk_rows: tuple[int, int] | None,
    ) -> None:
        self._names: list[str] = []
        metrics = model.metrics_variables
        self._metrics_specs = [(v.shape, v.dtype) for v in metrics]
        self._spare: list[list[Any]] = []
        self._lock = threading.Lock()
        loop = _Loop(model, data, held_out, values, chunk_rows, self._names)
        self._specs = loop.specs()
        self._run = tf.function(loop.run, autograph=False).get_concrete_function(*self._specs)
        places = {id(v.value.handle): (0, i) for i, v in enumerate(state_of(model))}
        places |= {id(v.value.handle): (1, i) for i, v in enumerate(metrics)}
        self._captured = self._run.captured_inputs
        self._places = [places.get(id(tensor)) for tensor in self._captured]
        for tensor, place in zip(self._captured, self._places, strict=True):
            if place is None and tensor.dtype == tf.resource:
                raise NotImplementedError("the model uses variables or tables it does not list")

    def _metrics_variables(self) -> list[Any]:
        with self._lock:
            if self._spare:
                return self._spare.pop()
        return [tf.Variable(tf.zeros(shape, dtype)) for shape, dtype in self._metrics_specs]

    def run(
        self,
        state: Sequence[Any],
        orders: np.ndarray,
        batch_sizes: tuple[int, int],
        values: Sequence[float],
        data: Sequence[Any],
    ) -> dict[str, np.ndarray]:
        """Train for some epochs.

        Parameters
        ----------
        state : sequence of tf.Variable
            What training changes, as `state_of` orders it; changed in place.
        orders : ndarray of shape (n_epochs, n_rows), int32
            The order of the rows in each epoch.
        batch_sizes : tuple (int, int)
            Rows a batch in training and in validation.
        values : sequence of float
            The numbers that are inputs.
        data : sequence of tensors
            Training data and then validation data, flat.

        Returns
        -------
        dict of str to ndarray of shape (n_epochs, ...)
            The logs of each epoch.
        """
        metrics = self._metrics_variables()
        variables = (state, metrics)
        captured = [
            tensor if place is None else variables[place[0]][place[1]].handle
            for tensor, place in zip(self._captured, self._places, strict=True)
        ]
        inputs = [
            tf.constant(orders),
            tf.constant(batch_sizes, tf.int32),
            tf.constant(values, tf.float64, shape=(len(values),)),
            *data,
        ]
        logs = self._run._call_flat(inputs, captured)
        with self._lock:
            self._spare.append(metrics)
        return dict(zip(self._names, (log.numpy() for log in logs), strict=True))

    def compile(self, state: Sequence[Any], size: int) -> None:
        """Compile what is compiled at the first run, without a change to `state`.

        Parameters
        ----------
        state : sequence of tf.Variable
            As in `run`.
        size : int
            Rows a batch.
        """
        scratch = [tf.Variable(variable) for variable in state]
        _, _, vector, *specs = self._specs
        rows = [tf.zeros((size, *spec.shape[1:]), spec.dtype) for spec in specs]
        orders = np.zeros((1, size), np.int32)
        self.run(scratch, orders, (size, size), [0.5] * vector.shape[0], rows)


class _Loop:
    """What `Program` traces."""

    def __init__(
        self,
        model: keras.Model,
        data: Any,
        held_out: Any | None,
        values: list[Value],
        chunk_rows: tuple[int, int] | None,
        names: list[str],
    ) -> None:
        self.model, self.values, self.names = model, values, names
        self.data, self.held_out, self.chunk_rows = data, held_out, chunk_rows
        self.n_data = len(tree.flatten(data))
        self.vector = tf.TensorSpec((len(values),), tf.float64)
        self.train = self._step(model.train_step, data)
        self.test = None if held_out is None else self._step(model.test_step, held_out)

    def specs(self) -> list[tf.TensorSpec]:
        """Types of the inputs of `run`."""
        return [
            tf.TensorSpec((None, None), tf.int32),
            tf.TensorSpec((2,), tf.int32),
            self.vector,
            *_row_specs(self.data),
            *([] if self.held_out is None else _row_specs(self.held_out)),
        ]

    def _step(self, step: Callable[[Any], Any], structure: Any, size: int | None = None) -> Any:
        """Make a step a function of its own, traced once, for batches of any size or of one."""

        def call(vector: Any, *flat: Any) -> dict[str, Any]:
            with as_inputs(self.values, vector):
                logs = step(tree.pack_sequence_as(structure, flat))
                names = self.model.get_metrics_result().keys()
            # As in Model.fit: logs of the step's own count only if they are not the metrics.
            own = isinstance(logs, dict) and set(logs) != set(names)
            return {name: tf.convert_to_tensor(log) for name, log in logs.items()} if own else {}

        signature = [self.vector, *_row_specs(structure, size)]
        return tf.function(call, input_signature=signature, autograph=False)

    def run(self, orders: Any, batch_sizes: Any, vector: Any, *flat: Any) -> list[Any]:
        """Train for as many epochs as there are orders."""
        data, held_out = list(flat[: self.n_data]), list(flat[self.n_data :])
        n_epochs = tf.shape(orders)[0]
        specs = self._log_specs()
        arrays = [tf.TensorArray(dtype, n_epochs, element_shape=shape) for dtype, shape in specs]

        def body(epoch: Any, _: Any, arrays: list[Any]) -> tuple[Any, Any, list[Any]]:
            logs = self._epoch(orders[epoch], batch_sizes, vector, data, held_out)
            self.names[:] = logs
            written = zip(arrays, logs.values(), strict=True)
            finite = tf.reduce_all(tf.math.is_finite(logs.get("loss", 0.0)))
            return epoch + 1, finite, [array.write(epoch, log) for array, log in written]

        # As Model.fit with `StopOnNonFinite`: what comes after a loss of NaN is time lost.
        done, _, arrays = tf.while_loop(
            lambda epoch, finite, _: (epoch < n_epochs) & finite,
            body,
            [tf.constant(0), tf.constant(True), arrays],
            parallel_iterations=1,
        )
        return [array.stack()[:done] for array in arrays]

    def _log_specs(self) -> list[tuple[Any, Any]]:
        logs = self._results(self.train)
        if self.test is not None:
            logs += self._results(self.test)
        return [(log.dtype, log.shape) for log in logs]

    def _results(self, step: Any) -> list[Any]:
        own = step.get_concrete_function().structured_outputs
        return list((own or self.model.get_metrics_result()).values())

    def _epoch(
        self, order: Any, batch_sizes: Any, vector: Any, data: list[Any], held_out: list[Any]
    ) -> dict[str, Any]:
        n_rows, size = tf.shape(order)[0], batch_sizes[0]
        n_batches = -(-n_rows // size)
        self.model.reset_metrics()
        start = tf.constant(0)
        if self.chunk_rows is not None:
            start = n_rows // size
            self._train_chunks(order, start, vector, data, *self.chunk_rows)

        def take(batch: Any) -> list[Any]:
            rows = order[batch * size : tf.minimum((batch + 1) * size, n_rows)]
            return [tf.gather(part, rows) for part in data]

        logs = self._sweep(self.train, vector, start, n_batches, take)
        if self.test is None:
            return logs
        self.model.reset_metrics()
        n_rows, size = tf.shape(held_out[0])[0], batch_sizes[1]

        def cut(batch: Any) -> list[Any]:
            stop = tf.minimum((batch + 1) * size, n_rows)
            return [part[batch * size : stop] for part in held_out]

        held = self._sweep(self.test, vector, tf.constant(0), -(-n_rows // size), cut)
        return {**logs, **{f"val_{name}": log for name, log in held.items()}}

    def _sweep(
        self, step: Any, vector: Any, start: Any, stop: Any, take: Callable[[Any], list[Any]]
    ) -> dict[str, Any]:
        own = step.get_concrete_function().structured_outputs
        last = {name: tf.zeros(log.shape, log.dtype) for name, log in own.items()}
        _, last = tf.while_loop(
            lambda batch, _: batch < stop,
            lambda batch, _: (batch + 1, step(vector, *take(batch))),
            [start, last],
            parallel_iterations=1,
        )
        return last or dict(self.model.get_metrics_result())

    def _train_chunks(
        self, order: Any, n_batches: Any, vector: Any, data: list[Any], chunk: int, size: int
    ) -> None:
        """Train all full batches under XLA, whose shapes do not depend on the number of rows."""
        length = chunk * size
        # Gradients of loops inside a model need shapes that are known when tracing.
        step = self._step(self.model.train_step, self.data, size)

        @tf.function(jit_compile=True, autograph=False)
        def train(vector: Any, n_batches: Any, *parts: Any) -> None:
            def body(batch: Any) -> Any:
                step(vector, *(tf.gather(part, batch) for part in parts))
                return batch + 1

            tf.while_loop(lambda batch: batch < n_batches, body, [tf.constant(0)])

        def launch(first: Any) -> Any:
            rows = order[first * size : tf.minimum((first + chunk), n_batches) * size]
            # Rows of the padding are gathered but never trained on.
            rows = tf.ensure_shape(tf.pad(rows, [[0, length - tf.shape(rows)[0]]]), (length,))
            parts = [tf.gather(part, rows) for part in data]
            parts = [tf.reshape(part, (chunk, size, *part.shape[1:])) for part in parts]
            train(vector, tf.minimum(n_batches - first, chunk), *parts)
            return first + chunk

        tf.while_loop(
            lambda first: first < n_batches, launch, [tf.constant(0)], parallel_iterations=1
        )


def _row_specs(structure: Any, size: int | None = None) -> list[tf.TensorSpec]:
    return [tf.TensorSpec((size, *part.shape[1:]), part.dtype) for part in tree.flatten(structure)]
