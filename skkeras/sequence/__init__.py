"""Networks for series."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.sequence._rnn import KerasRNNClassifier, KerasRNNRegressor

__all__ = ["KerasRNNClassifier", "KerasRNNRegressor"]
