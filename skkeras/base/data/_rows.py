"""Checks and selection of rows and their weights, before batches are made."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
from keras import tree
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import _check_sample_weight

from skkeras.training import Streamed, count_rows


def check_lengths(X: Any, y: np.ndarray, X_name: str = "X", y_name: str = "y") -> None:
    """Raise an error if X and y have different numbers of rows."""
    if count_rows(X) != len(y):
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: {X_name} has "
            f"{count_rows(X)} rows, {y_name} has {len(y)}; give one target for each row."
        )


def check_weights(sample_weight: Any, n_rows: int) -> np.ndarray | None:
    """Check the weights of rows.

    Parameters
    ----------
    sample_weight : array-like of shape (n_rows,), number or None
        Weights; not negative, and not all zero.
    n_rows : int
        Number of rows.

    Returns
    -------
    ndarray of shape (n_rows,), float64, or None
        Copy of the weights.

    Raises
    ------
    ValueError
        If the shape is wrong, a weight is negative or not finite, or all are zero.
    """
    if sample_weight is None:
        return None
    shaped = np.empty((n_rows, 1))
    weights = _check_sample_weight(
        sample_weight, shaped, dtype=np.float64, copy=True, ensure_non_negative=True
    )
    with np.errstate(over="ignore"):
        total = weights.sum()
    return weights if np.isfinite(total) else weights / weights.max()


def drop_weightless(X: Any, y: np.ndarray, weights: np.ndarray | None, *others: Any) -> tuple:
    """Remove the rows of weight zero, so that they have no effect."""
    if weights is None or weights.all():
        return X, y, weights, *others
    kept = np.flatnonzero(weights)
    rest = tuple(None if o is None else np.asarray(o)[kept] for o in others)
    return rows_of(X, kept), y[kept], weights[kept], *rest


def rows_of(X: Any, rows: np.ndarray | slice) -> Any:
    """Return rows of X, or of each of its arrays; sparse and streamed data keep their type."""
    if scipy.sparse.issparse(X):  # one of its formats is a dict
        return X[rows]
    if isinstance(X, dict):
        return {name: rows_of(part, rows) for name, part in X.items()}
    if isinstance(X, (list, tuple)):
        return type(X)(rows_of(part, rows) for part in X)
    return X[rows]


def split_rows(
    X: Any,
    y: np.ndarray,
    weights: np.ndarray | None,
    parts: tuple[np.ndarray, np.ndarray] | tuple[slice, slice],
) -> tuple[tuple, tuple]:
    """Return (X, y, weights) of the training rows and of the validation rows."""
    kept, held = (
        (rows_of(X, part), y[part], None if weights is None else weights[part]) for part in parts
    )
    return kept, held


def with_class_weight(
    weights: np.ndarray | None, class_weight: Any, y: np.ndarray
) -> np.ndarray | None:
    """Return the rows' weights, multiplied by the weights of their classes in a new array."""
    if class_weight is None:
        return weights
    try:
        by_class = compute_sample_weight(class_weight, y)
    except ValueError:
        classes = np.unique(y).tolist()
        unknown = [key for key in class_weight if key not in classes]
        if y.ndim > 1 or not unknown:
            raise
        raise ValueError(
            f"class_weight has weights for {unknown}, which are not classes of y; these are "
            f"{classes[:10]}. Give class_weight={{{classes[0]!r}: ..., {classes[-1]!r}: ...}}."
        ) from None
    if not np.isfinite(by_class).all() or (by_class < 0).any():
        raise ValueError(
            f"The weights in class_weight must be finite and not negative; got {class_weight!r}."
        )
    return by_class if weights is None else weights * by_class


def full_batch(
    X: Any, y: np.ndarray, weights: np.ndarray | None, batch_size: int
) -> tuple[Any, np.ndarray, np.ndarray | None]:
    """Sort rows that fit into one batch, and repeat rows with integer weights.

    The loss of a full batch is a sum over rows, so the order of rows must not matter, and a row of
    weight 2 must count as two equal rows. In float32, both hold only up to rounding; with sorted
    rows, and integer weights replaced by repeated rows, they hold to the last bit.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_rows, ...), or dict or list of ndarray
        Rows.
    y : ndarray of shape (n_rows, ...)
        Targets.
    weights : ndarray of shape (n_rows,) or None
        Positive weights.
    batch_size : int
        Maximum number of rows in a batch.

    Returns
    -------
    X, y, weights
        The same rows; unchanged if they do not fit into one batch or are streamed.
    """
    streams = any(isinstance(part, Streamed) for part in tree.flatten(X))
    if streams or count_rows(X) > batch_size:
        return X, y, weights
    X = X.toarray() if scipy.sparse.issparse(X) else X
    if (
        weights is not None
        and np.array_equal(weights, np.round(weights))
        and weights.sum() <= batch_size
    ):
        rows = np.repeat(np.arange(len(y)), weights.astype(np.int64))
        X, y, weights = rows_of(X, rows), y[rows], None
    codes = np.unique(y, return_inverse=True)[1]
    columns = [*_as_columns(X), codes.reshape(len(y), -1)]
    if weights is not None:
        columns.append(weights.reshape(-1, 1))
    keys = np.ascontiguousarray(np.concatenate(columns, axis=1, dtype=np.float64))
    order = np.argsort(keys.view(np.dtype((np.void, keys.strides[0]))).reshape(-1))
    return rows_of(X, order), y[order], None if weights is None else weights[order]


def _as_columns(X: Any) -> list[np.ndarray]:
    """Return the contents of rows as numeric columns, which differ if the rows differ."""
    if isinstance(X, (dict, list, tuple)):
        parts = X.values() if isinstance(X, dict) else X
        return [columns for part in parts for columns in _as_columns(part)]
    numbers = np.unique(X, return_inverse=True)[1] if X.dtype == object else X  # strings
    return [numbers.reshape(len(X), -1)]
