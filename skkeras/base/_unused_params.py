"""Checks for parameters of the families that would be ignored."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import keras

from skkeras.base._optimizers import names_schedule

# Parameters that an optimizer object sets itself. `learning_rate` is allowed, because a grid may
# replace an optimizer's name by such objects.
_OF_OPTIMIZERS = (
    "learning_rate_init",
    "momentum",
    "nesterovs_momentum",
    "weight_decay",
    "clipnorm",
    "clipvalue",
)


def check_unused(family: type, given: Mapping[str, Any]) -> None:
    """Raise an error for settings that the optimizer would not receive.

    Parameters
    ----------
    family : type
        Class of the estimator; values equal to its defaults do not count as given.
    given : dict
        All parameters.

    Raises
    ------
    ValueError
        If a given parameter would be ignored.
    """
    optimizer, rate = given["optimizer"], given["learning_rate"]
    if isinstance(optimizer, keras.optimizers.Optimizer):
        if names := _changed(family, given, _OF_OPTIMIZERS):
            raise ValueError(
                f"{_shown(given, names)} would be ignored because optimizer= is an object, "
                f"{type(optimizer).__name__}, which has its own settings. Set them there, or give "
                f"optimizer= a name or a class."
            )
    elif not names_schedule(rate) and _changed(family, given, ["learning_rate_init"]):
        start = given["learning_rate_init"]
        shown = rate if isinstance(rate, (Real, str)) else type(rate).__name__
        raise ValueError(
            f"learning_rate_init={start!r} would be ignored because learning_rate= is {shown} "
            f"and not the name of a schedule. Give learning_rate={start!r}, or name a "
            f'schedule, such as learning_rate="cosine".'
        )


def warn_about_unused(family: type, given: Mapping[str, Any], *, has_validation: bool) -> None:
    """Warn about settings of early stopping if it is off or holds out no rows.

    Parameters
    ----------
    family : type
        Class of the estimator.
    given : dict
        All parameters.
    has_validation : bool
        Whether validation data is given.
    """
    is_off = not given["early_stopping"]
    names = ["validation_fraction"] if is_off or has_validation else []
    if is_off and not has_validation and given["learning_rate"] != "on-plateau":
        names.append("patience")
    if names := _changed(family, given, names):
        reason = "early_stopping=False; set it to True" if is_off else "X_val and y_val are given"
        warnings.warn(
            f"{_shown(given, names)} would be ignored because {reason}.", UserWarning, stacklevel=4
        )


def warn_about_monitors(estimator: Any, callbacks: Iterable[keras.callbacks.Callback]) -> None:
    """Warn about callbacks that watch a validation metric in a fit without validation data.

    Parameters
    ----------
    estimator : estimator
        Estimator that is fitted.
    callbacks : iterable of keras.callbacks.Callback
        Callbacks of the fit.
    """
    for callback in callbacks:
        monitor = getattr(callback, "monitor", None)
        if not (isinstance(monitor, str) and monitor.startswith("val_")):
            continue
        holds_out = (
            "early_stopping=True, which holds out rows and stops early without a callback"
            if hasattr(estimator, "early_stopping")
            else "validation_split=0.1"
        )
        kind = type(callback).__name__
        warnings.warn(
            f"The callback {kind} watches {monitor!r}, but {type(estimator).__name__} has no "
            f"validation data, so the callback does nothing. Set {holds_out}, give X_val and y_val "
            f"to fit, or use {kind}(monitor={monitor.removeprefix('val_')!r}).",
            UserWarning,
            stacklevel=2,
        )


def _changed(family: type, given: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if given[name] != getattr(family, name)]


def _shown(given: Mapping[str, Any], names: Iterable[str]) -> str:
    return ", ".join(f"{name}={given[name]!r}" for name in names)
