"""Complete copies of optimizers, metrics and callbacks, for each fit."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from skkeras.training import check_process, is_library


def copy_unfitted(item: Any) -> Any:
    """Copy optimizers, metrics and callbacks, so that fits do not share them."""
    # Losses keep no state of a fit, and Keras' copies lack arguments, such as Huber's delta.
    if isinstance(item, (keras.optimizers.Optimizer, keras.metrics.Metric)):
        return _copied(item)
    if isinstance(item, keras.callbacks.Callback):
        return _copied_callback(item)
    if isinstance(item, Mapping):
        return {key: copy_unfitted(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return type(item)(copy_unfitted(value) for value in item)
    return item


def shallow_copy(estimator: Any, **attributes: Any) -> Any:
    """Return an estimator with the same attributes, except for these."""
    copied = object.__new__(type(estimator))
    vars(copied).update(vars(estimator), **attributes)
    return copied


def _copied_callback(item: keras.callbacks.Callback) -> keras.callbacks.Callback:
    # A copied trial of Optuna would not report to its study, and would not prune.
    memo = {id(part): part for part in vars(item).values() if hasattr(part, "should_prune")}
    if (held := vars(item).get("_model")) is not None:  # set if it was used before
        memo[id(held)] = None
    try:
        copied: keras.callbacks.Callback = copy.deepcopy(item, memo)
    except TypeError as error:
        raise TypeError(
            f"The callback {type(item).__name__} cannot be copied for each fit: {error}. Let it "
            f"open files and make locks in on_train_begin, give it a method __deepcopy__, or pass "
            f"it to one fit alone: fit(callbacks=[...]) of KerasClassifier and KerasRegressor."
        ) from error
    for name in ("params", "_model"):  # not all callbacks call Keras' __init__
        vars(copied).setdefault(name, None)
    return copied


# Attributes that optimizers and metrics set when they are built for a model.
_OF_USE = {"built", "_built", "_trainable_variables_indices"} | {
    "_exclude_from_weight_decay",
    "_exclude_from_weight_decay_cache",
}


def _copied(item: Any) -> Any:
    """Copy by the configuration and the settings that it lacks, or else by the state."""
    try:
        return remade(type(item), *parts_of(item, copy.deepcopy))
    except TypeError as error:
        if getattr(item, "built", False) and isinstance(item, keras.optimizers.Optimizer):
            raise TypeError(
                f"{type(item).__name__} was used before and cannot be made anew: {error}. Let its "
                f"get_config give all arguments of its __init__, or give a new one."
            ) from error
        return _copied_by_state(item)


def parts_of(
    item: Any, copied: Callable[[Any], Any] = lambda part: part
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an optimizer's or metric's configuration, and the settings that it lacks.

    Raises
    ------
    TypeError
        If the configuration cannot recreate the object.
    """
    kind, config = type(item), item.get_config()
    copied = kind.from_config(config)
    lacking = {}
    for name, value in vars(item).items():
        if is_library(kind):  # its configurations lack only one setting
            is_setting = name == "_exclude_from_weight_decay_pattern"
        else:
            is_setting = name not in _OF_USE and not name.startswith(("_self_", "name"))
        if not is_setting or is_of_keras(value):
            continue
        if name not in vars(copied) or not is_same(value, vars(copied)[name]):
            lacking[name] = copied(value)
    return config, lacking


def remade(kind: Any, config: dict[str, Any], lacking: dict[str, Any]) -> Any:
    """Recreate an object from the values that `parts_of` returns."""
    check_process()  # because variables are created
    copied = kind.from_config(config)
    vars(copied).update(lacking)
    return copied


def _copied_by_state(item: Any) -> Any:
    known: dict[int, Any] = {
        id(v): keras.Variable(
            keras.ops.copy(v.value), trainable=v.trainable, dtype=v.dtype, name=v.name
        )
        for v in item.variables
    }
    strategy = getattr(item, "_distribution_strategy", None)
    known[id(strategy)] = strategy
    known[id(item)] = copied = object.__new__(type(item))
    vars(copied).update(copy.deepcopy(vars(item), known))
    return copied


def is_same(value: Any, other: Any) -> bool:
    """Return whether two values are certainly equal."""
    try:
        return bool(value is other or (type(value) is type(other) and np.all(value == other)))
    except (TypeError, ValueError):
        return False


def is_of_keras(value: Any) -> bool:
    """Return whether a value is or contains an object of Keras or TensorFlow."""
    if type(value).__module__.startswith(("keras.", "tensorflow.")):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return isinstance(value, (list, tuple, dict)) and any(map(is_of_keras, parts))
