"""Checks of parameter values before a fit, with errors that name what exists."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Mapping
from typing import Any

import keras
from sklearn.utils._param_validation import InvalidParameterError, validate_parameter_constraints

from skkeras._guessed_names import RENAMED_VALUES
from skkeras.utils._scikeras import leaves

_MODULES = {
    "activation": keras.activations,
    "loss": keras.losses,
    "metrics": keras.metrics,
    "optimizer": keras.optimizers,
}
# Names that `keras.Model.compile` knows in addition.
_OF_COMPILE = {"metrics": ("accuracy", "acc", "crossentropy", "ce")}


def check_constraints(constraints: Mapping[str, Any], params: Mapping[str, Any], name: str) -> None:
    """Check parameters as scikit-learn does, with errors in public names.

    Parameters
    ----------
    constraints, params : dict
        Constraints and values by name of the parameter.
    name : str
        Name of the estimator or function.

    Raises
    ------
    sklearn.utils._param_validation.InvalidParameterError
        If a value is not valid; it is a `ValueError` and a `TypeError`.
    """
    try:
        validate_parameter_constraints(constraints, params, name)
    except InvalidParameterError as error:
        message = re.sub(r"keras\.src\.([\w.]+)\.\w+\.(\w+)", r"keras.\1.\2", str(error))
        message = re.sub(r"\{(.*?)\}", _in_order, message)
        found = re.match(r"The '(\w+)' parameter", message)
        hint = "" if found is None else _hint(found[1], params[found[1]])
        raised = InvalidParameterError(f"{message}{hint}")
    else:
        return
    raise raised


def _in_order(listed: re.Match[str]) -> str:
    return f"{{{', '.join(sorted(listed[1].split(', ')))}}}"


def _hint(parameter: str, value: Any) -> str:
    if not isinstance(value, str):
        return ""
    if (parameter, value) in RENAMED_VALUES:
        return f" {RENAMED_VALUES[parameter, value]}"
    if parameter == "callbacks" and hasattr(keras.callbacks, value):
        return f" Give the object: keras.callbacks.{value}(...)."
    try:
        return f" Give a number, not a string: {parameter}={float(value)}."
    except ValueError:
        return ""


def check_identifiers(parameter: str, value: Any) -> None:
    """Raise an error for names that Keras does not know.

    Parameters
    ----------
    parameter : {"activation", "loss", "metrics", "optimizer"}
        What the names are for.
    value : object
        Value of the parameter; all strings in lists and dicts are checked.

    Raises
    ------
    ValueError
        If Keras has nothing of a name; the message lists close matches or all names.
    """
    for item in leaves(value):
        if isinstance(item, str):
            _check_identifier(parameter, item, keras.saving.get_registered_object(item))


@functools.cache
def _check_identifier(parameter: str, name: str, registered: Any) -> None:
    if _is_known(parameter, name):
        return
    kind, names = _MODULES[parameter].__name__.rpartition(".")[2], _names(parameter)
    if hasattr(_MODULES[parameter], name):
        raise ValueError(
            f"{parameter}={name!r} needs arguments. Give the object: keras.{kind}.{name}(...)."
        )
    near = difflib.get_close_matches(name.lower(), names, n=3)
    if (parameter, name) in RENAMED_VALUES:
        hint = RENAMED_VALUES[parameter, name]
    elif near:
        hint = f"Did you mean {', '.join(map(repr, near))}?"
    else:
        hint = f"Names are: {', '.join(names)}."
    raise ValueError(f"{parameter}={name!r} is none of Keras' {kind}. {hint}")


def _is_known(parameter: str, name: str) -> bool:
    if name in _OF_COMPILE.get(parameter, ()):
        return True
    try:
        _MODULES[parameter].get(name)
    except (KeyError, TypeError, ValueError):  # the first two lack arguments
        return False
    return True


@functools.cache
def _names(parameter: str) -> list[str]:
    """Return the names of functions, of optimizers, and of metrics that are classes only."""
    names = {name for name in dir(_MODULES[parameter]) if not name.startswith("_")}
    names -= {"get", "serialize", "deserialize", "Optimizer", "LossScaleOptimizer"}
    if parameter == "optimizer":
        names = {name.lower() for name in names}
    names = {name for name in names if name.islower()}.union(_OF_COMPILE.get(parameter, ()))
    if parameter == "metrics":
        names |= {"auc", "f1_score", "precision", "r2_score", "recall"}
    return sorted(name for name in names if _is_known(parameter, name))
