"""Train with a compiled program: the epochs, and the callbacks between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import tree

from skkeras.training import backends as backend
from skkeras.training._batches import count_rows, pack
from skkeras.training._eligibility import check, dense
from skkeras.training._lookup import Record, find_program, record_of
from skkeras.training._seeds import epoch_order
from skkeras.training.programs import NotCompiled, is_library

Logs = dict[str, np.ndarray]
History = dict[str, list[Any]]

# Maximum rows per call, because the orders of rows of all its epochs are in memory.
_ROWS_A_CALL = 2**22


@dataclass
class Outcome:
    """Result of training, apart from the weights; it is updated while training runs.

    After an exception in training, such as `KeyboardInterrupt`, it and the weights are those after
    the last complete epoch.

    Attributes
    ----------
    history : dict of str to list
        One value per epoch for the loss and each metric.
    trainer : str
        How the model is trained: "graph" or "xla", or "fit", which is `keras.Model.fit`.
    reason : str or None
        Why the requested or preferred trainer (XLA, or any compiled loop) could not be used.
    """

    history: History = field(default_factory=dict)
    trainer: str = "fit"
    reason: str | None = None

    def add(self, logs: Mapping[str, Any] | None) -> None:
        """Append the logs of an epoch."""
        self.extend({name: [value] for name, value in (logs or {}).items()})

    def extend(self, logs: Mapping[str, list[Any]]) -> None:
        """Append the logs of several epochs."""
        for name, values in logs.items():
            self.history.setdefault(name, []).extend(values)


@dataclass(frozen=True)
class TrainState:
    """Variables to train instead of those of a model that many threads share.

    Attributes
    ----------
    state : list of tensors
        Variables in the order of `state_of`.
    record : Record
        What is known about the model.
    lock : threading.Lock
        Held while the model is traced, because tracing changes it temporarily.
    of_its_sizes : callable
        Returns a model to trace that has the sizes of these variables; the shared model may have
        other sizes.
    """

    state: list[Any]
    record: Record
    lock: AbstractContextManager[Any]
    of_its_sizes: Callable[[], keras.Model]


def train_compiled(
    model: keras.Model,
    x: Any,
    y: Any,
    sample_weight: Any,
    validation: tuple[Any, Any, Any] | None,
    *,
    epochs: int,
    initial_epoch: int,
    batch_size: int,
    seed: int | None,
    callbacks: Sequence[keras.callbacks.Callback],
    verbose: int | str,
    trainer: str,
    fit_kwargs: dict[str, Any],
    outcome: Outcome,
    train_state: TrainState | None = None,
) -> None:
    """Train as `train` does, or raise an exception before anything changes.

    With a `train_state`, its variables are trained instead of those of the model.

    Raises
    ------
    NotCompiled
        If only `keras.Model.fit` can do this; the message says why.
    """
    check(model, callbacks, fit_kwargs)
    data = dense(pack(x, y, _weights(y, sample_weight, fit_kwargs.get("class_weight"))))
    held_out = None if validation is None else dense(pack(*validation))
    arrays = tree.flatten((data, () if held_out is None else held_out))
    sizes = batch_size, fit_kwargs.get("validation_batch_size") or batch_size

    def find(wanted: str) -> tuple[Any, str, str | None]:
        if train_state is None:
            return find_program(model, data, held_out, sizes, wanted)
        with train_state.lock:
            return find_program(
                *(model, data, held_out, sizes, wanted),
                record=train_state.record,
                of_its_sizes=train_state.of_its_sizes,
            )

    program, outcome.trainer, outcome.reason = find(trainer)
    state = (
        backend.handles_of(backend.state_of(model)) if train_state is None else train_state.state
    )
    n_rows = count_rows(data)
    tensors = [backend.to_device(array) for array in arrays]

    is_watched = bool(callbacks or verbose)
    if is_watched and model._compile_metrics is not None and not model._compile_metrics.built:
        # Callbacks look up metrics by name and read their values.
        backend.build(model, tree.map_structure(lambda array: array[:2], data))

    def known() -> Record:
        return record_of(model) if train_state is None else train_state.record

    def run(first: int, last: int) -> Logs:
        if seed is None:
            orders = np.tile(np.arange(n_rows, dtype=np.int32), (last - first, 1))
        else:
            orders = np.stack([epoch_order(seed, epoch, n_rows) for epoch in range(first, last)])
        record = known()
        metrics = None  # metrics of known code are reset at each epoch
        if is_watched or record.description is None:
            metrics = backend.handles_of(model.metrics_variables)
        before = backend.snapshot(state)
        try:
            return program.run(state, orders, sizes, record.numbers, tensors, metrics, record.work)
        except BaseException:  # in the middle of an epoch
            backend.assign(state, before)
            raise

    def n_epochs_a_call() -> int:
        n_a_call = program.pace.n_rows(batch_size, known().work) or 0
        return max(1, min(_ROWS_A_CALL, n_a_call) // n_rows)

    if not is_watched:
        _at_once(run, initial_epoch, epochs, n_epochs_a_call, outcome)
        _finish(model, epochs)
        return
    watchers = keras.callbacks.CallbackList(
        list(callbacks),
        add_history=True,
        add_progbar=bool(verbose),
        verbose=verbose,
        epochs=epochs,
        steps=-(-n_rows // batch_size),
        model=model,
    )

    def look_again() -> None:
        # `Model.fit` traces at the first batch, after callbacks may have changed the model.
        nonlocal program
        if any(not is_library(type(callback)) for callback in callbacks):
            record_of(model, anew=True)
            program, _, _ = find(trainer)

    _epoch_by_epoch(model, run, initial_epoch, epochs, watchers, look_again, outcome)


def _at_once(
    run: Callable[[int, int], Logs],
    first: int,
    epochs: int,
    n_a_call: Callable[[], int],
    outcome: Outcome,
) -> None:
    """Train without callbacks."""
    while first < epochs:
        last = min(first + n_a_call(), epochs)
        logs = run(first, last)
        # Converted before any is added, so that after an exception all are added or none.
        plain = {name: [_plain(value) for value in log] for name, log in logs.items()}
        outcome.extend(plain)
        if not np.isfinite(logs.get("loss", 0.0)).all():
            break
        first = last


def _epoch_by_epoch(
    model: keras.Model,
    run: Callable[[int, int], Logs],
    first: int,
    epochs: int,
    watchers: keras.callbacks.CallbackList,
    begin: Callable[[], None],
    outcome: Outcome,
) -> None:
    """Train with callbacks, called in the order in which `keras.Model.fit` calls them."""
    model.stop_training = False
    watchers.on_train_begin()
    logs: dict[str, Any] | None = None
    first = model._initial_epoch or first
    for epoch in range(first, epochs):
        watchers.on_epoch_begin(epoch)
        if epoch == first:
            begin()
        logs = {name: _plain(log[0]) for name, log in run(epoch, epoch + 1).items()}
        try:
            watchers.on_epoch_end(epoch, logs)
        except BaseException:  # the epoch is trained even if its callbacks fail
            if len(outcome.history.get("loss", ())) <= epoch - first:
                outcome.add(logs)
            raise
        outcome.history.update(model.history.history)  # callbacks may add to it
        if model.stop_training:
            break
    _finish(model, epochs)
    watchers.on_train_end(logs)


def _finish(model: keras.Model, epochs: int) -> None:
    if epochs > 0:
        model.optimizer.finalize_variable_values(model.trainable_weights)


def _plain(log: np.ndarray) -> Any:
    return log.item() if log.size == 1 else log


def _weights(y: Any, sample_weight: Any, class_weight: dict[int, float] | None) -> Any:
    """Weight each row by its class, as `keras.Model.fit` does."""
    if class_weight is None:
        return sample_weight
    if sample_weight is not None or not hasattr(y, "shape"):
        raise NotCompiled("class weights meet sample weights or several targets")
    labels = np.asarray(y)
    labels = labels.argmax(-1) if labels.ndim > 1 and labels.shape[-1] != 1 else labels.ravel()
    weights = np.ones(len(labels), keras.config.floatx())
    for label, weight in class_weight.items():
        weights[np.round(labels) == label] = weight
    return weights
