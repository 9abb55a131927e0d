"""What kind of data X is, and its validation."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import narwhals as nw
import numpy as np
import scipy.sparse
from sklearn.utils.validation import _check_feature_names, _check_n_features

from skkeras.base.data import is_missing
from skkeras.compose import as_frame, route
from skkeras.image import IMAGE_SUFFIXES
from skkeras.sequence import check_series
from skkeras.tabular import check_table
from skkeras.text import check_texts

# Smallest side of what may be images.
_SIDE = 8
# Distinct strings of a column of texts have more words than this, on average.
_WORDS = 2
_CHOOSE = "Choose what to train, as by candidates="


def kind_of(X: Any) -> str:
    """Return the kind of data that X is.

    Parameters
    ----------
    X : array-like, data frame or list
        Data.

    Returns
    -------
    {"table", "mixed table", "images", "series", "texts"}
        A data frame with texts, image paths or series among its columns is a "mixed table".

    Raises
    ------
    ValueError
        If X could be of several kinds, or is of none.
    """
    if scipy.sparse.issparse(X):
        return "table"
    if nw.dependencies.is_into_dataframe(X):
        return _kind_of_frame(X)
    if nw.dependencies.is_into_series(X):
        X = nw.from_native(X, series_only=True).to_list()
    try:
        array = np.asarray(X)
    except ValueError:  # rows of different lengths
        return _kind_of_rows(X)
    if array.dtype == object and array.ndim == 1 and len(array):
        return _kind_of_rows(array)
    if array.dtype.kind in "US" and array.ndim == 1:
        return _kind_of_strings(array.tolist())
    if array.dtype.kind in "OUS" and array.ndim == 2 and array.shape[1] == 1:
        cells = [cell for cell in array[:, 0] if not is_missing(cell)]
        return "texts" if cells and _are_texts(cells) else "table"
    if array.ndim == 3:
        return _kind_of_stack(array)
    if array.ndim > 4:
        raise ValueError(
            f"X has shape {array.shape}. Expected a table of shape (n, columns), series of shape "
            "(n, times, channels), images of shape (n, height, width[, channels]), texts, or a "
            "data frame."
        )
    return "images" if array.ndim == 4 else "table"


def _kind_of_frame(X: Any) -> str:
    frame = nw.from_native(X, eager_only=True)
    if not all(isinstance(name, str) for name in frame.columns) or 0 in frame.shape:
        return "table"
    branches = route(as_frame(X), None)
    others = [
        (kind, columns)
        for kind, columns in branches.values()
        if kind in ("images", "series") or (kind == "texts" and _holds_texts(frame, columns))
    ]
    if not others:
        return "table"
    return "texts" if len(frame.columns) == 1 and others[0][0] == "texts" else "mixed table"


def _holds_texts(frame: nw.DataFrame, columns: Sequence[str]) -> bool:
    cells = [cell for name in columns for cell in frame[name].to_list() if not is_missing(cell)]
    return _are_texts(cells)


def _are_texts(cells: Sequence[Any]) -> bool:
    """Return whether cells are strings of several words, unlike categories and names."""
    if not all(isinstance(cell, str) for cell in cells):
        return False
    different = set(cells)
    return sum(len(cell.split()) for cell in different) > _WORDS * len(different)


def _kind_of_rows(rows: Any) -> str:
    held = [row for row in rows if not is_missing(row)]
    if held and all(isinstance(row, str) for row in held):
        return _kind_of_strings(held)
    dimensions = {np.ndim(row) for row in held if not isinstance(row, (str, bytes))}
    if dimensions in ({1}, {2}) and not any(isinstance(row, str) for row in held):
        return "series"
    if dimensions == {3}:
        raise ValueError(
            "X holds images of different shapes. Resize them to one shape, or give the paths of "
            "image files, which are resized when they are read."
        )
    return "table"


def _kind_of_strings(cells: Sequence[Any]) -> str:
    if all(str(cell).lower().endswith(tuple(IMAGE_SUFFIXES)) for cell in cells):
        return "images"
    if _are_texts([str(cell) for cell in cells]):
        return "texts"
    different = sorted({str(cell) for cell in cells})
    raise ValueError(
        f"X is one column of {len(different)} distinct short strings, such as {different[0]!r}, "
        "which may be texts or categories. Give categories as a data frame or an array of shape "
        f'(n, 1). For texts: {_CHOOSE}["KerasText"].'
    )


def _kind_of_stack(array: np.ndarray) -> str:
    _, height, width = array.shape
    small, large = sorted((height, width))
    if array.dtype.kind not in "biuf" or small < _SIDE or large > 2 * small:
        return "series"
    low, high = np.nanmin(array), np.nanmax(array)
    if low < 0:
        return "series"
    if high <= 255 and array.dtype.kind in "biu":
        return "images"
    raise ValueError(
        f"X is an array of shape {array.shape} and type {array.dtype} with values from {low:.4g} "
        f"to {high:.4g}, which may be images of shape (n, height, width) or series of shape "
        "(n, times, channels). Give images with a fourth axis, as X[..., np.newaxis], or as "
        f'bytes. For series: {_CHOOSE}["KerasTimeSeries", "KerasRNN"].'
    )


def check_data(estimator: Any, X: Any, kind: str, *, reset: bool) -> None:
    """Validate X before anything is trained, or before prediction.

    Parameters
    ----------
    estimator : estimator
        Its attributes that describe X are set, such as `n_features_in_`.
    X : array-like, data frame or list
        Data.
    kind : str
        What `kind_of` returned in `fit`.
    reset : bool
        Whether this is the data of `fit`.

    Raises
    ------
    ValueError, TypeError
        If X is not of this kind, or differs from that of `fit`.
    """
    if kind == "table":
        check_table(estimator, X, reset=reset)
    elif kind == "texts":
        check_texts(estimator, X, reset=reset)
    elif kind == "series":
        _check_feature_names(estimator, X, reset=reset)
        check_series(SimpleNamespace(), X, reset=True, cast=False)
    elif kind == "mixed table":
        _check_feature_names(estimator, X, reset=reset)
        _check_n_features(estimator, X, reset=reset)
