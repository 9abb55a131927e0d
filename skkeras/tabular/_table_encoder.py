"""Encode validated columns of tables as the numeric input of a network."""

from __future__ import annotations

from typing import Any, Self

import keras
import numpy as np
from scipy.special import ndtri
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import QuantileTransformer

from skkeras.base.data import shared_length
from skkeras.tabular._table import UNKNOWN


class TableEncoder(TransformerMixin, BaseEstimator):
    """Scale numbers, and encode categories as indicator columns or as embedding indices.

    The result has the numbers first, then the indicator columns of categories with few levels, then
    one column of embedding indices for each category with many levels. A category with two levels
    is one column of 1 and -1. A missing number is the median; a missing category and one that is
    unknown in `fit` are 0 in all their columns.

    Parameters
    ----------
    categorical : tuple of int
        Indices of the categorical columns in the result of `check_table`.
    scaling : {"robust", "quantile"}
        "robust" subtracts the median, divides by the interquartile range, or, if that is 0, by half
        of the difference between maximum and minimum, and smoothly clips to [-3, 3] by
        z / sqrt(1 + (z / 3)^2); this includes indicator columns [1]_. "quantile" maps the numbers
        to a normal distribution by at most 1,000 quantiles. A value that many rows share is mapped
        to the middle of its quantiles, also if it is the minimum or the maximum; no number is
        mapped to less than the minimum or to more than the maximum.
    max_one_hot : int, default=8
        Maximum number of levels of a category that is encoded as indicator columns.

    Attributes
    ----------
    n_numbers_ : int
        Number of numeric columns.
    n_indicators_ : int
        Number of indicator columns, of categories with few levels.
    n_places_ : tuple of int
        For each category with many levels, the number of rows of its embedding: one for missing and
        unknown values, one for each level, and a few unused ones, so that folds share one trace.
    levels_ : tuple of ndarray
        For each categorical column, its codes that occur in `fit`.
    is_empty_ : ndarray of bool, shape (n_numbers_,)
        Which numeric columns hold no values in `fit`; they are always 0.

    References
    ----------
    .. [1] Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and
       boosted trees on tabular data", NeurIPS 2024. https://arxiv.org/abs/2407.04491
    """

    def __init__(
        self, categorical: tuple[int, ...], scaling: str = "robust", max_one_hot: int = 8
    ) -> None:
        self.categorical = categorical
        self.scaling = scaling
        self.max_one_hot = max_one_hot

    def fit(self, X: np.ndarray, y: Any = None) -> Self:
        """Learn scales and levels.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_columns)
            Table as `check_table` returns it.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        columns = [X[:, place] for place in self.categorical]
        self.levels_ = tuple(np.unique(column[column > UNKNOWN]) for column in columns)
        many = [len(levels) for levels in self.levels_ if len(levels) > self.max_one_hot]
        self.n_places_ = tuple(shared_length(1 + n_levels) for n_levels in many)
        self.n_numbers_ = X.shape[1] - len(self.categorical)
        indicators = self._indicators(X)
        self.n_indicators_ = indicators.shape[1]
        numbers = self._numbers(X)
        self.is_empty_ = np.isnan(numbers).all(axis=0)
        # A column without values is treated as a constant column.
        numbers = np.where(self.is_empty_, 0.0, numbers)
        if self.scaling == "robust":
            self.center_, self.scale_ = _robust(np.hstack([numbers, indicators]))
        elif self.n_numbers_:
            n_quantiles = max(min(len(X) // 30, 1000), 10)
            n_quantiles = min(n_quantiles, len(X))
            self.shares_ = QuantileTransformer(n_quantiles=n_quantiles, subsample=None)
            self.shares_.fit(numbers)
            at_ends = [numbers == end(numbers, axis=0) for end in (np.nanmin, np.nanmax)]
            low, high = np.sum(at_ends, axis=1) / (2 * np.sum(~np.isnan(numbers), axis=0))
            self.share_range_ = low, 1 - high
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return the network's input.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_columns)
            Table as `check_table` returns it.

        Returns
        -------
        ndarray of shape (n_rows, n_numbers_ + n_indicators_ + len(n_places_))
            Array of dtype `keras.config.floatx`; embedding indices are whole numbers.
        """
        numbers, indicators = self._numbers(X), self._indicators(X)
        if self.scaling == "robust":
            scaled = (np.hstack([numbers, indicators]) - self.center_) * self.scale_
            dense = 3 * scaled / np.hypot(3, scaled)
        else:
            if self.n_numbers_:
                shares = self.shares_.transform(np.where(self.is_empty_, 0.0, numbers))
                numbers = ndtri(shares.clip(*self.share_range_))
            dense = np.hstack([numbers, indicators])
        dense[np.isnan(dense)] = 0.0
        parts = [dense, *(place[:, np.newaxis] for place in self._places(X))]
        return np.hstack(parts).astype(keras.config.floatx())

    @property
    def layout(self) -> tuple[int, int, tuple[int, ...]]:
        """Numbers of columns and sizes of embeddings, which determine the network's shapes."""
        return self.n_numbers_, self.n_indicators_, self.n_places_

    def _numbers(self, X: np.ndarray) -> np.ndarray:
        return np.delete(X, list(self.categorical), axis=1)

    def _indicators(self, X: np.ndarray) -> np.ndarray:
        parts = [np.empty((len(X), 0))]
        for place, levels in zip(self.categorical, self.levels_, strict=True):
            if len(levels) > self.max_one_hot:
                continue
            is_level = (X[:, place, np.newaxis] == levels).astype(np.float64)
            if len(levels) == 2:
                is_level = is_level[:, 1:] - is_level[:, :1]
            # One column even if there is no level, because a network needs an input.
            parts.append(is_level if len(levels) else np.zeros((len(X), 1)))
        return np.hstack(parts)

    def _places(self, X: np.ndarray) -> list[np.ndarray]:
        found = []
        for place, levels in zip(self.categorical, self.levels_, strict=True):
            if len(levels) > self.max_one_hot:
                codes = X[:, place]
                nearest = np.searchsorted(levels, codes).clip(max=len(levels) - 1)
                found.append(np.where(levels[nearest] == codes, 1.0 + nearest, 0.0))
        return found


def _robust(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each column's median and scaling factor, ignoring missing values."""
    low, first, center, third, high = np.nanpercentile(X, [0, 25, 50, 75, 100], axis=0)
    spread = np.where(third > first, third - first, (high - low) / 2)
    with np.errstate(divide="ignore"):
        return center, np.where(spread > 0, 1 / spread, 0.0)
