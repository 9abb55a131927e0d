"""Hyperparameters that change from step to step of training, on every backend and compiler.

Each schedule takes `n_steps` and then starts again, as needed if a second fit continues the first.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from skkeras.layers._dropout import Dropout


def progress_of_training(step: Any, n_steps: Any) -> Any:
    """Return the completed share of a schedule, from 0 to below 1."""
    n_steps = ops.cast(n_steps, "float32")
    return ops.mod(ops.cast(step, "float32"), n_steps) / n_steps


def flat_cosine(step: Any, n_steps: Any) -> Any:
    """Return 1 for half of the steps, then a half cosine that decreases to 0."""
    fallen = ops.maximum(progress_of_training(step, n_steps) - 0.5, 0.0)
    return 0.5 * (1.0 + ops.cos(2.0 * math.pi * fallen))


@keras.saving.register_keras_serializable(package="import skkeras")
class CosLog4(keras.optimizers.schedules.LearningRateSchedule):
    """Learning rate that rises and falls four times, each time for about twice as many steps.

    Parameters
    ----------
    initial_learning_rate : float
        Maximum learning rate; the schedule starts at 0.
    n_steps : float
        Number of steps of all four cycles together.

    References
    ----------
    Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and boosted
    trees on tabular data", NeurIPS 2024. https://arxiv.org/abs/2407.04491
    """

    def __init__(self, initial_learning_rate: float, n_steps: float) -> None:
        super().__init__()
        self.initial_learning_rate = initial_learning_rate
        self.n_steps = n_steps

    def __call__(self, step: Any) -> Any:
        """Return the rate at a step."""
        cycles = ops.log(1.0 + 15.0 * progress_of_training(step, self.n_steps)) / math.log(2.0)
        rate = ops.cast(self.initial_learning_rate, "float32")
        return rate * 0.5 * (1.0 - ops.cos(2.0 * math.pi * cycles))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same schedule."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "n_steps": self.n_steps,
        }


@keras.saving.register_keras_serializable(package="import skkeras")
class ScheduledDropout(Dropout):
    """Dropout whose rate is constant for half of the steps and then decreases to 0.

    Parameters
    ----------
    rate : float
        Initial share of the inputs to set to zero.
    n_steps : float
        Steps until the rate is 0.
    **kwargs : dict
        Arguments of `Dropout`.
    """

    def __init__(self, rate: float, n_steps: float, **kwargs: Any) -> None:
        super().__init__(rate, **kwargs)
        self.n_steps = n_steps

    def _rate_at(self, step: Any) -> Any:
        return super()._rate_at(step) * flat_cosine(step, self.n_steps)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "n_steps": self.n_steps}


@keras.saving.register_keras_serializable(package="import skkeras")
class ScheduledAdam(keras.optimizers.Adam):
    """Adam whose weight decay is constant for half of the steps and then decreases to 0.

    The weight decay of a variable is multiplied by its attribute `decay_factor`, if it has one.

    Parameters
    ----------
    learning_rate, weight_decay, clipnorm, clipvalue : float or None
        As in `keras.optimizers.Adam`.
    n_steps : float, default=1.0
        Steps until the weight decay is 0.
    **kwargs : dict
        Other arguments of `keras.optimizers.Adam`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        n_steps: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            **kwargs,
        )
        self.n_steps = n_steps

    def _apply_weight_decay(self, variables: list[keras.Variable]) -> None:
        if self.weight_decay is None:
            return
        decay = ops.cast(self.weight_decay, "float32") * ops.cast(self.learning_rate, "float32")
        decay = decay * flat_cosine(self.iterations, self.n_steps)
        for variable in variables:
            if self._use_weight_decay(variable):
                kept = 1.0 - getattr(variable, "decay_factor", 1.0) * decay
                variable.assign(variable * ops.cast(kept, variable.dtype))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same optimizer."""
        return {**super().get_config(), "n_steps": self.n_steps}
