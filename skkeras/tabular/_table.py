"""Tables: from what users give, frames of any kind of column, to one array of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

import keras
import narwhals as nw
import numpy as np
import scipy.sparse
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from skkeras.tabular._cells import (
    MAKE_NUMBERS,
    SAME,
    Column,
    read_cells,
    read_column,
    texts_of,
)

UNKNOWN = -1.0


def check_table(estimator: Any, X: Any, *, reset: bool) -> np.ndarray:
    """Validate a table and give its categories numbers.

    Columns of strings, truth values, categories and of anything mixed are categories, which are
    told apart by their text; so are columns of a frame or of an array of objects that hold nothing
    at all. All other columns are numbers, and so are those that are strings or mixed only because
    of a few mistakes, as `holds_numbers` tells. What is no number in a column of numbers is
    missing, with a warning. True and 1 are the same, as False and 0 are.

    Parameters
    ----------
    estimator : estimator
        Gets `n_features_in_`, `feature_names_in_`, `X_shape_`, `X_dtype_` and `categories_`: for
        each column the sorted texts of its categories, an ndarray of str, or None for numbers.
    X : array-like or data frame of shape (n_rows, n_columns)
        Table. NaN, None and the missing values of pandas and polars are missing.
    reset : bool
        Whether this is the data of `fit`.

    Returns
    -------
    ndarray of shape (n_rows, n_columns), float64
        Numbers, and of categories their places in `categories_`; -1 for a category that is not
        there, and NaN for what is missing.

    Warns
    -----
    UserWarning
        If a column of numbers holds something else.

    Raises
    ------
    ValueError
        If X is empty or infinite, has another shape, or other columns than in `fit`.
    TypeError
        If it holds what is neither a number nor a category.
    """
    if scipy.sparse.issparse(X):
        raise TypeError(
            "Sparse data was passed for X, of which a table cannot be made; use X.toarray()."
        )
    columns = list(_columns(estimator, X, reset=reset))
    if reset:
        estimator.categories_ = [_categories(column) for _, column in columns]
    coded = [
        _coded(name, column, known)
        for (name, column), known in zip(columns, estimator.categories_, strict=True)
    ]
    n_rows = len(coded[0]) if coded else 0
    table = np.column_stack(coded) if coded else np.empty((n_rows, 0))
    table = check_array(table, ensure_all_finite="allow-nan", estimator=estimator, input_name="X")
    if (np.abs(table) > np.finfo(keras.config.floatx()).max).any():
        raise ValueError(
            f"Input X contains infinity or a value too large for "
            f"dtype({keras.config.floatx()!r}); put a missing value or a bound in its place."
        )
    if reset:
        estimator.X_shape_, estimator.X_dtype_ = table.shape, table.dtype
    return table


def _columns(estimator: Any, X: Any, *, reset: bool) -> Iterator[tuple[Any, Column]]:
    """Read the columns of a frame or array, each with its name or place."""
    try:
        frame = nw.from_native(X, eager_only=True, pass_through=True)
    except nw.exceptions.NarwhalsError as error:
        raise ValueError(f"X cannot be read as a table: {error}") from error
    if isinstance(frame, nw.DataFrame):
        validate_data(estimator, X, reset=reset, skip_check_array=True)
        if not len(frame):  # for scikit-learn's words
            check_array(np.empty(frame.shape), estimator=estimator, input_name="X")
        held = _held_numbers(estimator, reset=reset)
        for name, series in zip(frame.columns, frame.iter_columns(), strict=True):
            yield name, read_column(name, series, next(held))
        return
    array = np.asarray(X)
    if array.dtype.kind in "US" and not isinstance(X, np.ndarray):
        array = np.asarray(X, dtype=object)  # whose numbers have not become strings
    if array.dtype == object:
        array = validate_data(estimator, array, reset=reset, dtype=None, ensure_all_finite=False)
        held = _held_numbers(estimator, reset=reset)
        for place, values in enumerate(array.T):
            yield place, read_cells(place, values.tolist(), next(held))
        return
    if array.dtype.kind in "USmM":
        hint = "Give a data frame or an array of objects, where each column has its own type"
        hint = MAKE_NUMBERS if array.dtype.kind in "mM" else hint
        raise TypeError(f"X is an array of {array.dtype}; expected an array of numbers. {hint}.")
    array = validate_data(
        estimator, array, reset=reset, dtype="numeric", ensure_all_finite="allow-nan"
    )
    yield from enumerate(array.astype(np.float64).T)


def _held_numbers(estimator: Any, *, reset: bool) -> Iterator[bool | None]:
    """Tell of each column whether it held numbers in `fit`; None for the data of `fit`."""
    return repeat(None) if reset else (known is None for known in estimator.categories_)


def _categories(column: Column) -> np.ndarray | None:
    if isinstance(column, np.ndarray):
        return None
    # As one array of strings, which files hold in a fraction of the space of single ones.
    return np.array(sorted({text for text in column if text is not None}), dtype=str)


def _coded(name: Any, column: Column, categories: np.ndarray | None) -> np.ndarray:
    """Return a column as numbers, by what was learned of it in `fit`."""
    if categories is None:
        return np.asarray(column, dtype=np.float64)
    if isinstance(column, np.ndarray):
        column = texts_of(name, column.tolist())
    places = {str(text): float(place) for place, text in enumerate(categories)}
    places = {text: places[same] for text, same in SAME.items() if same in places} | places
    codes = [np.nan if text is None else places.get(text, UNKNOWN) for text in column]
    return np.array(codes, dtype=np.float64)
