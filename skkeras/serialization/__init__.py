"""Keras objects and arrays as plain values, for files that hold no code."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.serialization._array_files import check_state, largest_file, read, written
from skkeras.serialization._keras_objects import (
    Architecture,
    from_plain,
    is_without_code,
    to_plain,
    without_code,
)

__all__ = [
    "Architecture",
    "check_state",
    "from_plain",
    "is_without_code",
    "largest_file",
    "read",
    "to_plain",
    "without_code",
    "written",
]
