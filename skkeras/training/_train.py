"""Train models, with a compiled program or with `keras.Model.fit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from skkeras.training import backends as backend
from skkeras.training._batches import Batches, Shuffle
from skkeras.training._compiled import Outcome, train_compiled
from skkeras.training.programs import NotCompiled

TRAINERS = ("auto", "graph", "xla", "fit")


class StopOnNonFinite(keras.callbacks.Callback):
    """End training after the epoch whose loss is NaN or infinite."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if not np.isfinite((logs or {}).get("loss", 0.0)):
            self.model.stop_training = True


class WholeEpochs(keras.callbacks.Callback):
    """Save the state after each epoch, to restore it later; must come after all other callbacks.

    Parameters
    ----------
    outcome : Outcome
        Receives the logs.
    """

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self._outcome = outcome
        self._saved: tuple[list[np.ndarray], dict[str, int]] = [], {}

    def on_train_begin(self, logs: Any = None) -> None:
        """Save the initial state."""
        self._note()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the logs and the state of an epoch."""
        self._outcome.add(logs)
        self._note()

    def _note(self) -> None:
        state: list[np.ndarray] = []
        if self.model.optimizer.built:
            # Copies, because JAX donates the arrays.
            state = backend.read(backend.handles_of(backend.state_of(self.model)))
        lengths = {name: len(values) for name, values in self._outcome.history.items()}
        # One assignment, so that an interrupt never leaves the logs of one epoch and the weights of
        # another.
        self._saved = state, lengths

    def go_back(self) -> None:
        """Restore the state of the model and the logs after the last complete epoch."""
        state, lengths = self._saved
        for name in list(self._outcome.history):
            del self._outcome.history[name][lengths.get(name, 0) :]
            if name not in lengths:
                del self._outcome.history[name]
        if state:
            for variable, value in zip(backend.state_of(self.model), state, strict=True):
                variable.assign(value)


def train(
    model: keras.Model,
    x: Any,
    y: Any,
    *,
    sample_weight: np.ndarray | None = None,
    validation: tuple[Any, Any, np.ndarray | None] | None = None,
    epochs: int,
    initial_epoch: int = 0,
    batch_size: int,
    shuffle: bool = True,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: int | str = 0,
    trainer: str = "auto",
    outcome: Outcome | None = None,
    **fit_kwargs: Any,
) -> Outcome:
    """Train a compiled model in place; stop after an epoch whose loss is not finite.

    Parameters
    ----------
    model : keras.Model
        Compiled model; its weights and its optimizer's state change.
    x, y : array, sparse matrix, or list or dict of them
        Rows along the first axis.
    sample_weight : ndarray of shape (n_rows,) or None, default=None
        Weights of the rows.
    validation : tuple (x, y, sample_weight) or None, default=None
        Data to evaluate on after each epoch.
    epochs : int
        The epoch to stop before, as in `keras.Model.fit`.
    initial_epoch : int, default=0
        The epoch to start with.
    batch_size : int
        Rows per batch.
    shuffle : bool, default=True
        Whether to shuffle the rows in each epoch.
    seed : int
        Seed of that order.
    callbacks : sequence of keras.callbacks.Callback, default=()
        Called as `keras.Model.fit` calls them.
    verbose : int or str, default=0
        As in `keras.Model.fit`.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        How to train: a compiled loop, as a graph of operations or as machine code made by XLA, or
        `keras.Model.fit`; "auto" chooses. If no compiled loop can train, for example with
        callbacks after each batch, `keras.Model.fit` is used.
    outcome : Outcome or None, default=None
        Updated while training runs.
    **fit_kwargs : dict
        Further arguments of `keras.Model.fit`.

    Returns
    -------
    Outcome
        The history and the trainer that was used.

    Raises
    ------
    ValueError
        If `trainer` is none of these.
    """
    if trainer not in TRAINERS:
        raise ValueError(f"trainer must be one of {TRAINERS}, got {trainer!r}.")
    outcome = Outcome() if outcome is None else outcome
    if trainer != "fit":
        try:
            train_compiled(
                model,
                x,
                y,
                sample_weight,
                validation,
                epochs=epochs,
                initial_epoch=initial_epoch,
                batch_size=batch_size,
                seed=seed if shuffle else None,
                callbacks=[*callbacks, StopOnNonFinite()] if callbacks or verbose else (),
                verbose=verbose,
                trainer=trainer,
                fit_kwargs=fit_kwargs,
                outcome=outcome,
            )
            return outcome
        except NotCompiled as error:
            outcome.reason = str(error)
    batches = Batches(x, y, sample_weight, batch_size)
    held_out = None
    if validation is not None:
        held_out = Batches(*validation, fit_kwargs.pop("validation_batch_size", batch_size))
    outcome.trainer = "fit"
    whole = WholeEpochs(outcome)
    shuffles = [Shuffle(batches, seed)] if shuffle else []
    try:
        model.fit(
            batches,
            validation_data=held_out,
            epochs=epochs,
            initial_epoch=initial_epoch,
            shuffle=False,
            callbacks=[*shuffles, *callbacks, StopOnNonFinite(), whole],
            verbose=verbose,
            **fit_kwargs,
        )
    except BaseException:
        whole.go_back()
        raise
    return outcome
