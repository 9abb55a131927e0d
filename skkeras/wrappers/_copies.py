"""New optimizers, metrics and callbacks for each fit, the same in all that they hold."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from skkeras.training import is_library


def fresh(item: Any) -> Any:
    """Copy optimizers, metrics and callbacks, so that a fit never uses another fit's."""
    # Losses hold nothing of a fit, and Keras' copies of them lack arguments, such as Huber's delta.
    if isinstance(item, (keras.optimizers.Optimizer, keras.metrics.Metric)):
        return _copied(item)
    if isinstance(item, keras.callbacks.Callback):
        # A callback that was used outside holds that model; the copy must not.
        held, item._model = item._model, None
        # Reports to a copy of a trial of Optuna's would reach no study, and prune nothing.
        trials = {id(part): part for part in vars(item).values() if hasattr(part, "should_prune")}
        try:
            return copy.deepcopy(item, trials)
        finally:
            item._model = held
    if isinstance(item, Mapping):
        return {key: fresh(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return type(item)(fresh(value) for value in item)
    return item


# What optimizers and metrics note when they are built for a model.
_OF_USE = {"built", "_built", "_trainable_variables_indices"} | {
    "_exclude_from_weight_decay",
    "_exclude_from_weight_decay_cache",
}


def _copied(item: Any) -> Any:
    """Copy by the configuration, and all that it does not tell by what the object holds."""
    kind = type(item)
    try:
        twin = kind.from_config(item.get_config())
    except TypeError as error:
        if getattr(item, "built", False) and isinstance(item, keras.optimizers.Optimizer):
            raise TypeError(
                f"{kind.__name__} was used before and cannot be made anew: {error}. Let its "
                f"get_config give all arguments of its __init__, or give a new one."
            ) from error
        return _copied_by_state(item)
    for name, value in vars(item).items():
        if is_library(kind):  # whose configurations lack one setting alone
            is_setting = name == "_exclude_from_weight_decay_pattern"
        else:
            is_setting = name not in _OF_USE and not name.startswith(("_self_", "name"))
        if not is_setting or _is_of_keras(value):
            continue
        if name not in vars(twin) or not _looks_like(value, vars(twin)[name]):
            vars(twin)[name] = copy.deepcopy(value)
    return twin


def _copied_by_state(item: Any) -> Any:
    known: dict[int, Any] = {
        id(v): keras.Variable(
            keras.ops.copy(v.value), trainable=v.trainable, dtype=v.dtype, name=v.name
        )
        for v in item.variables
    }
    strategy = getattr(item, "_distribution_strategy", None)
    known[id(strategy)] = strategy
    known[id(item)] = twin = object.__new__(type(item))
    vars(twin).update(copy.deepcopy(vars(item), known))
    return twin


def _looks_like(value: Any, other: Any) -> bool:
    try:
        return bool(value is other or np.all(value == other))
    except (TypeError, ValueError):
        return False


def _is_of_keras(value: Any) -> bool:
    """Tell whether this is, or holds, variables and what keeps track of them."""
    if isinstance(value, (list, tuple, dict)):
        return any(map(_is_of_keras, value.values() if isinstance(value, dict) else value))
    return type(value).__module__.startswith(("keras.", "tensorflow."))
