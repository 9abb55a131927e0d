"""Cache of compiled programs, for all models that can share them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple


class CacheInfo(NamedTuple):
    """Statistics of the cache of compiled programs since it was cleared.

    Attributes
    ----------
    programs : int
        Number of programs in the cache.
    hits : int
        Number of times that a program was found.
    compilations : int
        Number of times that a program was compiled.
    seconds_compiling : float
        Total time of these compilations, including tracing.
    """

    programs: int
    hits: int
    compilations: int
    seconds_compiling: float


class _Entry:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.made: Any = None


class Cache:
    """Cache that makes missing values, and drops the least recently used values.

    Threads that request the same key wait for one of them to make the value; other threads do not
    wait.

    Parameters
    ----------
    size : int
        Maximum number of values.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Remove all values and reset the statistics."""
        with self._lock:
            self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
            self._hits = self._compilations = 0
            self._seconds = 0.0

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the value of a key, made by `make` if it is missing."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > self.size:
                self._entries.popitem(last=False)
        with entry.lock:
            if entry.made is None:
                start = time.perf_counter()
                entry.made = make()
                with self._lock:
                    self._compilations += 1
                    self._seconds += time.perf_counter() - start
            else:
                with self._lock:
                    self._hits += 1
        return entry.made

    def info(self) -> CacheInfo:
        """Return the statistics."""
        with self._lock:
            return CacheInfo(len(self._entries), self._hits, self._compilations, self._seconds)


PROGRAMS = Cache(64)
# State shared by networks with the same parameters, and models to trace programs with.
TEMPLATES = Cache(64)
TRACED_MODELS = Cache(64)
# Models to trace programs of known sizes with, if those in `TRACED_MODELS` have other sizes.
MODELS = Cache(16)
# Functions that clear what other packages cache in this process.
ALSO_CLEARED: list[Callable[[], None]] = []


def clear_cache() -> None:
    """Clear all compiled training and prediction programs, and the features of images."""
    for clear in (
        PROGRAMS.clear,
        TEMPLATES.clear,
        TRACED_MODELS.clear,
        MODELS.clear,
        *ALSO_CLEARED,
    ):
        clear()


def cache_info() -> CacheInfo:
    """Return how many compiled programs there are, and how often one was found or compiled."""
    return PROGRAMS.info()
