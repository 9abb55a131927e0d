"""Find what the compiled trainer cannot do and leaves to `keras.Model.fit`."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import scipy.sparse
from keras import tree
from keras.src.backend import config

from skkeras.training._batches import Streamed, pack
from skkeras.training._fit_arguments import FitArguments
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


def arrays_of(arguments: FitArguments) -> tuple[tuple[Any, ...], tuple[Any, ...] | None]:
    """Return the training and validation data as Keras passes it to `train_step` and `test_step`.

    Raises
    ------
    NotCompiled
        If only `keras.Model.fit` can train on this data; the message says why.
    """
    weights = _row_weights(arguments)
    data = dense(pack(arguments.x, arguments.y, weights))
    if arguments.validation_data is None:
        return data, None
    return data, dense(pack(*arguments.validation_data))


def _row_weights(arguments: FitArguments) -> Any:
    """Weight each row by its class, as `keras.Model.fit` does."""
    if arguments.class_weight is None:
        return arguments.sample_weight
    if arguments.sample_weight is not None or not hasattr(arguments.y, "shape"):
        raise NotCompiled("class weights meet sample weights or several targets")
    labels = np.asarray(arguments.y)
    labels = labels.argmax(-1) if labels.ndim > 1 and labels.shape[-1] != 1 else labels.ravel()
    weights = np.ones(len(labels), keras.config.floatx())
    for label, weight in arguments.class_weight.items():
        weights[np.round(labels) == label] = weight
    return weights


def check(model: keras.Model, arguments: FitArguments) -> None:
    """Raise an exception if only `keras.Model.fit` can train with these arguments.

    Parameters
    ----------
    model : keras.Model
        Compiled model.
    arguments : FitArguments
        The arguments, whose data is checked by `arrays_of`.

    Raises
    ------
    NotCompiled
        With the reason.
    """
    if model.run_eagerly:
        raise NotCompiled("the model runs eagerly")
    if any(getattr(config, name, None) is not None for name in _LIMITS):
        raise NotCompiled("keras.config limits the epochs or the steps of an epoch")
    for name in sorted(arguments.fit_kwargs.keys() - {"class_weight"}):
        raise NotCompiled(f"{name} was passed")
    for callback in arguments.callbacks:
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
