"""Arguments of Keras from SciKeras' parameters, and SciKeras' target encoders."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import keras
from scikeras.utils import loss_name as scikeras_loss_name
from scikeras.utils import metric_name
from scikeras.utils.transformers import ClassifierLabelEncoder, RegressorTargetEncoder

from skkeras.utils._copies import copy_unfitted
from skkeras.utils._params import as_int, to_python
from skkeras.utils._routing import accepts, make_objects, route_params

__all__ = [
    "ClassifierLabelEncoder",
    "RegressorTargetEncoder",
    "metric_name",
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
    """Return whether a loss requires one-hot encoded classes, as SciKeras' label encoder does."""
    loss = _unbound(loss)
    kind = keras.losses.CategoricalCrossentropy
    if isinstance(loss, str):
        return loss in ("categorical_crossentropy", "cce", kind.__name__)
    name = getattr(loss, "__name__", None)
    return loss is kind or isinstance(loss, kind) or name == "categorical_crossentropy"


def loss_name(loss: Any) -> str:
    """Return the full name of a loss, as SciKeras does; any callable has a name.

    Raises
    ------
    TypeError, ValueError
        If `loss` is not a loss.
    """
    found = scikeras_loss_name(_unbound(loss))
    return found if isinstance(found, str) else type(found).__name__


def optimizer_class(name: str) -> Any:
    """Find the class of an optimizer by name."""
    return type(keras.optimizers.get(name))


def _loss_class(name: str) -> Any:
    """Find a loss by name: as a class, which takes arguments, if there is one."""
    found = keras.losses.get(name)
    return type(found) if isinstance(found, keras.losses.Loss) else found


def _metric(name: str) -> Any:
    """Find a metric by name."""
    # Keras chooses those that match the loss and the target.
    of_keras = name in ("acc", "accuracy", "ce", "crossentropy")
    return name if of_keras else keras.metrics.get(name)


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
    kwargs = route_params(params, "compile", COMPILE_ARGUMENTS)
    classes: dict[str, Callable[[str], Any]] = {
        "optimizer": optimizer_class,
        "loss": _loss_class,
        "metrics": _metric,
    }
    for name, find in classes.items():
        item, routed = kwargs.get(name), route_params(params, name)
        if name == "loss" and isinstance(item, str) and routed:
            find = loss_with_arguments
        kwargs[name] = copy_unfitted(make_objects(item, routed, find))
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
        for key, value in route_params(params, "model", user_params).items()
        if "__" not in key
    }
    if accepts(build, "meta"):
        arguments["meta"] = dict(meta)
    if accepts(build, "compile_kwargs"):
        arguments["compile_kwargs"] = compile_arguments(params)
    if accepts(build, "params"):
        arguments["params"] = dict(params)
    return arguments


def takes_compile_arguments(build: Callable[..., keras.Model]) -> bool:
    """Return whether a build function takes the arguments of `compile`."""
    return accepts(build, "compile_kwargs") or accepts(build, "params")


def fit_arguments(
    params: Mapping[str, Any], destination: str = "fit", names: Collection[str] = FIT_ARGUMENTS
) -> dict[str, Any]:
    """Return the arguments of `keras.Model.fit` or `predict`, without callbacks."""
    routed = route_params(params, destination, names)
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
        routed = route_params(params, destination)
        for item in leaves(make_objects(copy_unfitted(given) if copy else given, routed)):
            if not isinstance(item, keras.callbacks.Callback):
                is_name = isinstance(item, str) and hasattr(keras.callbacks, item)
                raise TypeError(
                    f"{destination} must be keras.callbacks.Callback objects or classes, alone or "
                    f"in a list or dict; got {item!r}."
                    + (f" Give the object: keras.callbacks.{item}(...)." if is_name else "")
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
