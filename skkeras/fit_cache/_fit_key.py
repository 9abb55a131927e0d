"""Keys of fits, and how fits are stored in the cache and restored from it."""

from __future__ import annotations

import importlib
import platform
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import scipy.sparse

from skkeras._version import __version__
from skkeras.fit_cache._checkpoint import TrainingCheckpoint
from skkeras.fit_cache._memory import FitMemory
from skkeras.training import (
    FitArguments,
    ForeignCode,
    Network,
    NotCompiled,
    Streamed,
    describe_object,
    is_library,
)

# Callbacks that treat all epochs alike, and whose state `TrainingCheckpoint` can store.
_IN_PARTS = {
    keras.callbacks.EarlyStopping,
    keras.callbacks.LearningRateScheduler,
    keras.callbacks.ReduceLROnPlateau,
    keras.callbacks.TerminateOnNaN,
}


# Arguments that are a position under the key, are hashed separately, or change no result.
_NOT_IN_KEY = {"epochs", "initial_epoch", "callbacks", "verbose"}


@dataclass
class FitKey:
    """Key of a fit.

    Parameters
    ----------
    start : str or None, default=None
        Hash of the untrained network, once training has begun.
    key : str or None, default=None
        Hash of `start` and of all inputs of training.
    """

    start: str | None = None
    key: str | None = None


def is_cacheable(fit_key: FitKey, network: Network, arguments: FitArguments) -> bool:
    """Compute the key of a fit, and return whether the fit can be cached.

    The number of epochs is a position under the key and not a part of it, except for callbacks that
    may depend on it.

    Parameters
    ----------
    fit_key : FitKey
        Key of the training so far; it gets the hashes.
    network : Network
        The network; untrained if `fit_key.start` is None.
    arguments : FitArguments
        Arguments of training, with callbacks that have not been used.

    Returns
    -------
    bool
        False if earlier epochs had a different key, or, with a warning, if the fit has no key that
        distinguishes it from other fits.
    """
    given = {name: value for name, value in vars(arguments).items() if name not in _NOT_IN_KEY}
    callbacks = list(arguments.callbacks)
    position = None if {type(c) for c in callbacks} <= _IN_PARTS else arguments.epochs
    try:
        for callback in callbacks:
            if not (isinstance(callback, tuple(_IN_PARTS)) and is_library(type(callback))):
                raise ForeignCode(f"the callback {type(callback).__name__} may do anything")
        if fit_key.start is None:
            described = network.describe(arguments)
            fit_key.start = describe_object((_circumstances(), described))
        key = describe_object((fit_key.start, _as_values(given), callbacks, position))
    except (ForeignCode, NotCompiled, NotImplementedError) as error:
        _warn(error)
        return False
    same, fit_key.key = fit_key.key in (None, key), key
    return same


def _circumstances() -> tuple[str, ...]:
    backend = keras.backend.backend()
    versions = __version__, keras.__version__, np.__version__
    return (*versions, backend, importlib.import_module(backend).__version__, platform.machine())


def _as_values(data: Any) -> Any:
    """Replace rows that are not arrays by values that identify them."""
    if isinstance(data, (list, tuple)):
        return [_as_values(part) for part in data]
    if isinstance(data, dict):
        return {name: _as_values(part) for name, part in data.items()}
    if isinstance(data, Streamed):
        return type(data), data.content_key()
    if scipy.sparse.issparse(data):
        rows = data.tocsr()
        return rows.shape, rows.indptr, rows.indices, rows.data
    return data


def _warn(error: Exception) -> None:
    warnings.warn(
        f"memory= keeps nothing of this fit, because it cannot be told from others: {error}.",
        UserWarning,
        stacklevel=2,
    )


def restore(
    estimator: Any,
    memory: FitMemory,
    key: str,
    until: int,
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Restore the state of the longest stored fit with this key, up to `until` epochs."""
    network = estimator._live_network()
    for state in memory.find(key, until, network.values, callbacks):
        if state["n_iter"] <= estimator.current_epoch:
            return
        network.values = state["values"]
        estimator.n_iter_, estimator.trainer_ = state["n_iter"], state["trainer"]
        estimator.history_ = state["history"]
        checkpoint = state["checkpoint"]
        estimator._checkpoint = None if checkpoint is None else TrainingCheckpoint(**checkpoint)
        return


def keep(estimator: Any, memory: FitMemory, key: str) -> None:
    """Store a fit whose losses are all finite."""
    losses = estimator.history_.get("loss", ())
    if not estimator.initialized_ or not np.isfinite(losses).all():
        return
    checkpoint = estimator._checkpoint
    memory.keep(
        key,
        estimator.current_epoch,
        {
            "values": estimator._live_network().values,
            "n_iter": estimator.current_epoch,
            "history": estimator.history_,
            "trainer": estimator.trainer_,
            "checkpoint": None if checkpoint is None else vars(checkpoint),
        },
    )
