"""Networks for series."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.sequence._architectures import ARCHITECTURES as ARCHITECTURES
from skkeras.sequence._rnn import CELLS as CELLS
from skkeras.sequence._rnn import KerasRNNClassifier, KerasRNNRegressor
from skkeras.sequence._scaler import ChannelScaler as ChannelScaler
from skkeras.sequence._series import check_series as check_series
from skkeras.sequence._series import resize_series as resize_series
from skkeras.sequence._time_series import KerasTimeSeriesClassifier, KerasTimeSeriesRegressor

__all__ = [
    "KerasRNNClassifier",
    "KerasRNNRegressor",
    "KerasTimeSeriesClassifier",
    "KerasTimeSeriesRegressor",
]
