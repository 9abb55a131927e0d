"""Names of routed parameters, such as `optimizer__momentum`, and whether they lead anywhere."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from skkeras.utils import get_optimizer_class, loss_with_arguments

# Sizes of batches and printing are accepted for the sake of scripts that exist.
PREDICT_ARGUMENTS = ("batch_size", "callbacks", "verbose")
DESTINATIONS = frozenset(
    {"model", "optimizer", "loss", "metrics", "compile", "callbacks", "fit", "predict", "score"}
)


def is_routed(name: str) -> bool:
    """Tell whether a parameter is one for a part of the estimator."""
    destination, _, argument = name.partition("__")
    return bool(argument) and destination in DESTINATIONS


def argument_names(function: Any, *, any_is_none: bool = True) -> list[str] | None:
    """Name the arguments that a function takes of a user.

    Parameters
    ----------
    function : callable, keras.Model or None
        The function.
    any_is_none : bool, default=True
        Whether to give None for a function that takes any argument, by `**kwargs`.

    Returns
    -------
    list of str or None
        The names; None where they are not known.
    """
    parameters = _parameters(function)
    if parameters is None or (any_is_none and any(p.kind == p.VAR_KEYWORD for p in parameters)):
        return None
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]


def required_names(function: Any) -> list[str]:
    """Name the arguments that a user has to give a function."""
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
    """Say what is wrong with a routed parameter's name, or None.

    Only what can be known without building a model is checked: the arguments of functions and
    classes whose signature is at hand.

    Parameters
    ----------
    name : str
        Name of the parameter.
    params : dict
        All parameters of the estimator.
    builder, scorer : callable, keras.Model or None
        What builds the model, and what scores.

    Returns
    -------
    str or None
        What the argument's destination takes in its place.
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
        target = get_optimizer_class(target) if isinstance(target, str) else target
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
    """Tell whether this is an object or a function where a class or a name would take arguments."""
    return not (item is None or inspect.isclass(item) or isinstance(item, (list, tuple, dict)))
