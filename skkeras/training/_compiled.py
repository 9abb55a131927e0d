"""Train with a compiled program: the epochs, and the callbacks between them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import keras
import numpy as np
from keras import tree

from skkeras._deadline import OutOfTime, ends_after
from skkeras.training import backends as backend
from skkeras.training._batches import count_rows
from skkeras.training._eligibility import arrays_of, check
from skkeras.training._fit_arguments import FitArguments
from skkeras.training._keras_fit import StopOnNonFinite
from skkeras.training._lookup import find_program
from skkeras.training._outcome import Outcome
from skkeras.training._record import Record, record_of
from skkeras.training._seeds import epoch_order
from skkeras.training._template import TrainState
from skkeras.training.programs import is_library

Logs = dict[str, list[Any]]

# Maximum rows per call, because the orders of rows of all its epochs are in memory.
_ROWS_A_CALL = 2**22


def train_compiled(
    model: keras.Model,
    arguments: FitArguments,
    outcome: Outcome,
    train_state: TrainState | None = None,
) -> None:
    """Train as `train` does, or raise an exception before anything changes.

    Parameters
    ----------
    model : keras.Model
        Compiled model.
    arguments : FitArguments
        The data, the epochs, and how to train.
    outcome : Outcome
        Updated while training runs.
    train_state : TrainState or None, default=None
        Variables to train instead of those of the model, without callbacks.

    Raises
    ------
    NotCompiled
        If only `keras.Model.fit` can do this; the message says why.
    """
    check(model, arguments)
    fit = CompiledFit(model, arguments, outcome, train_state)
    if arguments.has_callbacks:
        fit.run_with_callbacks()
    else:
        fit.run()


class CompiledFit:
    """One fit with a compiled program; the parameters are those of `train_compiled`."""

    def __init__(
        self,
        model: keras.Model,
        arguments: FitArguments,
        outcome: Outcome,
        train_state: TrainState | None,
    ) -> None:
        self.model, self.arguments, self.outcome = model, arguments, outcome
        self.train_state = train_state
        self.data, self.held_out = arrays_of(arguments)
        self.n_rows = count_rows(self.data)
        self.program, outcome.trainer, outcome.reason = self._find_program()
        if train_state is None:
            self.state = backend.handles_of(backend.state_of(model))
        else:
            self.state = train_state.state
        arrays = tree.flatten((self.data, () if self.held_out is None else self.held_out))
        self.tensors = [backend.to_device(array) for array in arrays]

    def _find_program(self) -> tuple[Any, str, str | None]:
        with nullcontext() if self.train_state is None else self.train_state.lock:
            return find_program(
                self.model,
                self.data,
                self.held_out,
                self.arguments.batch_sizes,
                self.arguments.trainer,
                self.train_state,
            )

    @property
    def _record(self) -> Record:
        return record_of(self.model) if self.train_state is None else self.train_state.record

    def run(self) -> None:
        """Train without callbacks, many epochs at once."""
        first, epochs = self.arguments.initial_epoch, self.arguments.epochs
        while first < epochs:
            last = min(first + self._n_epochs_a_call(), epochs)
            try:
                logs = self._run_epochs(first, last)
            except OutOfTime:
                if not self._ends_before(first):
                    raise
                break
            if not np.isfinite(logs.get("loss", 0.0)).all():
                break
            first = last
            if self._ends_before(first):
                break
        self._finish()

    def run_with_callbacks(self) -> None:
        """Train epoch by epoch, and call callbacks in the order of `keras.Model.fit`."""
        model, outcome = self.model, self.outcome
        if model._compile_metrics is not None and not model._compile_metrics.built:
            # Callbacks look up metrics by name and read their values.
            backend.build(model, tree.map_structure(lambda array: array[:2], self.data))
        callbacks = keras.callbacks.CallbackList(
            [*self.arguments.callbacks, StopOnNonFinite()],
            add_history=True,
            add_progbar=bool(self.arguments.verbose),
            verbose=self.arguments.verbose,
            epochs=self.arguments.epochs,
            steps=-(-self.n_rows // self.arguments.batch_size),
            model=model,
        )
        model.stop_training = False
        callbacks.on_train_begin()
        logs: dict[str, Any] | None = None
        first = model._initial_epoch or self.arguments.initial_epoch
        for epoch in range(first, self.arguments.epochs):
            callbacks.on_epoch_begin(epoch)
            # `Model.fit` traces at the first batch, after callbacks may have changed the model.
            if epoch == first and not all(is_library(type(c)) for c in self.arguments.callbacks):
                record_of(model, anew=True)
                self.program, _, _ = self._find_program()
            try:
                epoch_logs = self._run_epochs(epoch, epoch + 1)
            except OutOfTime:
                if not self._ends_before(epoch):
                    raise
                break
            logs = {name: values[0] for name, values in epoch_logs.items()}
            callbacks.on_epoch_end(epoch, logs)
            outcome.history = outcome.history | model.history.history  # callbacks may add to it
            if model.stop_training or self._ends_before(epoch + 1):
                break
        self._finish()
        callbacks.on_train_end(logs)

    def _run_epochs(self, first: int, last: int) -> Logs:
        """Train some epochs and return their logs, which are added to the outcome.

        After an exception, the state and the outcome are those before them.
        """
        before, history = backend.snapshot(self.state), self.outcome.history
        try:
            arrays = self._run_program(first, last)
            logs = {name: [_plain(value) for value in log] for name, log in arrays.items()}
            self.outcome.extend(logs)
        except BaseException:  # in the middle of an epoch, or before its logs are added
            backend.assign(self.state, before)
            self.outcome.history = history
            raise
        return logs

    def _run_program(self, first: int, last: int) -> dict[str, np.ndarray]:
        """Train some epochs and return their logs."""
        if self.arguments.shuffle:
            seed = self.arguments.seed
            orders = [epoch_order(seed, epoch, self.n_rows) for epoch in range(first, last)]
        else:
            orders = [np.arange(self.n_rows, dtype=np.int32)] * (last - first)
        record = self._record
        metrics = None  # metrics of known code are reset at each epoch
        if self.arguments.has_callbacks or record.description is None:
            metrics = backend.handles_of(self.model.metrics_variables)
        return self.program.run(
            self.state,
            np.stack(orders),
            self.arguments.batch_sizes,
            record.numbers,
            self.tensors,
            metrics,
            record.work,
        )

    def _ends_before(self, epoch: int) -> bool:
        """Return whether training ends before an epoch because its time is over."""
        first, epochs = self.arguments.initial_epoch, self.arguments.epochs
        is_cut = epoch > first and ends_after(epoch - first, epochs - first)
        self.outcome.is_cut |= is_cut
        return is_cut

    def _n_epochs_a_call(self) -> int:
        n_rows = self.program.pace.n_rows(self.arguments.batch_size, self._record.work) or 0
        return max(1, min(_ROWS_A_CALL, n_rows) // self.n_rows)

    def _finish(self) -> None:
        if self.arguments.epochs > 0:
            self.model.optimizer.finalize_variable_values(self.model.trainable_weights)


def _plain(log: np.ndarray) -> Any:
    return log.item() if log.size == 1 else log
