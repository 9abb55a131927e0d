"""Arrays in memory, cut into batches in a given order."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import scipy.sparse

from skkeras.training._seeds import epoch_order


def count_rows(x: Any) -> int:
    """Count the rows of an array, or of the first of several."""
    while isinstance(x, (dict, list, tuple)):
        x = next(iter(x.values())) if isinstance(x, dict) else x[0]
    return int(x.shape[0])


def take(x: Any, rows: np.ndarray | slice) -> Any:
    """Take rows of an array, of a sparse matrix (made dense) or of each of several."""
    if isinstance(x, dict):
        return {name: take(part, rows) for name, part in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(take(part, rows) for part in x)
    if scipy.sparse.issparse(x):
        return x[rows].toarray()
    return x[rows]


class Batches(keras.utils.PyDataset):
    """Batches for `keras.Model.fit`, shuffled as every trainer shuffles.

    Parameters
    ----------
    x, y : array, sparse matrix, or list or dict of them
        Rows along the first axis.
    sample_weight : ndarray of shape (n_rows,) or None
        Weights of the rows.
    batch_size : int
        Rows a batch; the last one may be smaller.
    seed : int or None, default=None
        Seed of the order; None keeps the rows as they are.
    epoch : int, default=0
        The first epoch, for the order.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        sample_weight: np.ndarray | None,
        batch_size: int,
        seed: int | None = None,
        epoch: int = 0,
    ) -> None:
        super().__init__()
        self.data = tuple(part for part in (x, y, sample_weight) if part is not None)
        self.n_rows = count_rows(x)
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = epoch
        self._shuffle()

    def _shuffle(self) -> None:
        if self.seed is None:
            self.order = np.arange(self.n_rows)
        else:
            self.order = epoch_order(self.seed, self.epoch, self.n_rows)

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self._shuffle()

    def __len__(self) -> int:
        return -(-self.n_rows // self.batch_size)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return tuple(take(part, rows) for part in self.data)
