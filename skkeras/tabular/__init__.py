"""Networks for tabular data."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.tabular._autoencoder import KerasAutoencoder
from skkeras.tabular._cells import SAME as SAME
from skkeras.tabular._cells import holds_numbers as holds_numbers
from skkeras.tabular._cells import numbers_of as numbers_of
from skkeras.tabular._cells import read_column as read_column
from skkeras.tabular._cells import texts_of as texts_of
from skkeras.tabular._cells import warn_about_nothing as warn_about_nothing
from skkeras.tabular._clipped_target import ClippedTarget as ClippedTarget
from skkeras.tabular._dates import calendar_of as calendar_of
from skkeras.tabular._dates import read_dates as read_dates
from skkeras.tabular._dates import seconds_of as seconds_of
from skkeras.tabular._dates import time_zone as time_zone
from skkeras.tabular._mlp import KerasMLPClassifier, KerasMLPRegressor
from skkeras.tabular._outlier_detector import KerasAutoencoderOutlierDetector
from skkeras.tabular._realmlp import KerasRealMLPClassifier, KerasRealMLPRegressor
from skkeras.tabular._table import check_table as check_table
from skkeras.tabular._table_encoder import TableEncoder as TableEncoder
from skkeras.tabular._tabm import KerasTabMClassifier, KerasTabMRegressor

__all__ = [
    "KerasAutoencoder",
    "KerasAutoencoderOutlierDetector",
    "KerasMLPClassifier",
    "KerasMLPRegressor",
    "KerasRealMLPClassifier",
    "KerasRealMLPRegressor",
    "KerasTabMClassifier",
    "KerasTabMRegressor",
]
