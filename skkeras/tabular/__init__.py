"""Networks for tables of numbers."""

from skkeras.tabular._mlp import KerasMLPClassifier, KerasMLPRegressor

__all__ = ["KerasMLPClassifier", "KerasMLPRegressor"]
