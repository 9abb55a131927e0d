"""Names of routed parameters, such as `optimizer__momentum`, and checks of them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from skkeras.utils import loss_with_arguments, optimizer_class

# `batch_size` and `verbose` are accepted for compatibility with existing scripts.
PREDICT_ARGUMENTS = ("batch_size", "callbacks", "verbose")
DESTINATIONS = frozenset(
    {"model", "optimizer", "loss", "metrics", "compile", "callbacks", "fit", "predict", "score"}
)


def is_routed(name: str) -> bool:
    """Return whether a parameter is routed to a part of the estimator."""
    destination, _, argument = name.partition("__")
    return bool(argument) and destination in DESTINATIONS


def argument_names(function: Any, *, any_is_none: bool = True) -> list[str] | None:
    """Return the names of a function's arguments that a user can set.

    Parameters
    ----------
    function : callable, keras.Model or None
        The function.
    any_is_none : bool, default=True
        Whether to return None for a function that takes any argument, by `**kwargs`.

    Returns
    -------
    list of str or None
        The names, or None if they are not known.
    """
    parameters = _parameters(function)
    if parameters is None or (any_is_none and any(p.kind == p.VAR_KEYWORD for p in parameters)):
        return None
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]


def required_names(function: Any) -> list[str]:
    """Return the names of a function's arguments that a user must set."""
    names = argument_names(function, any_is_none=False) or ()
    defaults = {p.name: p.default for p in _parameters(function) or ()}
    return [name for name in names if defaults[name] is inspect.Parameter.empty]


def _parameters(function: Any) -> list[inspect.Parameter] | None:
    if isinstance(function, keras.Model) or not callable(function):
        return None
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [p for p in parameters if p.name not in ("self", "meta", "compile_kwargs", "params")]


def check_routed(name: str, params: Mapping[str, Any], builder: Any, scorer: Any) -> str | None:
    """Return what is wrong with the name of a routed parameter, or None.

    Only names that can be checked without building a model are checked: arguments of functions and
    classes whose signature is known.

    Parameters
    ----------
    name : str
        Name of the parameter.
    params : dict
        All parameters of the estimator.
    builder, scorer : callable, keras.Model or None
        Function that builds the model (or a model), and function that computes the score.

    Returns
    -------
    str or None
        Error message, which names the arguments that the destination takes.
    """
    destination, _, argument = name.partition("__")
    if destination in ("metrics", "callbacks", "compile") or "__" in argument:
        return None
    if destination == "predict" and argument not in PREDICT_ARGUMENTS:
        return f"predict takes no argument {argument!r}; it takes {', '.join(PREDICT_ARGUMENTS)}."
    if destination == "model" and isinstance(builder, keras.Model):
        return f"model= is a Keras model; only a function that builds one takes {argument!r}."
    target = {"model": builder, "score": scorer, "fit": keras.Model.fit}.get(destination)
    if destination == "optimizer":
        target = params.get("optimizer")
        target = optimizer_class(target) if isinstance(target, str) else target
    elif destination == "loss":
        target = params.get("loss")
        target = loss_with_arguments(target) if isinstance(target, str) else target
    if destination in ("optimizer", "loss") and _is_made(target):
        return f"{destination}={target!r} takes no arguments any more; give its class or its name."
    names = argument_names(target, any_is_none=destination != "optimizer")
    if destination == "fit":
        names = sorted(set(names or ()) - {"x", "y", "sample_weight"})
    if names is None or argument in names or argument.isdigit():
        return None
    label = getattr(target, "__name__", repr(target))
    return f"{label} takes no argument {argument!r}; it takes {', '.join(names) or 'none'}."


def _is_made(item: Any) -> bool:
    """Return whether an item is an object or a function, which takes no routed arguments."""
    return not (item is None or inspect.isclass(item) or isinstance(item, (list, tuple, dict)))
