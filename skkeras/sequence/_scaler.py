"""Standardisation of channels."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.utils import gen_batches

from skkeras.base.data import standardized

# Number of steps that are copied as float64 at a time.
_STEPS = 2**16


class ChannelScaler(StandardScaler):
    """`StandardScaler` of each channel over all steps of all series, ignoring NaN."""

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
        steps = X.reshape(-1, X.shape[2])
        # Subtract the minimum: far from 0, rounding loses the variance of small changes.
        start = np.fmin.reduce(steps).astype(np.float64)
        self._reset()
        for part in gen_batches(len(steps), _STEPS):
            self.partial_fit(steps[part] - start)
        self.mean_ += start
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Scale each channel to mean 0 and standard deviation 1.

        Parameters
        ----------
        X : ndarray of shape (n_series, n_times, n_channels)
            Series, with NaN as padding.

        Returns
        -------
        ndarray of shape (n_series, n_times, n_channels)
            Standardised series, of `keras.config.floatx`.
        """
        return standardized(X, self.mean_, self.scale_)
