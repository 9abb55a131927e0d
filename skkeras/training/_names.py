"""Names of metrics that do not depend on models built earlier."""

from __future__ import annotations

import collections
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state
from keras.src.utils.naming import to_snake_case

_COUNTERS = "object_name_uids"


@contextmanager
def reset_names() -> Iterator[None]:
    """Name metrics in this block as in a new process, equally in all fits of a search.

    The numbers of layers continue, because layers of one model must have different names.
    """
    before = global_state.get_global_attribute(_COUNTERS) or {}
    metrics = {_prefix(cls.__name__) for cls in _subclasses(keras.metrics.Metric)}
    counters: dict[str, int] = collections.defaultdict(int)
    counters.update((name, n) for name, n in before.items() if name not in metrics)
    global_state.set_global_attribute(_COUNTERS, counters)
    try:
        yield
    finally:
        counters.update((name, n) for name, n in before.items() if name in metrics)


@functools.cache
def _prefix(class_name: str) -> str:
    return str(to_snake_case(class_name))


def _subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    yield cls
    for subclass in cls.__subclasses__():
        yield from _subclasses(subclass)
