"""A training loop as compiled JAX functions, for all models that compute the same."""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import jax
import keras
import numpy as np
from keras import tree

from skkeras._deadline import check_time
from skkeras.training.backends._interrupts import Pace
from skkeras.training.backends._state import state_of
from skkeras.training.backends.jax._arrays import padded, split
from skkeras.training.backends.jax._loop import Arrays, fresh_metrics, loop
from skkeras.training.backends.jax._trace import digest_of
from skkeras.training.programs import Description, Hyperparameter

COMPILERS = ("xla",)


def make_program(
    find: Callable[..., Any],
    compiler: str,
    data: Any,
    held_out: Any | None,
    description: Description | None,
    batch_sizes: tuple[int, int],
    work: int,
) -> Program:
    """Find or compile the parts of a program and put them together.

    Parameters
    ----------
    find : callable
        Returns the compiled part for a key; a function of a model and its hyperparameters traces
        it if it is missing.
    compiler : {"xla"}
        The compiler.
    data, held_out
        As for `BatchSteps`.
    description : Description or None
        What the model computes; not used.
    batch_sizes : tuple (int, int)
        Rows per batch in training and in validation.
    work : int
        Multiplications of the model per row; not used.
    """

    def sweep(step: str, structure: Any, size: int) -> EpochPass:
        n_rows = len(tree.flatten(structure)[0])
        length = padded(n_rows)

        def part(size: int) -> BatchSteps:
            key = (step, length, size)

            def trace(model: keras.Model, values: list[Hyperparameter] | None) -> BatchSteps:
                return BatchSteps(model, step, structure, length, size, values)

            return find(key, trace)

        n_full, rest = divmod(n_rows, size)
        parts = [(part(size), 0, n_full)] if n_full else []
        if rest:
            parts.append((part(rest), n_full * size, 1))
        return EpochPass(parts, length)

    train = sweep("train", data, batch_sizes[0])
    test = None if held_out is None else sweep("test", held_out, batch_sizes[1])
    return Program(train, test, len(tree.flatten(data)))


