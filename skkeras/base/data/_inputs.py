"""Validation of X and its conversion to the arrays of a network."""

from __future__ import annotations

import warnings
from numbers import Number
from typing import Any

import keras
import numpy as np
import scipy.sparse
from sklearn.utils import get_tags
from sklearn.utils.validation import check_consistent_length, validate_data

from skkeras.base.data._array_rows import ArrayRows
from skkeras.base.data._floats import as_floats
from skkeras.base.data._wrong_kind import remedy
from skkeras.training import Streamed, fits_memory

# Names of the types of None, and of pandas' NA and NaT.
MISSING_TYPES = ("NoneType", "NAType", "NaTType")
# A factor of 100, less a margin because deviations are estimated, and the minimum sample size.
_SCALES_APART, _FEWEST_ROWS = 80, 10


def is_missing(cell: Any) -> bool:
    """Return whether a cell of a table is missing: None, NaN, NaT, or pandas' NA."""
    if type(cell).__name__ in MISSING_TYPES:
        return True
    return isinstance(cell, (Number, np.generic)) and bool(cell != cell)


def is_several(X: Any) -> bool:
    """Return whether X is a dict or list of arrays, for a model with several inputs."""
    if scipy.sparse.issparse(X):  # one of its formats is a dict
        return False
    if isinstance(X, dict):
        return True
    return (
        isinstance(X, (list, tuple))
        and len(X) > 0
        and all(isinstance(part, np.ndarray) and part.ndim > 1 for part in X)
    )


def check_column_names(X: Any) -> None:
    """Raise an error if several columns of a data frame have the same name.

    Raises
    ------
    ValueError
        If a name occurs twice.
    """
    columns = getattr(X, "columns", None)
    if not getattr(columns, "is_unique", True):  # only pandas allows it
        twice = list(dict.fromkeys(columns[columns.duplicated()]))  # type: ignore[union-attr,index]
        raise ValueError(
            f"X has several columns named {twice[:5]}; names must be unique. Rename columns, as by "
            f"X.columns = [...], or drop copies, as by X.loc[:, ~X.columns.duplicated()]."
        )


def with_digits(X: np.ndarray, floats: np.ndarray) -> np.ndarray:
    """Return `floats`, or X as float64 if its dtype may lose digits by that cast."""
    return floats if np.can_cast(X.dtype, floats.dtype) else X.astype(np.float64, copy=False)


