"""Which fit an estimator is at, what is known of it, and what to keep."""

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
    ForeignCode,
    Network,
    NotCompiled,
    Streamed,
    describe_object,
    is_library,
)

# Callbacks that act on all epochs alike, and that `TrainingCheckpoint` can hold.
_IN_PARTS = {
    keras.callbacks.EarlyStopping,
    keras.callbacks.LearningRateScheduler,
    keras.callbacks.ReduceLROnPlateau,
    keras.callbacks.TerminateOnNaN,
}


@dataclass
class FitKey:
    """Where training started, and what it has been on since.

    Parameters
    ----------
    start : str or None, default=None
        Hash of the untrained network, once training has begun.
    key : str or None, default=None
        Hash of that and of all that training got.
    """

    start: str | None = None
    key: str | None = None


def is_cacheable(
    fit_key: FitKey,
    network: Network,
    data: dict[str, Any],
    callbacks: Sequence[keras.callbacks.Callback],
    options: dict[str, Any],
    until: int,
) -> bool:
    """Find the key of a fit, and tell whether the epochs before this call had the same.

    The number of epochs is a position under the key, not part of it, but for callbacks that may
    have to do with it.

    Parameters
    ----------
    origin : Origin
        Where training started; gets the hashes.
    network : Network
        The network, untrained where `fit_key` has no hash of it.
    data : dict
        What `Network.train` gets: rows, targets and weights to train on and to validate on.
    callbacks : sequence of keras.callbacks.Callback
        Callbacks, unused.
    options : dict
        What else training gets.
    until : int
        The epoch to stop before.

    Returns
    -------
    bool
        Whether the fit is one that starts at `fit_key` and goes on under this key; not so, with a
        warning, where it cannot be told from others.
    """
    content_key = {name: value for name, value in options.items() if name != "verbose"}
    position = None if {type(c) for c in callbacks} <= _IN_PARTS else until
    try:
        for callback in callbacks:
            if not (isinstance(callback, tuple(_IN_PARTS)) and is_library(type(callback))):
                raise ForeignCode(f"the callback {type(callback).__name__} may do anything")
        if fit_key.start is None:
            described = network.describe(**data, batch_size=options["batch_size"])
            fit_key.start = describe_object((_circumstances(), described))
        key = describe_object(
            (fit_key.start, _as_values(data), list(callbacks), content_key, position)
        )
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
    """Return the rows that are no arrays as what tells them from other rows."""
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
    """Bring an estimator to where the longest kept fit of its key stands."""
    network = estimator._live_network()
    for state in memory.find(key, until, network.values, callbacks):
        if state["n_iter"] <= estimator.current_epoch:
            return
        network.values = state["values"]
        estimator.n_iter_, estimator.trainer_ = state["n_iter"], state["trainer"]
        estimator.history_ = state["history"]
        estimator.__dict__.pop("_checkpoint", None)
        if state["checkpoint"] is not None:
            estimator._checkpoint = TrainingCheckpoint(**state["checkpoint"])
        return


def keep(estimator: Any, memory: FitMemory, key: str) -> None:
    """Keep a fit that ended well."""
    losses = estimator.history_.get("loss", ())
    if not estimator.initialized_ or not np.isfinite(losses).all():
        return
    checkpoint = vars(estimator).get("_checkpoint")
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
