"""Training by a compiled program: the epochs, and what happens between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import tree

from skkeras.training import _backend as backend
from skkeras.training._batches import count_rows, pack
from skkeras.training._fallback import NotCompiled, check, dense
from skkeras.training._find import Record, find_program, record_of
from skkeras.training._libraries import is_library
from skkeras.training._seeds import epoch_order

Logs = dict[str, np.ndarray]

# Epochs whose orders of rows are held, and trained, at once.
_ROWS_A_CALL = 2**22


@dataclass(frozen=True)
class StandIn:
    """Variables to train in the place of those of a model that many threads share.

    Attributes
    ----------
    state : list of tensors
        Variables in the order of `state_of`.
    record : Record
        What is known of the model.
    lock : threading.Lock
        Held while the model is traced, which changes it for that time.
    """

    state: list[Any]
    record: Record
    lock: AbstractContextManager[Any]


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
    stand_in: StandIn | None = None,
) -> tuple[dict[str, list[float]], str, str | None]:
    """Train as `train` says, or raise before anything has changed.

    With a `stand_in`, its variables are trained in the place of the model's, which stays as it is.

    Returns
    -------
    history : dict of str to list of float
        One value an epoch.
    trainer : {"graph", "xla"}
        What trained.
    reason : str or None
        Why XLA could not.

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
        if stand_in is None:
            return find_program(model, data, held_out, sizes, wanted)
        with stand_in.lock:
            return find_program(model, data, held_out, sizes, wanted, stand_in.record)

    program, trainer, reason = find(trainer)
    state = backend.handles_of(backend.state_of(model)) if stand_in is None else stand_in.state
    n_rows = count_rows(data)
    tensors = [backend.to_device(array) for array in arrays]

    def run(first: int, last: int) -> Logs:
        if seed is None:
            orders = np.tile(np.arange(n_rows, dtype=np.int32), (last - first, 1))
        else:
            orders = np.stack([epoch_order(seed, epoch, n_rows) for epoch in range(first, last)])
        record = record_of(model) if stand_in is None else stand_in.record
        metrics = None  # of known code, which forget all at each epoch
        if record.description is None:
            metrics = backend.handles_of(model.metrics_variables)
        return program.run(state, orders, sizes, record.numbers, tensors, metrics)

    if not callbacks and not verbose:
        n_a_call = max(1, _ROWS_A_CALL // n_rows)
        return _at_once(model, run, initial_epoch, epochs, n_a_call), trainer, reason
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
        # `Model.fit` traces at the first batch, and callbacks may have changed the model before.
        nonlocal program
        if any(not is_library(type(callback)) for callback in callbacks):
            record_of(model, anew=True)
            program, _, _ = find(trainer)

    _epoch_by_epoch(model, run, initial_epoch, epochs, watchers, look_again)
    return model.history.history, trainer, reason


def _at_once(
    model: keras.Model, run: Callable[[int, int], Logs], first: int, epochs: int, n_a_call: int
) -> dict[str, list[Any]]:
    """Train with nothing to do between epochs."""
    history: dict[str, list[Any]] = {}
    for start in range(first, epochs, n_a_call):
        stop = min(start + n_a_call, epochs)
        logs = run(start, stop)
        for name, log in logs.items():
            history.setdefault(name, []).extend(_plain(value) for value in log)
        if len(history.get("loss", ())) < stop - first:
            break
    _finish(model, epochs)
    return history


def _epoch_by_epoch(
    model: keras.Model,
    run: Callable[[int, int], Logs],
    first: int,
    epochs: int,
    watchers: keras.callbacks.CallbackList,
    begin: Callable[[], None],
) -> None:
    """Train with callbacks, called in the order in which `keras.Model.fit` calls them."""
    model.stop_training = False
    watchers.on_train_begin()
    logs = None
    first = model._initial_epoch or first
    for epoch in range(first, epochs):
        watchers.on_epoch_begin(epoch)
        if epoch == first:
            begin()
        logs = {name: _plain(log[0]) for name, log in run(epoch, epoch + 1).items()}
        watchers.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    _finish(model, epochs)
    watchers.on_train_end(logs)


def _finish(model: keras.Model, epochs: int) -> None:
    if epochs > 0:
        model.optimizer.finalize_variable_values(model.trainable_weights)


def _plain(log: np.ndarray) -> Any:
    return float(log) if log.size == 1 else log


def _weights(y: Any, sample_weight: Any, class_weight: dict[int, float] | None) -> Any:
    """Give each row its class's weight, as `keras.Model.fit` does."""
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
