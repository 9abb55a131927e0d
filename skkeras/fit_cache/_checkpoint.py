"""Checkpoints: the state of training in addition to weights and optimizer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np


@dataclass
class TrainingCheckpoint:
    """State that the next epoch needs and that the trained estimator does not have.

    `keras.callbacks.EarlyStopping` replaces the last weights by the best ones when training ends,
    and resets its state when training begins. Both are stored here, so that training in parts gives
    the same result as training without interruption.

    Parameters
    ----------
    ended : bool, default=False
        Whether training ended by itself, so that there is no next epoch.
    values : dict of int to ndarray, default={}
        Values of the network after the last epoch, by index, if the end of training changed them.
    callbacks : list of dict, default=[]
        State of each callback: its attributes that are numbers, strings, arrays and containers of
        them. A callback recreates its other attributes when training begins.
    """

    ended: bool = False
    values: dict[int, np.ndarray] = field(default_factory=dict)
    callbacks: list[dict[str, Any]] = field(default_factory=list)

    def restored(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return a network's values as they were after the last epoch."""
        return [self.values.get(i, value) for i, value in enumerate(values)]


class CheckpointKeeper(keras.callbacks.Callback):
    """Restore a checkpoint and make the next one; must be called after all other callbacks.

    Parameters
    ----------
    callbacks : sequence of keras.callbacks.Callback
        The other callbacks.
    n_epochs : int
        Total number of epochs, after which training stops.
    values : callable
        Returns the values of the network.
    start : TrainingCheckpoint or None, default=None
        Checkpoint to restore.
    """

    def __init__(
        self,
        callbacks: Sequence[keras.callbacks.Callback],
        n_epochs: int,
        values: Callable[[], list[np.ndarray]],
        start: TrainingCheckpoint | None = None,
    ) -> None:
        super().__init__()
        self.callbacks, self.n_epochs, self.start = callbacks, n_epochs, start
        self._values_of = values
        self._last: list[np.ndarray] = []
        self._found = TrainingCheckpoint()

    def on_train_begin(self, logs: Any = None) -> None:
        """Restore the state of callbacks that have just reset it."""
        if self.start is not None:
            for callback, state in zip(self.callbacks, self.start.callbacks, strict=True):
                _restore_callbacks(callback, state)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Record the state after the last epoch, before the end of training changes it."""
        ended = bool(self.model.stop_training)
        if ended or epoch + 1 == self.n_epochs:
            self._last = self._values_of()
            self._found = TrainingCheckpoint(
                ended, callbacks=[_memory_of(c) for c in self.callbacks]
            )

    @property
    def found(self) -> TrainingCheckpoint:
        """Checkpoint of the training that has ended."""
        now = self._values_of()
        self._found.values = {
            place: last
            for place, (last, value) in enumerate(zip(self._last, now, strict=False))
            if not np.array_equal(last, value)
        }
        return self._found


def _memory_of(callback: keras.callbacks.Callback) -> dict[str, Any]:
    """Return the state of a callback, as plain values."""
    state = {
        name: copy.deepcopy(value)
        for name, value in vars(callback).items()
        if name not in ("_model", "params") and _is_plain(value)
    }
    # Callbacks choose `monitor_op` in the first epoch, together with the sign of `min_delta`.
    if operation := getattr(callback, "monitor_op", None):
        state["monitor_op"] = operation.__name__
    return state


def _restore_callbacks(callback: keras.callbacks.Callback, state: dict[str, Any]) -> None:
    state = copy.deepcopy(state)
    if state.get("monitor_op") is not None:
        state["monitor_op"] = getattr(keras.ops, state["monitor_op"])
    vars(callback).update(state)


def _is_plain(value: Any) -> bool:
    if type(value) in (list, tuple, set):
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(_is_plain(part) for item in value.items() for part in item)
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind not in "OSUmM"
    return value is None or isinstance(value, (bool, int, float, str))
