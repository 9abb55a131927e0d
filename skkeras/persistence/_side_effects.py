"""Detection of objects that write files or open connections in `fit`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any

import joblib
import keras
import numpy as np
from sklearn.base import BaseEstimator

from skkeras.base import BaseKerasEstimator
from skkeras.fit_cache import FitMemory

# All other callbacks may write files, open connections or contain code.
SAFE_CALLBACKS = {
    keras.callbacks.Callback,
    keras.callbacks.EarlyStopping,
    keras.callbacks.History,
    keras.callbacks.LearningRateScheduler,
    keras.callbacks.ProgbarLogger,
    keras.callbacks.ReduceLROnPlateau,
    keras.callbacks.SwapEMAWeights,
    keras.callbacks.TerminateOnNaN,
}
_FIT_MEMORY, _JOBLIB_MEMORY = "skkeras.FitMemory", "joblib.Memory"
_PUBLIC = {
    f"{item.__module__}.{item.__name__}": f"keras.callbacks.{name}"
    for name, item in vars(keras.callbacks).items()
    if isinstance(item, type)
} | {
    f"{FitMemory.__module__}.FitMemory": _FIT_MEMORY,
    f"{joblib.Memory.__module__}.Memory": _JOBLIB_MEMORY,
}


def public_name(item: str | type) -> str:
    """Return the public name of a class.

    Raises
    ------
    TypeError
        If it is neither a class or function nor a name.
    """
    if not isinstance(item, (str, type, FunctionType)):
        raise TypeError(f"trusted= takes classes and their names; got {item!r}.")
    name = item if isinstance(item, str) else f"{item.__module__}.{item.__name__}"
    return _PUBLIC.get(name, name)


def side_effects_of(estimator: Any) -> set[str]:
    """Return the names of parts of an estimator with effects outside of it in the next `fit`.

    Raises
    ------
    ValueError
        If there is a Keras configuration, from which Keras would create whatever it names.
    """
    found: set[str] = set()
    stack: list[tuple[Any, bool]] = [(estimator, False)]
    seen: dict[int, Any] = {}
    while stack:
        item, is_ours = stack.pop()
        if id(item) in seen:
            continue
        seen[id(item)] = item
        kind = item if isinstance(item, type) else type(item)
        if issubclass(kind, keras.callbacks.Callback) and kind not in SAFE_CALLBACKS:
            found.add(public_name(kind))
        elif issubclass(kind, FitMemory):
            found.add(_FIT_MEMORY)
        elif issubclass(kind, joblib.Memory):
            found.add(_JOBLIB_MEMORY)
        is_ours = is_ours or isinstance(item, BaseKerasEstimator)
        for name, part in _named_parts(item):
            if name == "memory" or str(name).endswith("__memory"):
                if _is_folder(part) or (is_ours and isinstance(part, joblib.Memory)):
                    found.add(_FIT_MEMORY if is_ours else _JOBLIB_MEMORY)
                    continue
            elif name == "class_name" and isinstance(part, str):
                raise ValueError("There is a configuration of Keras where none is expected.")
            stack.append((part, is_ours and name == "_fit_params"))
        if isinstance(item, (list, tuple, set, frozenset)):
            stack.extend((part, False) for part in item)
        elif isinstance(item, np.ndarray) and item.dtype.kind == "O":
            stack.extend((part, False) for part in item.flat)
    return found


def _named_parts(item: Any) -> Iterable[tuple[Any, Any]]:
    """Yield named parts of an object, except of Keras objects that hold no callbacks."""
    if isinstance(item, Mapping):
        yield from item.items()
    is_looked_into = isinstance(item, (BaseEstimator, keras.callbacks.Callback))
    if is_looked_into or not (
        isinstance(item, (type, ModuleType, FunctionType)) or _is_part_of_keras(item)
    ):
        yield from vars(item).items() if hasattr(item, "__dict__") else ()


def _is_part_of_keras(item: Any) -> bool:
    return type(item).__module__.partition(".")[0] in {"keras", "tensorflow", "jax", "jaxlib"}


def _is_folder(value: Any) -> bool:
    """Return whether `memory` may be a folder, or one of several values may be."""
    if isinstance(value, (str, os.PathLike)):
        return True
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist()
    return isinstance(value, Iterable) and any(map(_is_folder, value))
