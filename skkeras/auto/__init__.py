"""Automatic choice, tuning and combination of models for any kind of data."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.auto._auto import KerasAutoClassifier, KerasAutoRegressor
from skkeras.auto._leaderboard_display import LeaderboardDisplay
from skkeras.auto._readers import TableReader as TableReader
from skkeras.auto._readers import TextReader as TextReader

__all__ = ["KerasAutoClassifier", "KerasAutoRegressor", "LeaderboardDisplay"]
