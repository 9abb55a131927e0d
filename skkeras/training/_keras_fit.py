"""Train with `keras.Model.fit`."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from skkeras._deadline import OutOfTime, check_time, ends_after, is_limited
from skkeras.training import backends as backend
from skkeras.training._batches import Batches, Shuffle
from skkeras.training._fit_arguments import FitArguments
from skkeras.training._outcome import Outcome


class StopOnNonFinite(keras.callbacks.Callback):
    """End training after the epoch whose loss is NaN or infinite."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if not np.isfinite((logs or {}).get("loss", 0.0)):
            self.model.stop_training = True


class EndInTime(keras.callbacks.Callback):
    """End training after the epoch in which its time is over; must come after `WholeEpochs`.

    Parameters
    ----------
    arguments : FitArguments
        The arguments of training.
    outcome : Outcome
        Is told that training was cut.
    """

    def __init__(self, arguments: FitArguments, outcome: Outcome) -> None:
        super().__init__()
        self._first, self._epochs = arguments.initial_epoch, arguments.epochs
        self._outcome = outcome

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """End training, unless it ends anyway."""
        self.model.stop_training = self.model.stop_training or self.ends_before(epoch + 1)

    def ends_before(self, epoch: int) -> bool:
        """Return whether training ends before an epoch because its time is over."""
        first = self._first
        is_cut = epoch > first and ends_after(epoch - first, self._epochs - first)
        self._outcome.is_cut |= is_cut
        return is_cut


class _CheckTime(keras.callbacks.Callback):
    """Raise `OutOfTime` in the middle of an epoch."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        check_time()


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
        self._saved: tuple[list[np.ndarray], dict[str, list[Any]]] = [], outcome.history

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
        # One assignment, so that an interrupt never leaves the logs of one epoch and the weights of
        # another.
        self._saved = state, self._outcome.history

    def go_back(self) -> None:
        """Restore the state of the model and the logs after the last complete epoch."""
        state, self._outcome.history = self._saved
        if state:
            for variable, value in zip(backend.state_of(self.model), state, strict=True):
                variable.assign(value)


def train_with_keras(model: keras.Model, arguments: FitArguments, outcome: Outcome) -> None:
    """Train as `train` does, in the order of rows of the compiled trainer."""
    batch_size, validation_batch_size = arguments.batch_sizes
    batches = Batches(arguments.x, arguments.y, arguments.sample_weight, batch_size)
    held_out = None
    if arguments.validation_data is not None:
        held_out = Batches(*arguments.validation_data, validation_batch_size)
    outcome.trainer = "fit"
    whole = WholeEpochs(outcome)
    in_time = EndInTime(arguments, outcome)
    ends = [StopOnNonFinite(), whole, in_time, *([_CheckTime()] if is_limited() else [])]
    shuffles = [Shuffle(batches, arguments.seed)] if arguments.shuffle else []
    try:
        model.fit(
            batches,
            validation_data=held_out,
            epochs=arguments.epochs,
            initial_epoch=arguments.initial_epoch,
            shuffle=False,
            callbacks=[*shuffles, *arguments.callbacks, *ends],
            verbose=arguments.verbose,
            **arguments.fit_kwargs,
        )
    except BaseException as error:
        whole.go_back()
        n_epochs = max(map(len, outcome.history.values()), default=0)
        is_late = isinstance(error, OutOfTime)
        if not (is_late and in_time.ends_before(arguments.initial_epoch + n_epochs)):
            raise
        for callback in arguments.callbacks:
            callback.on_train_end()
