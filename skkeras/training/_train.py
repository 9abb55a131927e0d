"""The one place where weights get trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from skkeras.training._batches import Batches, Shuffle
from skkeras.training._compiled import train_compiled
from skkeras.training._fallback import NotCompiled

TRAINERS = ("auto", "graph", "xla", "fit")


@dataclass(frozen=True)
class Outcome:
    """What training left behind, beside the weights.

    Attributes
    ----------
    history : dict of str to list of float
        One value an epoch for the loss and each metric.
    trainer : str
        What trained: "graph" or "xla", or "fit", which is `keras.Model.fit`.
    reason : str or None
        Why what was asked for or comes first could not: XLA, or any compiled loop.
    """

    history: dict[str, list[float]]
    trainer: str
    reason: str | None = None


class StopOnNonFinite(keras.callbacks.Callback):
    """End training after the epoch whose loss is NaN or infinite."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if not np.isfinite((logs or {}).get("loss", 0.0)):
            self.model.stop_training = True


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
    **fit_kwargs: Any,
) -> Outcome:
    """Train a compiled model, in place, until an epoch's loss is not finite.

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
        Rows a batch.
    shuffle : bool, default=True
        Whether rows are put in another order each epoch.
    seed : int
        Seed of that order.
    callbacks : sequence of keras.callbacks.Callback, default=()
        Called as `keras.Model.fit` calls them.
    verbose : int or str, default=0
        As in `keras.Model.fit`.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        What trains: a compiled loop as a graph of operations or as one piece of machine code made
        by XLA, or `keras.Model.fit`; "auto" chooses. What no compiled loop can do, such as
        callbacks after each batch, falls to `keras.Model.fit`.
    **fit_kwargs : dict
        Further arguments of `keras.Model.fit`.

    Returns
    -------
    Outcome
        The history and what trained.

    Raises
    ------
    ValueError
        If `trainer` is none of these.
    """
    if trainer not in TRAINERS:
        raise ValueError(f"trainer must be one of {TRAINERS}, got {trainer!r}.")
    reason = None
    if trainer != "fit":
        try:
            history, trained_by, reason = train_compiled(
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
            )
            return Outcome(history, trained_by, reason)
        except NotCompiled as error:
            reason = str(error)
    batches = Batches(x, y, sample_weight, batch_size)
    held_out = None
    if validation is not None:
        held_out = Batches(*validation, fit_kwargs.pop("validation_batch_size", batch_size))
    history = model.fit(
        batches,
        validation_data=held_out,
        epochs=epochs,
        initial_epoch=initial_epoch,
        shuffle=False,
        callbacks=[*([Shuffle(batches, seed)] if shuffle else []), *callbacks, StopOnNonFinite()],
        verbose=verbose,
        **fit_kwargs,
    ).history
    return Outcome(history, "fit", reason)
