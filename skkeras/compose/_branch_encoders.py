"""Encoders of each branch's columns, which are fitted before the network is built."""

from __future__ import annotations

from typing import Any, Self

import keras
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

from skkeras.base.data import shared_length
from skkeras.sequence import ChannelScaler, resize_series
from skkeras.tabular import SAME


class NumberEncoder(TransformerMixin, BaseEstimator):
    """Standardise numbers, impute the median, and add indicator columns for missing values.

    Attributes
    ----------
    steps_ : Pipeline
        `StandardScaler` and `SimpleImputer`.
    """

    def fit(self, X: np.ndarray, y: Any = None) -> Self:
        """Learn each column's scale and median.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_columns)
            Numbers, with NaN where they are missing.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
        with np.errstate(invalid="ignore"):  # a column may hold no values
            self.steps_: Pipeline = make_pipeline(StandardScaler(), imputer).fit(X)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return numbers of dtype `keras.config.floatx`, with the missing indicators at the end."""
        return self.steps_.transform(X).astype(keras.config.floatx())


class CategoryEncoder(TransformerMixin, BaseEstimator):
    """Encode the categories of all columns as consecutive integers; 0 is an unknown category.

    Attributes
    ----------
    encoder_ : OrdinalEncoder
        Fitted encoder of the categories of each column.
    starts_ : ndarray of shape (n_columns,)
        Offset of each column's integers.
    n_vectors_ : int
        Number of embedding vectors, a few of which are unused.
    same_ : tuple of (int, str, str)
        Column, unknown string and the known category that equals it, for booleans, 1 and 0.
    """

    def fit(self, X: np.ndarray, y: Any = None) -> Self:
        """Learn the categories.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_columns), object
            Strings; a missing category is the empty string.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        self.encoder_ = OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, dtype=np.int32
        ).fit(X.astype(str))
        self.same_ = tuple(
            (place, text, same)
            for place, known in enumerate(self.encoder_.categories_)
            for text, same in SAME.items()
            if same in known and text not in known
        )
        sizes = [len(known) for known in self.encoder_.categories_]
        self.starts_ = np.cumsum([1, *sizes[:-1]], dtype=np.int32)
        # Rounded up, so that folds without some categories share one trace.
        self.n_vectors_ = shared_length(1 + sum(sizes))
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return integers of shape (n_rows, n_columns), int32."""
        if self.same_:
            X = X.copy()
            for place, text, same in self.same_:
                X[X[:, place] == text, place] = same
        codes = self.encoder_.transform(X.astype(str))
        return np.where(codes < 0, 0, codes + self.starts_)


class SeriesEncoder(TransformerMixin, BaseEstimator):
    """Standardise the channels of series; a missing series is one step of the channel means.

    Attributes
    ----------
    scaler_ : ChannelScaler
        Fitted scaler of the channels.
    n_times_ : int
        Number of steps of the series in `fit`, to which shorter ones are padded.
    """

    def fit(self, X: np.ndarray, y: Any = None) -> Self:
        """Learn each channel's scale.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_times, n_channels)
            Series, padded with NaN.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        self.scaler_ = ChannelScaler().fit(X)
        self.n_times_ = X.shape[1]
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return series of shape (n_rows, n_times, n_channels), padded with NaN.

        Raises
        ------
        ValueError
            If the number of channels differs from `fit`.
        """
        n_channels = self.scaler_.n_features_in_
        if X.shape[1:] == (1, 1) and np.isnan(X).all():  # missing series have no channels
            X = np.broadcast_to(X, (len(X), 1, n_channels))
        if X.shape[2] != n_channels:
            raise ValueError(
                f"The series have {X.shape[2]} channels, and {n_channels} in fit; give the same."
            )
        X = self.scaler_.transform(resize_series(X, max(X.shape[1], self.n_times_)))
        X[np.isnan(X).all(axis=(1, 2)), 0] = 0
        return X


class BranchEncoder(TransformerMixin, BaseEstimator):
    """Encode each branch's columns.

    Parameters
    ----------
    encoders : dict of str to transformer
        Unfitted encoder of each branch.

    Attributes
    ----------
    encoders_ : dict of str to transformer
        Fitted encoder of each branch.
    """

    def __init__(self, encoders: dict[str, Any]) -> None:
        self.encoders = encoders

    def fit(self, X: dict[str, np.ndarray], y: Any = None) -> Self:
        """Fit the encoder of each branch.

        Parameters
        ----------
        X : dict of str to ndarray
            Columns of each branch.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        self.encoders_ = {}
        for name, encoder in self.encoders.items():
            try:
                self.encoders_[name] = clone(encoder).fit(X[name])
            except ValueError as error:
                raise ValueError(f"Branch {name!r}: {error}") from error
        return self

    def transform(self, X: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
        """Return one array for each branch, which are the network's inputs."""
        encoded = []
        for name, encoder in self.encoders_.items():
            try:
                encoded.append(encoder.transform(X[name]))
            except ValueError as error:
                raise ValueError(f"Branch {name!r}: {error}") from error
        return tuple(encoded)
