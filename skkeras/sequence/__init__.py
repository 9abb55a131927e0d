"""Networks for series."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.sequence._rnn import KerasRNNClassifier, KerasRNNRegressor
from skkeras.sequence._time_series import KerasTimeSeriesClassifier, KerasTimeSeriesRegressor

__all__ = [
    "KerasRNNClassifier",
    "KerasRNNRegressor",
    "KerasTimeSeriesClassifier",
    "KerasTimeSeriesRegressor",
]