def standardized(X: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Subtract the mean and divide by the scale, computed in float64.

    Parameters
    ----------
    X : ndarray of shape (..., n_channels)
        Numbers of any dtype; no float64 copy of them is made.
    mean, scale : ndarray of shape (n_channels,), float64
        Values to subtract and to divide by.

    Returns
    -------
    ndarray of the shape of X
        Standardized X, of dtype `keras.config.floatx`.
    """
    scaled = np.empty(X.shape, keras.config.floatx())
    np.subtract(X, mean, out=scaled, dtype=np.float64, casting="same_kind")
    return np.divide(scaled, scale, out=scaled, dtype=np.float64, casting="same_kind")


def check_X(
    estimator: Any,
    X: Any,
    *,
    reset: bool,
    allow_nd: bool = False,
    kept_kinds: str = "",
    streams: bool = False,
) -> Any:
    """Validate X as scikit-learn does, and cast it to the dtype of the network.

    Parameters
    ----------
    estimator : estimator
        Estimator that gets `n_features_in_`, `feature_names_in_`, `X_shape_` and `X_dtype_`, and
        whose tags say whether X may be sparse.
    X : array-like, sparse matrix or data frame
        Input.
    reset : bool
        Whether to learn the shape from X; otherwise, X is checked against the learned shape.
    allow_nd : bool, default=False
        Whether rows may have more than one axis.
    kept_kinds : str, default=""
        Kinds of dtypes that are not cast, such as "iu" for the integers that an embedding needs.
    streams : bool, default=False
        Whether rows are cast when they are needed if all of them take too much memory.

    Returns
    -------
    ndarray, CSR matrix or ArrayRows
        X, of dtype `keras.config.floatx` unless its kind is in `kept_kinds`.

    Raises
    ------
    ValueError
        If X is empty, not finite, or has a different shape than in `fit`.
    TypeError
        If X contains values that are not numbers, or is sparse and must not be.
    """
    try:
        X = validate_data(
            estimator,
            X,
            reset=reset,
            accept_sparse=("csr", "csc") if get_tags(estimator).input_tags.sparse else False,
            allow_nd=allow_nd,
            dtype="numeric",
        )
    except (TypeError, ValueError) as error:
        message = remedy(estimator, X, error, allow_nd=allow_nd)
        if message is None:
            raise
        raise type(error)(message) from None
    if X.dtype.kind not in "biuf":
        raise TypeError(
            f"X must hold numbers; got dtype {X.dtype}. Make numbers of it first, for example "
            f"seconds or years of dates."
        )
    if reset:
        estimator.X_shape_, estimator.X_dtype_ = X.shape, X.dtype
    elif X.shape[1:] != estimator.X_shape_[1:]:
        raise ValueError(
            f"X has rows of shape {X.shape[1:]}, but {type(estimator).__name__} was fitted on rows "
            f"of shape {estimator.X_shape_[1:]}; give rows of that shape."
        )
    if scipy.sparse.issparse(X):
        X = X.tocsr()
    elif streams and not fits_memory(X.size):
        as_floats(np.array([X.min(), X.max()]))  # an error if a value is too large
        return ArrayRows(X)
    return X if X.dtype.kind in kept_kinds else as_floats(X)


def check_any_X(estimator: Any, X: Any, *, reset: bool) -> Any:
    """Validate X for a model that the user wrote: rows of any shape, and several inputs.

    Parameters
    ----------
    estimator : estimator
        Estimator that gets `n_features_in_`, `X_shape_` and `X_dtype_`, and `feature_names_in_` for
        a data frame.
    X : array-like, sparse matrix, data frame, or dict or list of arrays
        Input; integers are not cast.
    reset : bool
        Whether to learn the shapes from X; otherwise, X is checked against the learned shapes.

    Returns
    -------
    ndarray, CSR matrix, or dict or list of ndarray
        X.
    """
    if not is_several(X):
        return check_X(estimator, X, reset=reset, allow_nd=True, kept_kinds="iu")
    return _check_several(estimator, X, reset=reset)


def _check_several(estimator: Any, X: Any, *, reset: bool) -> Any:
    names = list(X) if isinstance(X, dict) else list(range(len(X)))
    parts = [np.asarray(X[name]) for name in names]
    check_consistent_length(*parts)
    for name, part in zip(names, parts, strict=True):
        if part.dtype.kind not in "biuf":
            raise TypeError(f"X[{name!r}] must hold numbers; got dtype {part.dtype}.")
        if not np.isfinite(part).all():
            raise ValueError(f"X[{name!r}] contains NaN or infinity; fill or drop these rows.")
    shapes = {name: part.shape[1:] for name, part in zip(names, parts, strict=True)}
    if reset:
        estimator.X_shape_ = {name: (None, *shape) for name, shape in shapes.items()}
        estimator.X_dtype_ = {name: p.dtype for name, p in zip(names, parts, strict=True)}
        estimator.n_features_in_ = len(names)
    else:
        fitted = estimator.X_shape_
        fitted = {n: s[1:] for n, s in fitted.items()} if isinstance(fitted, dict) else fitted[1:]
        if shapes != fitted:
            raise ValueError(
                f"X has rows of shapes {shapes}, but {type(estimator).__name__} was fitted on "
                f"{fitted}; give the same inputs."
            )
    cast = [
        part if part.dtype.kind in "iu" else as_floats(part, f"X[{name!r}]")
        for name, part in zip(names, parts, strict=True)
    ]
    return dict(zip(names, cast, strict=True)) if isinstance(X, dict) else cast


def warn_about_scales(X: Any) -> None:
    """Warn if the columns' standard deviations differ by a factor of 100, or are so far from 1.

    Only the first 1,000 rows are used. Columns whose quartiles are equal are ignored: rare
    indicators and pixels at an edge have a small deviation, but the same scale as the others.
    """
    if isinstance(X, (dict, list, tuple)) or scipy.sparse.issparse(X) or X.ndim != 2:
        return
    first = X[:1000]
    rows = np.asarray(first.toarray() if isinstance(first, Streamed) else first, dtype=np.float64)
    if len(rows) < _FEWEST_ROWS:
        return
    spread = rows.std(axis=0)
    most = spread.max()
    # Quantiles are slow, so they are computed only for columns that may be a problem.
    is_far = most > _SCALES_APART or most < 1 / _SCALES_APART
    suspects = (spread > 0) & (is_far | (most > _SCALES_APART * spread))
    if not suspects.any():
        return
    low, high = np.quantile(rows[:, suspects], [0.25, 0.75], axis=0)
    varied = spread[suspects][low < high]
    if not len(varied):
        return
    least = varied.min()
    if most > _SCALES_APART * least:
        problem = f"differ by a factor of {most / least:.0e}"
    elif least > _SCALES_APART or most < 1 / _SCALES_APART:
        problem = f"are {least:.0e} to {most:.0e}, far from 1"
    else:
        return
    warnings.warn(
        f"The features' standard deviations {problem}, which networks train badly on. Put "
        f"sklearn.preprocessing.StandardScaler before this estimator in a pipeline.",
        UserWarning,
        stacklevel=2,
    )


def cast_to_floatx(values: np.ndarray) -> np.ndarray:
    """Cast to `keras.config.floatx`, with an error for values that are too large."""
    dtype = keras.config.floatx()
    with np.errstate(over="ignore"):
        cast = values.astype(dtype, copy=False)
    if np.isinf(cast).any():
        raise ValueError(f"X contains infinity or a value too large for dtype({dtype!r}).")
    return cast


def shared_length(longest: int) -> int:
    """Round up by less than a quarter, so that folds with different lengths share a program."""
    step = 1 << max(0, longest.bit_length() - 3)
    return -(-longest // step) * step
