"""Train with `keras.Model.fit`."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from skkeras.training import backends as backend
from skkeras.training._batches import Batches, Shuffle
from skkeras.training._fit_arguments import FitArguments
from skkeras.training._outcome import Outcome


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


def train_with_keras(model: keras.Model, arguments: FitArguments, outcome: Outcome) -> None:
    """Train as `train` does, in the order of rows of the compiled trainer."""
    batch_size, validation_batch_size = arguments.batch_sizes
    batches = Batches(arguments.x, arguments.y, arguments.sample_weight, batch_size)
    held_out = None
    if arguments.validation_data is not None:
        held_out = Batches(*arguments.validation_data, validation_batch_size)
    outcome.trainer = "fit"
    whole = WholeEpochs(outcome)
    shuffles = [Shuffle(batches, arguments.seed)] if arguments.shuffle else []
    try:
        model.fit(
            batches,
            validation_data=held_out,
            epochs=arguments.epochs,
            initial_epoch=arguments.initial_epoch,
            shuffle=False,
            callbacks=[*shuffles, *arguments.callbacks, StopOnNonFinite(), whole],
            verbose=arguments.verbose,
            **arguments.fit_kwargs,
        )
    except BaseException:
        whole.go_back()
        raise
