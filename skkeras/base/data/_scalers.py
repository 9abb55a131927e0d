"""Scalers of scikit-learn as a shift and a scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler


def shift_and_scale(scaler: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what a fitted scaler subtracts from each column, and what it then divides by.

    Parameters
    ----------
    scaler : transformer
        Fitted transformer of scikit-learn. That `clip` cuts what it returns is not looked at.

    Returns
    -------
    tuple of two ndarrays of shape (n_features,), or None
        Shift and scale, float64; None if the transformer is not one of these scalers.
    """
    kind = type(scaler)
    shift: np.ndarray | None = None
    if kind is MinMaxScaler:
        shift, scale = -scaler.min_ / scaler.scale_, 1 / scaler.scale_
    elif kind is StandardScaler:  # it has a mean_ that it does not subtract
        shift, scale = scaler.mean_ if scaler.with_mean else None, scaler.scale_
    elif kind is RobustScaler:
        shift, scale = scaler.center_, scaler.scale_
    elif kind is MaxAbsScaler:
        scale = scaler.scale_
    else:
        return None
    n_features = scaler.n_features_in_
    shift = np.zeros(n_features) if shift is None else np.asarray(shift, np.float64)
    return shift, np.ones(n_features) if scale is None else np.asarray(scale, np.float64)
