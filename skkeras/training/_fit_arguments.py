"""The arguments of one fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import keras
import numpy as np

TRAINERS = ("auto", "graph", "xla", "fit")
_FIT_KWARGS = {
    "class_weight": None,
    "steps_per_epoch": None,
    "validation_freq": 1,
    "validation_steps": None,
}


@dataclass(frozen=True, eq=False)
class FitArguments:
    """Arguments of one fit; those that `keras.Model.fit` has too mean the same there.

    Parameters
    ----------
    x, y : array, sparse matrix, Streamed, or list or dict of them
        Input and target, with `n_rows` rows along the first axis. x may also be `RowParts`, which
        have targets and weights, too; y is None then.
    sample_weight : ndarray of shape (n_rows,) or None, default=None
        Weights of the rows.
    validation_data : tuple (x, y, sample_weight) or None, default=None
        Data to evaluate on after each epoch, each part as above.
    class_weight : dict of int to float or None, default=None
        Weights of the classes; those of other classes are 1.
    epochs : int
        The epoch to stop before, counted from 0.
    initial_epoch : int, default=0
        The epoch to start with.
    batch_size : int
        Rows per batch.
    validation_batch_size : int or None, default=None
        Rows per batch in validation; None means `batch_size`.
    shuffle : bool, default=True
        Whether to shuffle the rows in each epoch.
    seed : int
        Non-negative seed of their order.
    callbacks : sequence of keras.callbacks.Callback, default=()
        Called in the same order as by `keras.Model.fit`.
    verbose : int or str, default=0
        What to print: 0 nothing, 1 or "auto" a progress bar, 2 a line per epoch.
    steps_per_epoch, validation_steps : int or None, default=None
        Batches per epoch, in training and in validation; None means all.
    validation_freq : int or sequence of int, default=1
        Epochs from one validation to the next, or the epochs after which to validate.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        How to train: a compiled loop, as a graph of operations or as machine code made by XLA, or
        `keras.Model.fit`; "auto" chooses. If no compiled loop can train, for example with
        callbacks after each batch, `keras.Model.fit` is used.

    Raises
    ------
    ValueError
        If `trainer` is none of these.
    """

    x: Any
    y: Any
    _: KW_ONLY
    sample_weight: np.ndarray | None = None
    validation_data: tuple[Any, Any, np.ndarray | None] | None = None
    class_weight: Mapping[int, float] | None = None
    epochs: int
    initial_epoch: int = 0
    batch_size: int
    validation_batch_size: int | None = None
    shuffle: bool = True
    seed: int
    callbacks: Sequence[keras.callbacks.Callback] = ()
    verbose: int | str = 0
    steps_per_epoch: int | None = None
    validation_steps: int | None = None
    validation_freq: int | Sequence[int] = 1
    trainer: str = "auto"

    def __post_init__(self) -> None:
        if self.trainer not in TRAINERS:
            raise ValueError(f"trainer must be one of {TRAINERS}, got {self.trainer!r}.")

    @property
    def has_callbacks(self) -> bool:
        """Whether callbacks follow the epochs, those of the user or the one that prints."""
        return bool(self.callbacks or self.verbose)

    @property
    def fit_kwargs(self) -> dict[str, Any]:
        """Further arguments of `keras.Model.fit` that differ from their defaults."""
        given = {name: getattr(self, name) for name in _FIT_KWARGS}
        return {name: value for name, value in given.items() if value != _FIT_KWARGS[name]}

    @property
    def batch_sizes(self) -> tuple[int, int]:
        """Rows per batch in training and in validation."""
        return self.batch_size, self.validation_batch_size or self.batch_size
