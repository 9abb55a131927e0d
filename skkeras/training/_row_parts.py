"""Rows that are read in parts in each epoch, and shuffled in a buffer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from keras import tree

from skkeras.training._seeds import epoch_order

_Item = TypeVar("_Item")


class RowParts(ABC):
    """Rows in parts, of which few are in memory at a time.

    Attributes
    ----------
    shape : tuple of int
        Number of rows, in a tuple.
    n_parts : int
        Number of parts.
    buffer_rows : int
        Maximum number of rows to shuffle together.
    is_ordered : bool
        Whether parts must be read in their order.
    """

    shape: tuple[int]
    n_parts: int
    buffer_rows: int
    is_ordered: bool = False

    @abstractmethod
    def read(self, index: int) -> tuple[Any, ...]:
        """Return the rows of a part as `pack` returns them; it is called in another thread."""


def chunks(
    parts: RowParts, batch_size: int, seed: int | None = None, epoch: int = 0
) -> Iterator[tuple[tuple[Any, ...], np.ndarray]]:
    """Read the rows of one epoch in chunks of at most `parts.buffer_rows` rows.

    Parameters
    ----------
    parts : RowParts
        The rows.
    batch_size : int
        Rows per batch. All chunks but the last consist of full batches, or have more rows than the
        buffer because it is smaller than a batch.
    seed : int or None, default=None
        Non-negative seed of the order of parts, and of rows in a chunk; None keeps both.
    epoch : int, default=0
        Epoch, on which the order depends.

    Yields
    ------
    data : tuple of arrays
        Rows.
    order : ndarray of shape (n_rows,), int32
        The order to train in.
    """
    places: Any = range(parts.n_parts)
    random = None
    if seed is not None:
        if not parts.is_ordered:
            places = epoch_order(seed, epoch, parts.n_parts).tolist()
        # A counter that `epoch_order` never has.
        random = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 1, epoch + 1]))
    held: list[Any] = []
    n_held = 0

    def emptied(*, is_last: bool) -> Iterator[tuple[tuple[Any, ...], np.ndarray]]:
        nonlocal held, n_held
        data = tree.map_structure(lambda *same: np.concatenate(same), *held)
        order = np.arange(n_held) if random is None else random.permutation(n_held)
        n_rest = 0 if is_last else n_held % batch_size
        rest = order[n_held - n_rest :]
        held = [tree.map_structure(lambda array: array[rest], data)] if n_rest else []
        n_trained, n_held = n_held - n_rest, n_rest
        if n_trained:
            yield data, order[:n_trained].astype(np.int32)

    for place in places:
        part = parts.read(place)
        n_rows = len(tree.flatten(part)[0])
        if n_held >= batch_size and n_held + n_rows > parts.buffer_rows:
            yield from emptied(is_last=False)
        if n_rows:
            held.append(part)
            n_held += n_rows
    if n_held:
        yield from emptied(is_last=True)


def read_ahead(items: Iterator[_Item]) -> Generator[_Item, None, None]:
    """Yield the same items; the next one is made in another thread while one is used."""
    with ThreadPoolExecutor(1, "skkeras-read") as pool:
        future = pool.submit(next, items, None)
        while (item := future.result()) is not None:
            future = pool.submit(next, items, None)
            yield item
