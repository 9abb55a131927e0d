"""Standardisation of channels."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.preprocessing import StandardScaler


class ChannelScaler(StandardScaler):
    """`StandardScaler` for series: each channel over all steps of all series, NaN left out."""

    def fit(self, X: np.ndarray, y: Any = None) -> Self:
        """Learn each channel's mean and standard deviation.

        Parameters
        ----------
        X : ndarray of shape (n_series, n_times, n_channels)
            Series, with NaN as padding.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        return super().fit(X.reshape(-1, X.shape[2]))

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Bring each channel to mean 0 and standard deviation 1.

        Parameters
        ----------
        X : ndarray of shape (n_series, n_times, n_channels)
            Series, with NaN as padding.

        Returns
        -------
        ndarray of shape (n_series, n_times, n_channels)
            Standardised series.
        """
        return super().transform(X.reshape(-1, X.shape[2])).reshape(X.shape)
