"""Keras models as scikit-learn estimators."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from skkeras._homes import HOMES
from skkeras._version import __version__ as __version__

if TYPE_CHECKING:
    from skkeras.compose import (
        KerasDistilledClassifier,
        KerasDistilledRegressor,
        KerasMultiInputClassifier,
        KerasMultiInputRegressor,
    )
    from skkeras.fit_cache import FitMemory
    from skkeras.image import (
        KerasCNNClassifier,
        KerasCNNRegressor,
        KerasTransferClassifier,
        KerasTransferRegressor,
    )
    from skkeras.persistence import load, save
    from skkeras.sequence import (
        KerasRNNClassifier,
        KerasRNNRegressor,
        KerasTimeSeriesClassifier,
        KerasTimeSeriesRegressor,
    )
    from skkeras.tabular import (
        KerasMLPClassifier,
        KerasMLPRegressor,
        KerasRealMLPClassifier,
        KerasRealMLPRegressor,
        KerasTabMClassifier,
        KerasTabMRegressor,
    )
    from skkeras.text import KerasTextClassifier, KerasTextRegressor
    from skkeras.training import cache_info, clear_cache
    from skkeras.wrappers import KerasClassifier, KerasRegressor

__all__ = [
    "FitMemory",
    "KerasCNNClassifier",
    "KerasCNNRegressor",
    "KerasClassifier",
    "KerasDistilledClassifier",
    "KerasDistilledRegressor",
    "KerasMLPClassifier",
    "KerasMLPRegressor",
    "KerasMultiInputClassifier",
    "KerasMultiInputRegressor",
    "KerasRNNClassifier",
    "KerasRNNRegressor",
    "KerasRealMLPClassifier",
    "KerasRealMLPRegressor",
    "KerasRegressor",
    "KerasTabMClassifier",
    "KerasTabMRegressor",
    "KerasTextClassifier",
    "KerasTextRegressor",
    "KerasTimeSeriesClassifier",
    "KerasTimeSeriesRegressor",
    "KerasTransferClassifier",
    "KerasTransferRegressor",
    "cache_info",
    "clear_cache",
    "load",
    "save",
]


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
