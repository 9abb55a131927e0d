"""Networks for tables of numbers."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.tabular._mlp import KerasMLPClassifier, KerasMLPRegressor

__all__ = ["KerasMLPClassifier", "KerasMLPRegressor"]
