"""Random numbers of one model: seeds for Keras, and orders of rows for batches."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator

import numpy as np
from keras.src.backend.common import global_state
from keras.src.random import seed_generator as keras_seeds

_current = threading.local()


class SeedStream:
    """Sequence of seeds drawn from a generator with its own seed.

    Parameters
    ----------
    seed : int
        Non-negative seed.

    Attributes
    ----------
    given : list of int
        The seeds drawn so far.
    """

    def __init__(self, seed: int) -> None:
        self._generator = np.random.Generator(np.random.Philox(key=seed))
        self.given: list[int] = []

    def randint(self, low: int, high: int) -> int:
        """Draw a seed as Python's `random.randint` would."""
        self.given.append(int(self._generator.integers(low, high + 1)))
        return self.given[-1]


class _SeedSource:
    """Source of Keras' default seeds; outside `seeding`, it is Python's `random`."""

    def randint(self, low: int, high: int) -> int:
        return (getattr(_current, "draws", None) or random).randint(low, high)


# Keras has no argument for "the seeds of everything built in this block", only process-wide ones.
keras_seeds.python_random = _SeedSource()


@contextlib.contextmanager
def seeding(seed: int) -> Iterator[SeedStream]:
    """Make Keras draw the default seeds of what is built in this block from `seed`.

    Initializers and seed generators made without a seed get one that depends on `seed` and on the
    order in which they are made. Nothing changes outside the block or in other threads.

    Parameters
    ----------
    seed : int
        Non-negative seed.

    Yields
    ------
    SeedStream
        The seeds that are drawn.
    """
    outer_draws = getattr(_current, "draws", None)
    outer_generator = global_state.get_global_attribute(keras_seeds.GLOBAL_SEED_GENERATOR)
    _current.draws = SeedStream(seed)
    global_state.set_global_attribute(keras_seeds.GLOBAL_SEED_GENERATOR, None)
    try:
        yield _current.draws
    finally:
        _current.draws = outer_draws
        global_state.set_global_attribute(keras_seeds.GLOBAL_SEED_GENERATOR, outer_generator)


def epoch_order(seed: int, epoch: int, n_rows: int) -> np.ndarray:
    """Return the order of the rows in one epoch.

    It depends only on the arguments, so training that continues at epoch 9 shuffles in the same
    way as training without interruption.

    Parameters
    ----------
    seed : int
        Non-negative seed.
    epoch : int
        Epoch, counted from 0 since the model was built.
    n_rows : int
        Number of rows.

    Returns
    -------
    ndarray of shape (n_rows,), int32
        A permutation of the rows.
    """
    bits = np.random.Philox(key=seed, counter=[0, 0, 0, epoch + 1])
    return np.random.Generator(bits).permutation(n_rows).astype(np.int32)
