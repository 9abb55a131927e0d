"""Values of parameters, as searches and users give them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Turn NumPy scalars, which Keras refuses, into Python's, also inside containers."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(plain(item) for item in value)
    if type(value) is dict:
        return {key: plain(item) for key, item in value.items()}
    return value


def whole(value: Any) -> Any:
    """Give a whole number as int, also where it came as NumPy's or as a float."""
    value = plain(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def frozen_params(value: Any) -> Hashable | None:
    """Give parameters as a hashable value; None if there is an object among them.

    Objects may change without their looks changing, so they make no key.
    """
    value = plain(value)
    if isinstance(value, dict):
        value = tuple(value.items())
    if isinstance(value, (list, tuple)):
        parts = tuple(map(frozen_params, value))
        return None if any(p is None for p in parts) else parts
    return (type(value), value) if value is None or isinstance(value, _SIMPLE) else None


_SIMPLE = (bool, int, float, str)
