"""Validate series of equal or unequal lengths and convert them to one padded array."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
from sklearn.utils.validation import _check_feature_names

from skkeras.base.data import cast_to_floatx, shared_length, with_digits

_EXPECTED = (
    "expected numbers as an array of shape (n_series, n_times, n_channels) or (n_series, n_times), "
    "or a list of arrays of shape (n_times, n_channels) or (n_times,) whose lengths may differ"
)


def check_series(estimator: Any, X: Any, *, reset: bool, cast: bool = True) -> np.ndarray:
    """Validate series and convert them to one padded array.

    Parameters
    ----------
    estimator : estimator
        Its attributes `n_features_in_` (the number of channels), `X_shape_` and `X_dtype_` are set,
        and `feature_names_in_` for a data frame.
    X : array-like of shape (n_series, n_times, n_channels) or (n_series, n_times), or list
        Series, or a list of arrays of shape (n_times, n_channels) or (n_times,). NaN in all
        channels after a series' last step is padding.
    reset : bool
        Whether to learn the number of channels from this data; otherwise it is checked.
    cast : bool, default=True
        Whether to cast; otherwise values that would lose precision are float64, for a scaler to
        cast.

    Returns
    -------
    ndarray of shape (n_series, n_times, n_channels)
        The series, of dtype `keras.config.floatx` if cast; shorter ones are padded with NaN at the
        end. In `predict`, `n_times` is the same as in `fit` unless a series is longer.

    Raises
    ------
    ValueError
        If X is empty or has a wrong shape, if a series has no step, has missing values before its
        last step or holds infinity, or if the number of channels differs from `fit`.
    TypeError
        If X holds values that are not numbers.
    """
    name = type(estimator).__name__
    _check_feature_names(estimator, X, reset=reset)
    values = _as_array(X)
    n_channels = values.shape[2]
    if reset:
        estimator.n_features_in_, estimator.X_dtype_ = n_channels, values.dtype
    elif n_channels != estimator.n_features_in_:
        raise ValueError(
            f"X has {n_channels} channels, but {name} was fitted on {estimator.n_features_in_}; "
            f"give series of the same channels."
        )
    checked = cast_to_floatx(values)
    values = checked if cast else with_digits(values, checked)
    lengths = _lengths(values)
    if reset:
        n_times = int(lengths.max())
        n_times = n_times if (lengths == n_times).all() else shared_length(n_times)
        estimator.X_shape_ = (len(values), n_times, n_channels)
    else:
        # Predictions at the same padded length are equal to the last bit.
        n_times = int(lengths.max())
        fitted = estimator.X_shape_[1]
        n_times = fitted if n_times <= fitted else shared_length(n_times)
    return resize_series(values, n_times)


def _as_array(X: Any) -> np.ndarray:
    """Return a three-dimensional array, with NaN after the end of shorter series."""
    if scipy.sparse.issparse(X):
        raise TypeError("Sparse data was passed for X, which series cannot be; use X.toarray().")
    if isinstance(X, (list, tuple)):
        values = _stacked(X)
    else:
        values = np.asarray(X)
        if values.dtype == object and values.ndim:
            values = _stacked(values)
    if values.dtype.kind not in "biuf":
        raise TypeError(f"X holds {values.dtype}; {_EXPECTED}.")
    if values.ndim == 2:
        values = values[..., np.newaxis]
    if values.ndim != 3:
        raise ValueError(f"X has {values.ndim} dimension(s); {_EXPECTED}.")
    if 0 in values.shape:
        raise ValueError(f"X has shape {values.shape}, which holds no value; {_EXPECTED}.")
    return values


def _stacked(rows: Any) -> np.ndarray:
    """Stack series of unequal lengths into one array, padded with NaN."""
    series = [_one(row, place) for place, row in enumerate(rows)]
    if not series:
        raise ValueError(f"X holds no series; {_EXPECTED}.")
    for place, one in enumerate(series):
        if one.ndim not in (1, 2) or one.shape[1:] != series[0].shape[1:]:
            raise ValueError(
                f"Series {place} of X has shape {one.shape} and series 0 has {series[0].shape}; "
                f"{_EXPECTED}, with the same channels in each."
            )
        if one.size == 0:
            raise ValueError(f"Series {place} of X has shape {one.shape}: it has no step.")
    lengths = [len(one) for one in series]
    dtype = np.result_type(np.float32, *{one.dtype for one in series})
    padded = np.full((len(series), max(lengths), *series[0].shape[1:]), np.nan, dtype)
    for row, one in zip(padded, series, strict=True):
        row[: len(one)] = one
    return padded


def _one(row: Any, place: int) -> np.ndarray:
    try:
        one = np.asarray(row)
        one = one.astype(np.float64) if one.dtype == object else one
    except (TypeError, ValueError) as error:
        raise TypeError(f"Series {place} of X is not an array of numbers; {_EXPECTED}.") from error
    if one.dtype.kind not in "biuf":
        raise TypeError(f"Series {place} of X holds {one.dtype}; {_EXPECTED}.")
    return one


def _lengths(values: np.ndarray) -> np.ndarray:
    """Return each series' number of steps; raise if values before the last step are missing."""
    n_series, n_times, _ = values.shape
    missing = np.isnan(values)
    if not missing.any():
        return np.full(n_series, n_times)
    lengths = (~missing.all(axis=2) * np.arange(1, n_times + 1)).max(axis=1)
    inside = missing.any(axis=2) & (np.arange(n_times) < lengths[:, np.newaxis])
    if inside.any():
        row, step = np.argwhere(inside)[0]
        raise ValueError(
            f"X contains NaN inside series {row}, at step {step}; fill missing values first. Only "
            f"NaN in all channels after a series' last step is taken as padding."
        )
    if not lengths.all():
        raise ValueError(f"Series {lengths.argmin()} of X is all NaN: it has no step; drop it.")
    return lengths


def resize_series(values: np.ndarray, n_times: int) -> np.ndarray:
    """Truncate series to `n_times` steps, or pad them with NaN."""
    if values.shape[1] == n_times:
        return values
    resized = np.full((len(values), n_times, values.shape[2]), np.nan, values.dtype)
    kept = min(n_times, values.shape[1])
    resized[:, :kept] = values[:, :kept]
    return resized
