"""Compute the outputs of a network once if several methods need them for the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import joblib
import numpy as np
from keras import tree

from skkeras.training._batches import Streamed
from skkeras.training._settings import settings

# Network, its values, hash of the rows with Keras' settings, and outputs of the last prediction.
_Last = tuple[Any, Any, Any, Any]
# None outside of `shared_outputs`.
_last: ContextVar[_Last | None] = ContextVar("last_outputs", default=None)


@contextmanager
def shared_outputs() -> Iterator[None]:
    """Use the last outputs again while the next prediction has the same network, weights and rows.

    Global settings of Keras must be the same, too. This holds for predictions of one thread, and
    for networks whose Keras model was never accessed, so that nobody can have changed it.
    """
    token = _last.set((None, None, None, None))
    try:
        yield
    finally:
        _last.reset(token)


def outputs_of(
    network: object, values: Sequence[np.ndarray] | None, x: Any, compute: Callable[[], Any]
) -> Any:
    """Return the outputs of a network, computed if the last ones cannot be used again.

    Parameters
    ----------
    network : object
        The network.
    values : sequence of ndarray or None
        The values of all its variables; each training makes a new sequence.
    x : array, sparse matrix, Streamed, or list or dict of them
        Rows. `Streamed` rows and objects are not compared.
    compute : callable
        Computes the outputs.

    Returns
    -------
    ndarray, or list or dict of ndarray
        The outputs, which the caller may overwrite.
    """
    last = _last.get()
    if last is None or not all(map(_is_comparable, tree.flatten(x))):
        return compute()
    computed = joblib.hash(x, hash_name="sha1"), settings()
    if last[0] is not network or last[1] is not values or last[2] != computed:
        last = network, values, computed, compute()
        _last.set(last)
    return tree.map_structure(np.copy, last[3])


def _is_comparable(rows: Any) -> bool:
    return not isinstance(rows, Streamed) and rows.dtype.kind != "O"
