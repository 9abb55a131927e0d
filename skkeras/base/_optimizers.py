"""Creation of optimizers from the parameters of the families."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import keras

from skkeras.base._model_spec import ModelParams
from skkeras.utils import copy_unfitted

SCHEDULES = ("cosine", "exponential", "on-plateau")


def names_schedule(rate: Any) -> bool:
    """Return whether `learning_rate` is the name of a schedule."""
    return isinstance(rate, str) and rate in SCHEDULES


def make_optimizer(params: ModelParams, n_steps: int | None) -> keras.optimizers.Optimizer:
    """Make the optimizer of one fit.

    Parameters
    ----------
    params : ModelParams
        Parameters of a family.
    n_steps : int or None
        Gradient steps over which "cosine" and "exponential" decay; None for other rates.

    Returns
    -------
    keras.optimizers.Optimizer
        A new optimizer.

    Raises
    ------
    ValueError
        If the optimizer does not take one of the parameters.
    """
    kind = params.optimizer
    if isinstance(kind, keras.optimizers.Optimizer):
        return copy_unfitted(kind)
    if isinstance(kind, str):
        kind = _named(kind, keras.saving.get_registered_object(kind))
    arguments = {
        "learning_rate": _learning_rate(params, n_steps),
        "weight_decay": params.weight_decay,
        "clipnorm": params.clipnorm,
        "clipvalue": params.clipvalue,
    }
    arguments = {name: value for name, value in arguments.items() if value is not None}
    if issubclass(kind, keras.optimizers.SGD):
        arguments["momentum"] = float(params.momentum)
        arguments["nesterov"] = bool(params.nesterovs_momentum) and params.momentum > 0
    known = inspect.signature(kind).parameters
    if unknown := [name for name in arguments if name not in known]:
        raise ValueError(
            f"optimizer={params.optimizer!r} takes no {', '.join(unknown)}. Leave it at None."
        )
    return kind(**arguments)


@functools.cache
def _named(name: str, registered: Any) -> type[keras.optimizers.Optimizer]:
    return type(keras.optimizers.get(name))


def _learning_rate(params: ModelParams, n_steps: int | None) -> Any:
    rate, start = params.learning_rate, float(params.learning_rate_init)
    if rate == "cosine":
        return keras.optimizers.schedules.CosineDecay(start, n_steps)
    if rate == "exponential":
        return keras.optimizers.schedules.ExponentialDecay(start, n_steps, 0.01)
    if rate == "on-plateau":
        return start
    return (
        rate if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule) else float(rate)
    )
