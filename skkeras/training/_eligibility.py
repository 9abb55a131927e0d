"""Find what the compiled trainer cannot do and leaves to `keras.Model.fit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import scipy.sparse
from keras import tree
from keras.src.backend import config

from skkeras.training._batches import Streamed
from skkeras.training.programs import NotCompiled

# The data is in memory a second time, as tensors.
MEMORY_BUDGET = 2 * 2**30
_TOO_LARGE = "the data takes more memory than the compiled trainer holds"

_BATCH_LEVEL = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_begin",
    "on_test_batch_begin",
    "on_test_batch_end",
    "on_test_end",
)
_LIMITS = ("_MAX_EPOCHS", "_MAX_STEPS_PER_EPOCH")
_FIT_ARGUMENTS = {"class_weight", "validation_batch_size"}


def fits_memory(n_values: int) -> bool:
    """Return whether this many values of `keras.config.floatx` fit `MEMORY_BUDGET`."""
    return n_values * np.dtype(keras.config.floatx()).itemsize <= MEMORY_BUDGET


def dense(data: Any) -> Any:
    """Convert data to numpy arrays of the types that Keras would pass to a model.

    Parameters
    ----------
    data : array, sparse matrix, Streamed, or nested lists, tuples or dicts of them
        Rows along the first axis.

    Returns
    -------
    The same structure of ndarray.

    Raises
    ------
    NotCompiled
        If the data has any other type, or does not fit `MEMORY_BUDGET`.
    """
    arrays = tree.map_structure(_array, data)
    if sum(array.nbytes for array in tree.flatten(arrays)) > MEMORY_BUDGET:
        raise NotCompiled(_TOO_LARGE)
    return arrays


def _array(part: Any) -> np.ndarray:
    if isinstance(part, Streamed):
        raise NotCompiled(_TOO_LARGE)
    if scipy.sparse.issparse(part):
        if np.prod(part.shape) * 4 > MEMORY_BUDGET:
            raise NotCompiled(_TOO_LARGE)
        part = part.toarray()
    elif not (hasattr(part, "__array__") and hasattr(part, "shape")):
        raise NotCompiled(f"the data is not an array but {type(part).__name__}")
    array = np.asarray(part)
    if array.dtype.kind not in "biuf":
        raise NotCompiled(f"the data is of type {array.dtype}")
    return array.astype(keras.config.floatx(), copy=False) if array.dtype.kind == "f" else array


def check(
    model: keras.Model, callbacks: Sequence[keras.callbacks.Callback], fit_kwargs: dict[str, Any]
) -> None:
    """Raise an exception if only `keras.Model.fit` can train with these arguments.

    Parameters
    ----------
    model : keras.Model
        Compiled model.
    callbacks : sequence of keras.callbacks.Callback
        Callbacks that the user passed.
    fit_kwargs : dict
        Further arguments of `keras.Model.fit`.

    Raises
    ------
    NotCompiled
        With the reason.
    """
    if model.run_eagerly:
        raise NotCompiled("the model runs eagerly")
    if any(getattr(config, name, None) is not None for name in _LIMITS):
        raise NotCompiled("keras.config limits the epochs or the steps of an epoch")
    for name in sorted(set(fit_kwargs) - _FIT_ARGUMENTS):
        raise NotCompiled(f"{name} was passed")
    for callback in callbacks:
        method = _batch_level(callback)
        if method:
            raise NotCompiled(f"{type(callback).__name__} has a method {method}")


def _batch_level(callback: keras.callbacks.Callback) -> str | None:
    if isinstance(callback, (keras.callbacks.ProgbarLogger, keras.callbacks.History)):
        return None
    if isinstance(callback, keras.callbacks.ModelCheckpoint) and callback.save_freq == "epoch":
        return None
    for name in _BATCH_LEVEL:
        own = getattr(callback, name)
        if getattr(own, "__func__", own) is not getattr(keras.callbacks.Callback, name):
            return name
    return None
