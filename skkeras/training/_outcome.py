"""The result of training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
    is_cut : bool
        Whether training ended because its time was over.
    """

    history: dict[str, list[Any]] = field(default_factory=dict)
    trainer: str = "fit"
    reason: str | None = None
    is_cut: bool = False

    def add(self, logs: Mapping[str, Any] | None) -> None:
        """Append the logs of an epoch."""
        self.extend({name: [value] for name, value in (logs or {}).items()})

    def extend(self, logs: Mapping[str, list[Any]]) -> None:
        """Append the logs of several epochs."""
        longer = {name: [*self.history.get(name, ()), *logs[name]] for name in logs}
        self.history = self.history | longer  # one assignment: an interrupt leaves all or none
