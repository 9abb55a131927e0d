"""Networks for tables."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.tabular._mlp import KerasMLPClassifier, KerasMLPRegressor
from skkeras.tabular._realmlp import KerasRealMLPClassifier, KerasRealMLPRegressor
from skkeras.tabular._tabm import KerasTabMClassifier, KerasTabMRegressor

__all__ = [
    "KerasMLPClassifier",
    "KerasMLPRegressor",
    "KerasRealMLPClassifier",
    "KerasRealMLPRegressor",
    "KerasTabMClassifier",
    "KerasTabMRegressor",
]
