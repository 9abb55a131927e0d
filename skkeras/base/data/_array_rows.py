"""Rows of arrays that take too much memory as floats, such as those of memory maps."""

from __future__ import annotations

from typing import Any

import joblib
import numpy as np

from skkeras.base.data._floats import as_floats
from skkeras.training import Streamed


class ArrayRows(Streamed):
    """Rows of an array, of which only those that are needed are copied, as floats.

    Parameters
    ----------
    array : ndarray of shape (n_rows, ...)
        Numbers; it is never copied as a whole.
    rows : ndarray of int or None, default=None
        The rows of the array that these are; None means all.
    """

    def __init__(self, array: np.ndarray, rows: np.ndarray | None = None) -> None:
        self._array, self._rows = array, rows
        self.shape = (len(array) if rows is None else len(rows), *array.shape[1:])

    def __getitem__(self, rows: np.ndarray | slice) -> ArrayRows:
        if self._rows is not None:
            return ArrayRows(self._array, self._rows[rows])
        if isinstance(rows, slice):
            return ArrayRows(self._array[rows])
        return ArrayRows(self._array, np.asarray(rows))

    def toarray(self) -> np.ndarray:
        """Return the rows, of dtype `keras.config.floatx`."""
        return as_floats(self._array if self._rows is None else self._array[self._rows])

    def content_key(self) -> Any:
        """Return the hashes of all blocks."""
        return self.shape, [joblib.hash(block) for block in self.blocks()]
