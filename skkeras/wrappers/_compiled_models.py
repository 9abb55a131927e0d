"""Checks that a compiled model matches the parameters of its estimator."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import keras

from skkeras.utils import (
    COMPILE_ARGUMENTS,
    compile_arguments,
    leaves,
    loss_name,
    loss_with_arguments,
    metric_name,
)


def check_trainable(model: keras.Model, params: Mapping[str, Any]) -> None:
    """Raise an error for a compiled model without a loss or an optimizer.

    Raises
    ------
    ValueError
        If the loss or the optimizer is missing.
    """
    if all(part is None for part in leaves(model.loss)):
        raise ValueError(
            f"The model has no loss: give loss= to the estimator, or compile the model with one in "
            f"the build function; got loss={params.get('loss')!r}."
        )
    if model.optimizer is None:
        raise ValueError(
            f"The model has no optimizer: give optimizer= to the estimator, such as 'adam', or "
            f"compile the model with one in the build function; got "
            f"optimizer={params.get('optimizer')!r}."
        )


def check_compiled(
    cls: type, model: keras.Model, params: Mapping[str, Any], *, takes_them: bool
) -> None:
    """Raise an error for parameters without effect, because the model was compiled with others.

    Parameters
    ----------
    cls : type
        The estimator's class, whose signature has the defaults.
    model : keras.Model
        Model that a user compiled.
    params : dict
        All parameters of the estimator.
    takes_them : bool
        Whether the build function takes `compile_kwargs` or `params`. It may use them in any way,
        so only a loss with a different name is refused, as in SciKeras.

    Raises
    ------
    ValueError
        If the loss, the optimizer or metrics differ from the parameters.
    """
    given = _given(cls, params) & ({"loss"} if takes_them else COMPILE_ARGUMENTS)
    if not given:
        return
    asked = compile_arguments(params)
    config = getattr(model, "_compile_config", None)
    got = {**getattr(config, "config", {}), "optimizer": model.optimizer, "loss": model.loss}
    if takes_them:
        kinds = str, keras.losses.Loss, type
        if not all(isinstance(x, kinds) for x in (params["loss"], got["loss"])):
            return
        asked["loss"] = _loss(asked["loss"])
    for name in sorted(given):
        if not _EQUAL.get(name, _is_equal)(got.get(name), asked.get(name)):
            names = [k for k in params if _destination(k) == name and params[k] is not None]
            raise ValueError(
                f"{', '.join(f'{k}={_shown(params[k])}' for k in names)} but model compiled with "
                f"{_shown(got.get(name))}, so {name}= of {cls.__name__} has no effect. Let the "
                f"build function give the model uncompiled, or compile it with what its argument "
                f"compile_kwargs brings: model.compile(**compile_kwargs)."
            )


def _shown(item: Any) -> str:
    if not isinstance(item, keras.optimizers.Optimizer):
        return str(item)
    rate = _config(item).get("learning_rate")
    told = f"{rate:.3g}" if isinstance(rate, float) else "a schedule"
    return f"{type(item).__name__}(learning_rate={told})"


def _destination(name: str) -> str:
    return name.removeprefix("compile__").partition("__")[0]


def _given(cls: type, params: Mapping[str, Any]) -> set[str]:
    """Return the names of compile arguments that were given and are not the defaults."""
    defaults = {name: p.default for name, p in inspect.signature(cls).parameters.items()}
    return {
        _destination(name)
        for name, value in params.items()
        if not isinstance(value, (str, int, float, type(None))) or value != defaults.get(name)
    }


def _is_same_loss(got: Any, asked: Any) -> bool:
    pairs = leaves(got), leaves(asked)
    if list(map(_loss, pairs[0])) != list(map(_loss, pairs[1])):
        return False
    # If a loss is given by name, the build function chooses its arguments.
    return all(
        not isinstance(wanted, keras.losses.Loss) or _config(found) == _config(wanted)
        for found, wanted in zip(*pairs, strict=True)
    )


def _is_same_optimizer(got: Any, asked: Any) -> bool:
    got = getattr(got, "inner_optimizer", got)
    return type(got) is type(asked) and _config(got) == _config(asked)


def _has_metrics(got: Any, asked: Any) -> bool:
    return set(map(_metric, leaves(asked))) <= set(map(_metric, leaves(got)))


def _is_equal(got: Any, asked: Any) -> bool:
    return bool(got == asked)


_EQUAL: dict[str, Callable[[Any, Any], bool]] = {
    "loss": _is_same_loss,
    "optimizer": _is_same_optimizer,
    "metrics": _has_metrics,
    "weighted_metrics": _has_metrics,
}


def _loss(item: Any) -> str:
    try:
        return loss_name(item)
    except (TypeError, ValueError):
        return repr(item)


def _metric(item: Any) -> str:
    if item in ("acc", "ce"):
        return {"acc": "accuracy", "ce": "crossentropy"}[item]
    try:
        return metric_name(item)
    except (TypeError, ValueError):
        return str(item)


def _config(item: Any) -> dict[str, Any]:
    """Return the arguments of an optimizer or a loss, without its name."""
    if not hasattr(item, "get_config"):
        with suppress(ValueError):  # a loss by name has those of its class
            kind = loss_with_arguments(_loss(item))
            item = kind() if inspect.isclass(kind) else item
    config = item.get_config() if hasattr(item, "get_config") else {}
    return {name: value for name, value in config.items() if name != "name"}
