"""SciKeras' functions for parameter routing, compile arguments and target encoders."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
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
from scikeras.utils import loss_name as scikeras_loss_name
from scikeras.utils import metric_name
from scikeras.utils.transformers import (
    ClassifierLabelEncoder,
    RegressorTargetEncoder,
    _is_categorical_crossentropy,
)

from skkeras.utils._copies import copy_unfitted
from skkeras.utils._params import as_int, to_python

__all__ = [
    "ClassifierLabelEncoder",
    "RegressorTargetEncoder",
    "get_optimizer_class",
    "is_one_hot_loss",
    "loss_name",
    "metric_name",
    "route_params",
]

COMPILE_ARGUMENTS = frozenset(
    {"optimizer", "loss", "metrics", "loss_weights", "weighted_metrics", "run_eagerly"}
)
FIT_ARGUMENTS = frozenset(
    {"batch_size", "epochs", "verbose", "shuffle", "validation_split", "validation_batch_size"}
    | {"validation_freq", "steps_per_epoch", "validation_steps", "initial_epoch"}
)


def _unbound(function: Any) -> Any:
    """Return the function that a `functools.partial` calls."""
    while isinstance(function, functools.partial):
        function = function.func
    return function


def is_one_hot_loss(loss: Any) -> bool:
    """Return whether a loss requires one-hot encoded classes."""
    loss = _unbound(loss)
    return loss is keras.losses.CategoricalCrossentropy or _is_categorical_crossentropy(loss)


def loss_name(loss: Any) -> str:
    """Return the full name of a loss, as SciKeras does; any callable has a name.

    Raises
    ------
    TypeError, ValueError
        If `loss` is not a loss.
    """
    found = scikeras_loss_name(_unbound(loss))
    return found if isinstance(found, str) else type(found).__name__


def _loss_class(loss: str) -> Any:
    """Find a loss by name: as a class, which takes arguments, if there is one."""
    found = keras.losses.get(loss)
    return type(found) if isinstance(found, keras.losses.Loss) else found


def loss_with_arguments(loss: str) -> Any:
    """Find a loss by name: as the class that corresponds to a function, if there is one."""
    found = _loss_class(loss)
    if inspect.isclass(found):
        return found
    name = getattr(found, "__name__", "").replace("_", "")
    classes = (kind for kind in vars(keras.losses).values() if inspect.isclass(kind))
    return next((kind for kind in classes if kind.__name__.lower() == name), found)


def compile_arguments(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `keras.Model.compile`, from routed parameters.

    Parameters
    ----------
    params : dict
        All parameters of an estimator.

    Returns
    -------
    dict
        Arguments; optimizers, losses and metrics are new objects.
    """
    params = {key: to_python(value) for key, value in params.items()}
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
            getter = loss_with_arguments
        classes = try_to_convert_strings_to_classes(item, getter)
        kwargs[name] = copy_unfitted(unflatten_params(items=classes, params=routed))
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
    """Return the arguments of a user's build function.

    Parameters
    ----------
    build : callable
        Function that returns a Keras model.
    params : dict
        All parameters of the estimator.
    user_params : set of str
        Names of the function's parameters, which are not parameters of the estimator itself.
    meta : dict
        Fitted attributes that describe the data.

    Returns
    -------
    dict
        Keyword arguments.
    """
    arguments = {
        key: as_int(value)
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


def takes_compile_arguments(build: Callable[..., keras.Model]) -> bool:
    """Return whether a build function takes the arguments of `compile`."""
    return accepts_kwargs(build) or has_param(build, "compile_kwargs") or has_param(build, "params")


def fit_arguments(
    params: Mapping[str, Any], destination: str = "fit", names: Collection[str] = FIT_ARGUMENTS
) -> dict[str, Any]:
    """Return the arguments of `keras.Model.fit` or `predict`, without callbacks."""
    routed = route_params(params, destination, pass_filter=names)
    return {k: as_int(v) for k, v in routed.items() if not k.startswith("callbacks")}


def make_callbacks(
    params: Mapping[str, Any],
    destinations: Sequence[str] = ("callbacks", "fit__callbacks"),
    *,
    copy: bool = True,
) -> list[keras.callbacks.Callback]:
    """Make callbacks from parameters.

    Parameters
    ----------
    params : dict
        All parameters of an estimator.
    destinations : sequence of str, default=("callbacks", "fit__callbacks")
        The parameters that hold callbacks or their classes.
    copy : bool, default=True
        Whether to copy the callbacks, as each fit does.

    Returns
    -------
    list of keras.callbacks.Callback
        The callbacks, in order.

    Raises
    ------
    TypeError
        If anything other than callbacks or classes of callbacks was given.
    """
    callbacks: list[keras.callbacks.Callback] = []
    for destination in destinations:
        given = params.get(destination)
        if given is None:
            continue
        routed = route_params(params, destination, pass_filter=set())
        made = unflatten_params(items=copy_unfitted(given) if copy else given, params=routed)
        for item in leaves(made):
            if not isinstance(item, keras.callbacks.Callback):
                raise TypeError(
                    f"{destination} must be keras.callbacks.Callback objects or classes, alone or "
                    f"in a list or dict; got {item!r}."
                )
            callbacks.append(item)
    return callbacks


def leaves(item: Any) -> list[Any]:
    """Return the items of nested lists, tuples and dicts, in order."""
    if isinstance(item, Mapping):
        item = list(item.values())
    if isinstance(item, (list, tuple)):
        return [leaf for part in item for leaf in leaves(part)]
    return [item]


def watches_predict(callback: keras.callbacks.Callback) -> bool:
    """Return whether a callback overrides a method that is called in predictions."""
    base = keras.callbacks.Callback
    names = [name for name in vars(base) if name.startswith("on_predict_")]
    own = {name: getattr(callback, name) for name in names}
    return any(getattr(own[n], "__func__", own[n]) is not getattr(base, n) for n in names)
