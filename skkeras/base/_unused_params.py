"""Parameters of the families that would be ignored."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import keras

# What an optimizer that is an object has settings of its own for; `learning_rate` stays beside it
# where a grid puts such objects in place of a name.
_OF_OPTIMIZERS = (
    "learning_rate_init",
    "momentum",
    "nesterovs_momentum",
    "weight_decay",
    "clipnorm",
    "clipvalue",
)


def check_unused(family: type, given: Mapping[str, Any]) -> None:
    """Refuse settings of the optimizer that it would not get.

    Parameters
    ----------
    family : type
        Class of the estimator; its defaults do not count as given.
    given : dict
        All parameters.

    Raises
    ------
    ValueError
        If a parameter is given that nothing reads.
    """
    optimizer, rate = given["optimizer"], given["learning_rate"]
    if isinstance(optimizer, keras.optimizers.Optimizer):
        if names := _changed(family, given, _OF_OPTIMIZERS):
            raise ValueError(
                f"{_shown(given, names)} would be ignored, for optimizer= is an object, "
                f"{type(optimizer).__name__}, that keeps its own settings. Give them to that, or "
                f"give optimizer= a name or a class."
            )
    elif not isinstance(rate, str) and _changed(family, given, ["learning_rate_init"]):
        start = given["learning_rate_init"]
        shown = rate if isinstance(rate, Real) else type(rate).__name__
        raise ValueError(
            f"learning_rate_init={start!r} would be ignored, for learning_rate= is {shown} and "
            f"names no schedule that starts there. Give learning_rate={start!r}, or name a "
            f'schedule, such as learning_rate="cosine".'
        )


def warn_about_unused(family: type, given: Mapping[str, Any], *, has_validation: bool) -> None:
    """Warn of settings of early stopping where there is none, or no rows to hold out.

    Parameters
    ----------
    family : type
        Class of the estimator.
    given : dict
        All parameters.
    has_validation : bool
        Whether data to validate on are given.
    """
    is_off = not given["early_stopping"]
    names = ["validation_fraction"] if is_off or has_validation else []
    if is_off and not has_validation and given["learning_rate"] != "on-plateau":
        names.append("patience")
    if names := _changed(family, given, names):
        reason = "early_stopping=False; set it to True" if is_off else "X_val and y_val are given"
        warnings.warn(
            f"{_shown(given, names)} would be ignored, for {reason}.", UserWarning, stacklevel=3
        )


def _changed(family: type, given: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if given[name] != getattr(family, name)]


def _shown(given: Mapping[str, Any], names: Iterable[str]) -> str:
    return ", ".join(f"{name}={given[name]!r}" for name in names)
