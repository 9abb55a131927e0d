"""Networks for tables of numbers."""

import skkeras._quiet  # noqa: F401  # before Keras
from skkeras.tabular._mlp import KerasMLPClassifier, KerasMLPRegressor

__all__ = ["KerasMLPClassifier", "KerasMLPRegressor"]
