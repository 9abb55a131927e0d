"""Batches of arrays in memory, in a given order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import scipy.sparse

from skkeras.training._seeds import epoch_order

# Size of a block of streamed rows.
_BLOCK_BYTES = 2**26


class Streamed(ABC):
    """Rows that are made when they are needed, because all of them take too much memory.

    Attributes
    ----------
    shape : tuple of int
        Number of rows, and their shape.
    """

    shape: tuple[int, ...]

    @abstractmethod
    def __getitem__(self, rows: np.ndarray | slice) -> Streamed:
        """Select rows without making them."""

    @abstractmethod
    def toarray(self) -> np.ndarray:
        """Make all rows."""

    @abstractmethod
    def content_key(self) -> Any:
        """Return a key that is equal only for equal rows."""

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def block_rows(self) -> int:
        """Number of rows to make at a time."""
        row_bytes = np.dtype(keras.config.floatx()).itemsize * int(np.prod(self.shape[1:]))
        return max(1, _BLOCK_BYTES // row_bytes)

    def blocks(self) -> Iterator[np.ndarray]:
        """Make all rows, one block at a time."""
        for start in range(0, self.shape[0], self.block_rows):
            yield self[start : start + self.block_rows].toarray()


def count_rows(x: Any) -> int:
    """Count the rows of an array, or of the first of several."""
    while isinstance(x, (dict, list, tuple)):
        x = next(iter(x.values())) if isinstance(x, dict) else x[0]
    return int(x.shape[0])


def pack(x: Any, y: Any, sample_weight: Any) -> tuple[Any, ...]:
    """Pack data as Keras' `train_step` takes it, with tuples instead of lists."""
    return tuple(_tuples(part) for part in (x, y, sample_weight) if part is not None)


def _tuples(data: Any) -> Any:
    # TensorFlow's data sets convert a list to one tensor.
    if isinstance(data, dict):
        return {name: _tuples(part) for name, part in data.items()}
    return tuple(map(_tuples, data)) if isinstance(data, (list, tuple)) else data


def take(x: Any, rows: np.ndarray | slice) -> Any:
    """Take rows of an array, of a sparse or streamed one (made dense) or of each of several."""
    if isinstance(x, dict):
        return {name: take(part, rows) for name, part in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(take(part, rows) for part in x)
    taken = x[rows]
    return taken.toarray() if scipy.sparse.issparse(x) or isinstance(x, Streamed) else taken


class Batches(keras.utils.PyDataset):
    """Batches for `keras.Model.fit`, which the callback `Shuffle` shuffles.

    Parameters
    ----------
    x, y : array, sparse matrix, or list or dict of them
        Rows along the first axis.
    sample_weight : ndarray of shape (n_rows,) or None
        Weights of the rows.
    batch_size : int
        Rows per batch; the last batch may be smaller.
    """

    def __init__(self, x: Any, y: Any, sample_weight: Any, batch_size: int) -> None:
        super().__init__()
        self.data = pack(x, y, sample_weight)
        self.n_rows = count_rows(x)
        self.batch_size = batch_size
        self.order = np.arange(self.n_rows)

    def __len__(self) -> int:
        return -(-self.n_rows // self.batch_size)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return tuple(take(part, rows) for part in self.data)


class Shuffle(keras.callbacks.Callback):
    """Set the order of the rows at the start of each epoch."""

    def __init__(self, batches: Batches, seed: int) -> None:
        super().__init__()
        self.batches = batches
        self.seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Shuffle."""
        self.batches.order = epoch_order(self.seed, epoch, self.batches.n_rows)
