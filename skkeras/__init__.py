"""Keras models as scikit-learn estimators."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from skkeras._homes import HOMES
from skkeras._version import __version__ as __version__

__all__ = sorted(HOMES)  # `__init__.pyi` lists them


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if "keras" in sys.modules:
    # Saved Keras models name layers of these packages; importing them registers the layers.
    for _home in sorted(set(HOMES.values())):
        importlib.import_module(_home)
