"""A training loop as one compiled TensorFlow function, for all models that compute the same."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import tree
from tensorflow.python.eager.cancellation import (
    CancellationManager,
    CancellationManagerContext,
)

from skkeras.training.backends._interrupts import Pace, interruptible
from skkeras.training.backends._state import state_of
from skkeras.training.backends.tensorflow._loop import Loop
from skkeras.training.backends.tensorflow._trace import captured_places, digest_of
from skkeras.training.backends.tensorflow._variables import (
    Pool,
    assign,
    can_run_on_one_thread,
    new_variables,
    on_accelerator,
    on_one_thread,
    snapshot,
)
from skkeras.training.backends.tensorflow._xla_chunk import shape_of_launch
from skkeras.training.programs import Description, Hyperparameter, fall_back

COMPILERS = ("graph", "xla")

# Multiplications per batch up to which a second thread costs more time than it saves.
_SMALL = 2**20

# Batches per XLA launch as long as their time is unknown.
_FIRST_LAUNCH = 16


def make_program(
    find: Callable[..., Any],
    compiler: str,
    data: Any,
    held_out: Any | None,
    description: Description | None,
    batch_sizes: tuple[int, int],
    work: int,
) -> Program:
    """Find or compile a program.

    Parameters
    ----------
    find : callable
        Returns the compiled program for a key; a function of a model and its hyperparameters
        traces it if it is missing.
    compiler : {"graph", "xla"}
        The compiler.
    data, held_out
        As for `Program`.
    description : Description or None
        What the model computes, if its code is known.
    batch_sizes : tuple (int, int)
        Rows per batch in training and in validation.
    work : int
        Multiplications of the model per row.
    """
    trace = functools.partial(Program, data=data, held_out=held_out, size=batch_sizes[0])
    if compiler == "xla":
        shape = shape_of_launch(data, batch_sizes[0], ends_with_epoch=held_out is not None)
        return find(shape, functools.partial(trace, launch_shape=shape))
    is_small = description is not None and work * batch_sizes[0] <= _SMALL and not on_accelerator()
    any_size = description is not None and description.any_size is not None
    # Programs for all sizes and on one thread come first, if they are possible.
    for all_sizes, one_thread in ((True, True), (True, False), (False, True)):
        if all_sizes <= any_size and one_thread <= is_small:
            with fall_back():
                make = functools.partial(trace, any_size=all_sizes, is_small=one_thread)
                return find(("graph", all_sizes, one_thread), make, any_size=all_sizes)
    return find(("graph", False, False), trace)


class Program:
    """A compiled loop over epochs and batches around a model's own `train_step`.

    It is traced with one model and runs with any other that computes the same: at each call, the
    variables that the trace captured are replaced by those of the model to train.

    Parameters
    ----------
    model : keras.Model
        Built and compiled model, with built metrics.
    data, held_out : tuple of nested arrays, or None
        Training and validation data as `train_step` and `test_step` take them. Only types and
        shapes without the number of rows matter.
    values : list of Hyperparameter or None
        Hyperparameters that are inputs of the program; None if the model uses foreign code, which
        may do anything with a number.
    size : int
        Rows per batch.
    launch_shape : tuple (int, int) or None, default=None
        Batches per launch and rows per batch for XLA; None makes a graph.
    any_size : bool, default=False
        Whether it is traced with unknown sizes, for models of all sizes.
    is_small : bool, default=False
        Whether kernels run one after the other.

    Attributes
    ----------
    pace : Pace
        Measured time of training.
    """

    def __init__(
        self,
        model: keras.Model,
        *,
        data: Any,
        held_out: Any | None,
        values: list[Hyperparameter] | None,
        size: int,
        launch_shape: tuple[int, int] | None = None,
        any_size: bool = False,
        is_small: bool = False,
    ) -> None:
        self._names: list[str] = []
        self._is_small = is_small
        self._any_size, self._pool = any_size, Pool(any_size)
        self._size, self._waits = size, values is None and launch_shape is None
        state, metrics = state_of(model), model.metrics_variables
        # From the values, because the shapes of the variables may be hidden now.
        self._state_specs = [(v.value.numpy().shape, v.dtype) for v in state]
        self._metrics_specs = [(tuple(v.shape), v.dtype) for v in metrics]
        self._spare: list[list[Any]] = []
        self._lock = threading.Lock()
        self.pace = Pace()
        loop = Loop(model, data, held_out, values, launch_shape, self._names, any_size)
        specs = loop.specs()
        self._n_values = len(loop.values)
        self._rows = [(p.shape[1:], p.dtype) for p in tree.flatten((data, held_out or ()))]
        run = tf.function(loop.run, autograph=False)
        with on_one_thread(is_small):
            self._run = run.get_concrete_function(*specs)
        if is_small and not can_run_on_one_thread(self._run):
            raise NotImplementedError("kernels that start others wait for each other on one thread")
        self._captured = self._run.captured_inputs
        self._places = captured_places(self._run, state=state, metrics=metrics)

    @property
    def key(self) -> Hashable:
        """Key of the trace, equal for two programs only if they compute the same.

        Raises
        ------
        NotImplementedError
            If the trace does not show everything that the program does.
        """
        # All parts can be written as text, so that they are the same in another process.
        given = tuple(self._names), tuple(self._state_specs), tuple(self._metrics_specs)
        return digest_of(self._run, self._places), *given

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
        metrics: Sequence[Any] | None = None,
        work: int = 0,
    ) -> dict[str, np.ndarray]:
        """Train for some epochs.

        Parameters
        ----------
        state : sequence of tf.Variable
            The state that training changes, in the order of `state_of`; changed in place.
        orders : ndarray of shape (n_epochs, n_rows), int32
            The order of the rows in each epoch.
        batch_sizes : tuple (int, int)
            Rows per batch in training and in validation.
        values : sequence of float
            The values of the hyperparameters that are inputs.
        data : sequence of tensors
            Training data and then validation data, flat.
        metrics : sequence of tf.Variable or None, default=None
            Variables of the metrics; None lends some, for metrics that are reset at each epoch.
        work : int, default=0
            Multiplications per row, for `pace`.

        Returns
        -------
        dict of str to ndarray of shape (n_epochs, ...)
            The logs of each epoch.

        Raises
        ------
        BaseException
            If one is raised in this thread meanwhile; the state may then be that in the middle of
            an epoch.
        """
        start, size = time.perf_counter(), batch_sizes[0]
        n_rows = self.pace.n_rows(size, work)
        is_quick = n_rows is not None and orders.size <= 2 * n_rows
        n_batches = _FIRST_LAUNCH if n_rows is None else max(1, n_rows // size)
        inputs = [
            tf.constant(orders),
            tf.constant((*batch_sizes, n_batches), tf.int32),
            tf.constant(values, tf.float64, shape=(len(values),)),
            *data,
        ]
        with self._pool.holding(state) as held:
            logs = self._call(inputs, held, metrics, is_quick)
            if state and held[0] is not state[0]:
                assign(state, snapshot(held))
        self.pace.note(size, orders.size, time.perf_counter() - start, work)
        return dict(zip(self._names, (log.numpy() for log in logs), strict=True))

    def _call(
        self, inputs: list[Any], state: Sequence[Any], metrics: Sequence[Any] | None, is_quick: bool
    ) -> Any:
        lent = self._metrics_variables() if metrics is None else []
        variables = {"state": state, "metrics": lent if metrics is None else metrics}
        captured = [
            tensor if place is None else variables[place[0]][place[1]].handle
            for tensor, place in zip(self._captured, self._places, strict=True)
        ]

        def call() -> Any:
            with on_one_thread(self._is_small):  # a setting of the current thread
                return self._run._call_flat(inputs, captured)

        logs = call() if is_quick else _until_interrupted(call)
        if metrics is None:
            with self._lock:
                self._spare.append(lent)
        return logs

    def compile(self) -> None:
        """Compile by a first run, on rows of zeros."""
        if self._waits:  # for the user's rows: on others, foreign code may never end
            return
        size = self._size
        zeros = [np.zeros(shape, dtype) for shape, dtype in self._state_specs]
        scratch = new_variables(zeros, any_size=self._any_size)
        rows = [tf.zeros((size, *shape), dtype) for shape, dtype in self._rows]
        orders = np.zeros((1, size), np.int32)
        self.run(scratch, orders, (size, size), [0.5] * self._n_values, rows)


def _until_interrupted(call: Callable[[], Any]) -> Any:
    """Run a function of TensorFlow until it ends or this thread is interrupted."""
    manager = CancellationManager()

    def cancellable() -> Any:
        with CancellationManagerContext(manager):
            return call()

    return interruptible(cancellable, manager.start_cancel)