class Program:
    """Epochs of training, each with its validation.

    Parameters
    ----------
    train : EpochPass
        One epoch of training.
    test : EpochPass or None
        The validation after it.
    n_data : int
        Number of arrays of training data; those of validation data follow.
    """

    def __init__(self, train: EpochPass, test: EpochPass | None, n_data: int) -> None:
        self._train, self._test, self._n_data = train, test, n_data
        self.pace = train.pace

    @property
    def key(self) -> Hashable:
        """Key of the traces, equal for two programs only if they compute the same."""
        return self._train.key, None if self._test is None else self._test.key

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
        state : sequence of keras.Variable or Slot
            The state that training changes, in the order of `state_of`; assigned new values.
        orders : ndarray of shape (n_epochs, n_rows), int32
            The order of the rows in each epoch; of full batches, if it has not all rows.
        batch_sizes : tuple (int, int)
            Rows per batch in training and in validation, for which the program was made.
        values : sequence of float
            The values of the hyperparameters that are inputs.
        data : sequence of arrays
            Training data and then validation data, flat.
        metrics : sequence of keras.Variable or None, default=None
            Variables of the metrics, which are assigned the values after the last epoch.

        Returns
        -------
        dict of str to ndarray of shape (n_epochs, ...)
            The logs of each epoch.
        """
        arrays, vector = [variable.value for variable in state], split(list(values))
        history: list[dict[str, np.ndarray]] = []
        for order in orders:
            began = time.perf_counter()
            arrays, left, logs = self._train(arrays, vector, order, data[: self._n_data])
            if self._test is not None:
                arrays, left, held = self._test(arrays, vector, None, data[self._n_data :])
                logs |= {f"val_{name}": log for name, log in held.items()}
            history.append(jax.device_get(logs))
            self.pace.note(batch_sizes[0], len(order), time.perf_counter() - began)
            # As in `Model.fit` with `StopOnNonFinite`: training after a loss of NaN is useless.
            if not np.isfinite(history[-1].get("loss", 0.0)).all():
                break
        for variable, array in zip(state, arrays, strict=True):
            variable.assign(array)
        for variable, array in zip(metrics or (), left, strict=False):
            variable.assign(array)
        return {name: np.stack([logs[name] for logs in history]) for name in history[0]}


class EpochPass:
    """One pass over all rows, in batches.

    Parameters
    ----------
    parts : list of tuple (BatchSteps, int, int)
        Loops over batches of one size each, with the first row and the number of batches.
    length : int
        Number of rows that the programs take, including padding.

    Attributes
    ----------
    pace : Pace
        Measured time of training.
    """

    def __init__(self, parts: list[tuple[BatchSteps, int, int]], length: int) -> None:
        self._parts = parts
        self._length = length
        self.pace = parts[0][0].pace
        self._in_order = np.arange(length, dtype=np.int32)

    @property
    def key(self) -> Hashable:
        """Key of the traces of the parts."""
        return tuple((batches.key, *place) for batches, *place in self._parts)

    def __call__(
        self, state: Arrays, vector: np.ndarray, order: np.ndarray | None, data: Sequence[Any]
    ) -> tuple[Arrays, Arrays, dict[str, Any]]:
        """Return the new state, the metrics and the logs."""
        rows = self._in_order
        if order is not None:
            rows = np.zeros(self._length, np.int32)
            rows[: len(order)] = order
        metrics: Arrays = self._parts[0][0].metrics
        logs: dict[str, Any] = {}
        n_ordered = self._length if order is None else len(order)
        for batches, start, n_batches in self._parts:
            # The rest of rows that are read in parts is trained on with the next part.
            n_batches = min(n_batches, (n_ordered - start) // batches.size)
            while n_batches:
                began = time.perf_counter()
                n_rows = batches.pace.n_rows(batches.size)
                n_now = min(n_batches, max(1, (n_rows or 0) // batches.size))
                state, metrics, logs = batches.run(
                    state, metrics, vector, rows, np.int32(start), np.int32(n_now), *data
                )
                if n_now < n_batches:  # signals are handled in between
                    jax.block_until_ready(state)
                    seconds = time.perf_counter() - began
                    batches.pace.note(batches.size, n_now * batches.size, seconds)
                    check_time()
                start, n_batches = start + n_now * batches.size, n_batches - n_now
        return state, metrics, logs


class BatchSteps:
    """A compiled loop over batches of one size around a model's own step.

    Parameters
    ----------
    model : keras.Model
        Built and compiled model, with built metrics.
    step : {"train", "test"}
        Which of its steps.
    data : tuple of nested arrays
        Data that the step takes. Only nesting, types and shapes without the rows matter.
    length : int
        Number of rows that the program takes, including padding.
    size : int
        Rows per batch.
    values : list of Hyperparameter or None
        Hyperparameters that are inputs of the program; None if the model uses foreign code, which
        may do anything with a number.

    Attributes
    ----------
    size : int
        Rows per batch.
    pace : Pace
        Measured time of training.
    metrics : list of arrays
        Values of the metric variables before the first batch.
    run : callable
        Takes state, metrics, `split` numbers, order of the rows, first row, number of batches and
        data; returns the new state, the new metrics and the logs.
    """

    def __init__(
        self,
        model: keras.Model,
        step: str,
        data: Any,
        length: int,
        size: int,
        values: list[Hyperparameter] | None,
    ) -> None:
        values = values or []
        self.size, self.pace = size, Pace()
        self.metrics = fresh_metrics(model)
        number = jax.ShapeDtypeStruct((), np.int32)
        specs = (
            [_spec(variable) for variable in state_of(model)],
            [_spec(array) for array in self.metrics],
            jax.ShapeDtypeStruct((2, len(values)), np.float32),
            jax.ShapeDtypeStruct((length,), np.int32),
            number,
            number,
            *(_spec(part, length) for part in tree.flatten(data)),
        )
        self._lowered = jax.jit(loop(model, step, data, size, values)).lower(*specs)

    @functools.cached_property
    def key(self) -> Hashable:
        """Key of the trace, equal for two loops only if they compute the same."""
        start = [hashlib.sha256(array.tobytes()).hexdigest() for array in self.metrics]
        return digest_of(self._lowered), tuple(start)

    def compile(self) -> None:
        """Compile."""
        self.run = self._lowered.compile()


def _spec(array: Any, length: int | None = None) -> jax.ShapeDtypeStruct:
    shape = array.shape if length is None else (length, *array.shape[1:])
    return jax.ShapeDtypeStruct(shape, jax.dtypes.canonicalize_dtype(array.dtype))
