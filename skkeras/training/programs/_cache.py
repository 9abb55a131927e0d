"""Compiled programs, kept for all models that can share them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple


class CacheInfo(NamedTuple):
    """What the cache of compiled programs did since it was cleared.

    Attributes
    ----------
    programs : int
        Programs in the cache.
    hits : int
        Times that a program was found.
    compilations : int
        Times that one had to be compiled.
    seconds_compiling : float
        Time that took, tracing included.
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
    """Things found by a key and made when missing; of too many, the least recently used go.

    Threads that want the same thing wait for one of them to make it; others do not.

    Parameters
    ----------
    size : int
        Things to keep.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
            self._hits = self._compilations = 0
            self._seconds = 0.0

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what stands under a key, made by `make` when it is missing."""
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
        """Count what happened."""
        with self._lock:
            return CacheInfo(len(self._entries), self._hits, self._compilations, self._seconds)


PROGRAMS = Cache(64)
# How networks with the same parameters start, and models to trace programs with.
TEMPLATES = Cache(64)
TRACED_MODELS = Cache(64)
# Models of one size to trace programs with, where the traced ones know other sizes.
MODELS = Cache(16)
# Forget what other layers keep in this process.
ALSO_CLEARED: list[Callable[[], None]] = []


def clear_cache() -> None:
    """Forget all compiled training and prediction programs, and the features of images."""
    for clear in (
        PROGRAMS.clear,
        TEMPLATES.clear,
        TRACED_MODELS.clear,
        MODELS.clear,
        *ALSO_CLEARED,
    ):
        clear()


def cache_info() -> CacheInfo:
    """Tell how many compiled programs there are, and how often one was found or compiled."""
    return PROGRAMS.info()
