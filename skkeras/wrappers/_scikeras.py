"""All that touches SciKeras: parameter routing, compile arguments and target encoders."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import keras
from scikeras._utils import (
    accepts_kwargs,
    get_metric_class,
    get_optimizer_class,
    has_param,
    route_params,
    try_to_convert_strings_to_classes,
    unflatten_params,
)
from scikeras.utils import loss_name, metric_name
from scikeras.utils.transformers import (
    ClassifierLabelEncoder,
    RegressorTargetEncoder,
    _is_categorical_crossentropy,
)

from skkeras.wrappers._copies import fresh
from skkeras.wrappers._params import plain, whole

__all__ = [
    "ClassifierLabelEncoder",
    "RegressorTargetEncoder",
    "is_one_hot_loss",
    "loss_name",
    "metric_name",
]

COMPILE_ARGUMENTS = frozenset(
    {"optimizer", "loss", "metrics", "loss_weights", "weighted_metrics", "run_eagerly"}
)
FIT_ARGUMENTS = frozenset(
    {"batch_size", "epochs", "verbose", "shuffle", "validation_split", "validation_batch_size"}
    | {"validation_freq", "steps_per_epoch", "validation_steps", "initial_epoch"}
)
# Accepted for the sake of scripts that exist: nothing is printed, and results do not depend on it.
PREDICT_ARGUMENTS = ("batch_size", "verbose")
DESTINATIONS = ("model", "optimizer", "loss", "metrics", "compile", "callbacks", "fit", "predict")


def is_one_hot_loss(loss: Any) -> bool:
    """Tell whether a loss wants classes as one-hot rows."""
    return loss is keras.losses.CategoricalCrossentropy or _is_categorical_crossentropy(loss)


def _loss_class(loss: str) -> Any:
    """Find a loss by name: as a class, which takes arguments, where there is one."""
    found = keras.losses.get(loss)
    return type(found) if isinstance(found, keras.losses.Loss) else found


def _loss_with_arguments(loss: str) -> Any:
    name = "".join(part.title() for part in loss.split("_"))
    found = _loss_class(loss)
    return getattr(keras.losses, name, found) if not inspect.isclass(found) else found


def compile_arguments(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give `keras.Model.compile` its arguments, from routed parameters.

    Parameters
    ----------
    params : dict
        All parameters of an estimator.

    Returns
    -------
    dict
        Arguments; optimizers, losses and metrics are new objects.
    """
    params = {key: plain(value) for key, value in params.items()}
    kwargs = route_params(params, destination="compile", pass_filter=COMPILE_ARGUMENTS)
    getters: dict[str, Callable[[Any], Any]] = {
        "optimizer": get_optimizer_class,
        "loss": _loss_class,
        "metrics": get_metric_class,
    }
    for name, getter in getters.items():
        routed = route_params(params, name, pass_filter=set())
        item = kwargs.get(name)
        if name == "loss" and isinstance(item, str) and routed:
            getter = _loss_with_arguments
        classes = try_to_convert_strings_to_classes(item, getter)
        kwargs[name] = fresh(unflatten_params(items=classes, params=routed))
    if kwargs["metrics"] is not None and not isinstance(kwargs["metrics"], (dict, list)):
        kwargs["metrics"] = [kwargs["metrics"]]
    if not kwargs.get("run_eagerly"):
        kwargs.pop("run_eagerly", None)
    return kwargs


def build_arguments(
    build: Callable[..., keras.Model],
    params: Mapping[str, Any],
    user_params: set[str],
    meta: Mapping[str, Any],
) -> dict[str, Any]:
    """Give a user's build function its arguments.

    Parameters
    ----------
    build : callable
        Function that returns a Keras model.
    params : dict
        All parameters of the estimator.
    user_params : set of str
        Names that the estimator does not know itself: they are the function's.
    meta : dict
        What the estimator found out about the data.

    Returns
    -------
    dict
        Keyword arguments.
    """
    arguments = {
        key: whole(value)
        for key, value in route_params(params, "model", user_params, strict=True).items()
    }
    takes_all = accepts_kwargs(build)
    if takes_all or has_param(build, "meta"):
        arguments["meta"] = dict(meta)
    if takes_all or has_param(build, "compile_kwargs"):
        arguments["compile_kwargs"] = compile_arguments(params)
    if takes_all or has_param(build, "params"):
        arguments["params"] = dict(params)
    return arguments


def fit_arguments(params: Mapping[str, Any], destination: str = "fit") -> dict[str, Any]:
    """Give the arguments of `keras.Model.fit` or `predict`, callbacks apart."""
    routed = route_params(params, destination, pass_filter=FIT_ARGUMENTS)
    return {k: whole(v) for k, v in routed.items() if not k.startswith("callbacks")}


def make_callbacks(params: Mapping[str, Any]) -> list[keras.callbacks.Callback]:
    """Make the callbacks of one fit: new objects, whatever the parameters hold.

    Raises
    ------
    TypeError
        If something other than callbacks or classes of callbacks was given.
    """
    callbacks: list[keras.callbacks.Callback] = []
    for destination in ("callbacks", "fit__callbacks"):
        given = params.get(destination)
        if given is None:
            continue
        routed = route_params(params, destination, pass_filter=set())
        made = unflatten_params(items=fresh(given), params=routed)
        stack = [made]
        while stack:
            item = stack.pop(0)
            if isinstance(item, Mapping):
                stack[:0] = list(item.values())
            elif isinstance(item, (list, tuple)):
                stack[:0] = list(item)
            elif isinstance(item, keras.callbacks.Callback):
                callbacks.append(item)
            else:
                raise TypeError(
                    f"callbacks must be keras.callbacks.Callback objects or classes, alone or in a "
                    f"list or dict; got {item!r}."
                )
    return callbacks


def check_routed(
    name: str, params: Mapping[str, Any], builder: Callable[..., Any] | None
) -> str | None:
    """Say what is wrong with a routed parameter's name, or None.

    Only what can be known without building a model is checked: the arguments of functions and
    classes whose signature is at hand.
    """
    destination, _, argument = name.partition("__")
    if destination in ("metrics", "callbacks", "compile") or "__" in argument:
        return None
    if destination == "predict" and argument not in PREDICT_ARGUMENTS:
        return f"predict takes no argument {argument!r}; it takes {', '.join(PREDICT_ARGUMENTS)}."
    target: Any = None
    if destination == "model":
        target = builder
    elif destination == "optimizer":
        target = params.get("optimizer")
        if isinstance(target, str):
            target = get_optimizer_class(target)
    elif destination == "loss":
        target = params.get("loss")
        target = _loss_with_arguments(target) if isinstance(target, str) else target
    elif destination == "fit":
        target = keras.Model.fit
    if target is None or isinstance(target, (keras.Model, keras.optimizers.Optimizer)):
        return None
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(p.kind == p.VAR_KEYWORD for p in parameters) and destination != "optimizer":
        return None
    names = [p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    names = [n for n in names if n not in ("self", "meta", "compile_kwargs", "params")]
    if argument in names or argument.isdigit():
        return None
    label = getattr(target, "__name__", repr(target))
    return f"{label} takes no argument {argument!r}; it takes {', '.join(names) or 'none'}."
