"""Optimizers, from the parameters of the families."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import keras

from skkeras.wrappers._params import plain
from skkeras.wrappers._scikeras import fresh

SCHEDULES = ("cosine", "exponential", "on-plateau")


def make_optimizer(family: Any, n_steps: int) -> keras.optimizers.Optimizer:
    """Make the optimizer of one fit.

    Parameters
    ----------
    family : KerasFamily
        Estimator, for its parameters.
    n_steps : int
        Steps over which a named schedule falls.

    Returns
    -------
    keras.optimizers.Optimizer
        A new optimizer.

    Raises
    ------
    ValueError
        If there is no such optimizer, or it does not take one of the parameters.
    """
    kind = family.optimizer
    if isinstance(kind, keras.optimizers.Optimizer):
        return fresh(kind)
    if isinstance(kind, str):
        kind = _named(kind)
    arguments = {
        "learning_rate": _learning_rate(family, n_steps),
        "weight_decay": plain(family.weight_decay),
        "clipnorm": plain(family.clipnorm),
        "clipvalue": plain(family.clipvalue),
    }
    arguments = {name: value for name, value in arguments.items() if value is not None}
    if issubclass(kind, keras.optimizers.SGD):
        arguments["momentum"] = float(family.momentum)
        arguments["nesterov"] = bool(family.nesterovs_momentum) and family.momentum > 0
    known = inspect.signature(kind).parameters
    if unknown := [name for name in arguments if name not in known]:
        raise ValueError(f"optimizer={family.optimizer!r} takes no {', '.join(unknown)}.")
    return kind(**arguments)


@functools.cache
def _named(name: str) -> type[keras.optimizers.Optimizer]:
    try:
        return type(keras.optimizers.get(name))
    except ValueError as error:
        raise ValueError(
            f"optimizer={name!r} is no optimizer of Keras; give a name such as "
            f'"adam", "adamw", "sgd" or "rmsprop", a class or an instance.'
        ) from error


def _learning_rate(family: Any, n_steps: int) -> Any:
    rate, start = family.learning_rate, float(family.learning_rate_init)
    if rate == "cosine":
        return keras.optimizers.schedules.CosineDecay(start, n_steps)
    if rate == "exponential":
        return keras.optimizers.schedules.ExponentialDecay(start, n_steps, 0.01)
    if rate == "on-plateau":
        return start
    return (
        rate if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule) else float(rate)
    )
