"""Keras models as scikit-learn estimators."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

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

# Importing TensorFlow takes seconds: the modules behind these names are loaded at their first use.
_HOMES = {
    "FitMemory": "skkeras.fit_cache",
    "KerasCNNClassifier": "skkeras.image",
    "KerasCNNRegressor": "skkeras.image",
    "KerasClassifier": "skkeras.wrappers",
    "KerasRealMLPClassifier": "skkeras.tabular",
    "KerasRealMLPRegressor": "skkeras.tabular",
    "KerasDistilledClassifier": "skkeras.compose",
    "KerasDistilledRegressor": "skkeras.compose",
    "KerasRegressor": "skkeras.wrappers",
    "KerasMLPClassifier": "skkeras.tabular",
    "KerasMLPRegressor": "skkeras.tabular",
    "KerasMultiInputClassifier": "skkeras.compose",
    "KerasMultiInputRegressor": "skkeras.compose",
    "KerasRNNClassifier": "skkeras.sequence",
    "KerasRNNRegressor": "skkeras.sequence",
    "KerasTabMClassifier": "skkeras.tabular",
    "KerasTabMRegressor": "skkeras.tabular",
    "KerasTextClassifier": "skkeras.text",
    "KerasTextRegressor": "skkeras.text",
    "KerasTimeSeriesClassifier": "skkeras.sequence",
    "KerasTimeSeriesRegressor": "skkeras.sequence",
    "KerasTransferClassifier": "skkeras.image",
    "KerasTransferRegressor": "skkeras.image",
    "cache_info": "skkeras.training",
    "clear_cache": "skkeras.training",
    "load": "skkeras.persistence",
    "save": "skkeras.persistence",
}

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
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if "keras" in sys.modules:
    # Files that Keras writes name layers of these packages, and Keras looks for them where it is.
    for _home in sorted(set(_HOMES.values())):
        importlib.import_module(_home)
