"""Validate tables with columns of any type and convert them to one numeric array."""

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

from skkeras.base.data import networks_of_several_axes
from skkeras.tabular._cells import (
    MAKE_NUMBERS,
    SAME,
    Column,
    read_cells,
    read_column,
    texts_of,
)
from skkeras.tabular._dates import calendar_of, read_dates, seconds_of, time_zone

UNKNOWN = -1.0


def check_table(estimator: Any, X: Any, *, reset: bool) -> np.ndarray:
    """Validate a table and encode its categories as integers.

    Columns of strings, booleans, categories or mixed types are categorical; their categories are
    identified by their strings. Columns of a data frame or of an object array that hold no values
    are categorical, too. All other columns are numeric, including columns that are strings or mixed
    only because of a few mistakes (see `holds_numbers`). In a numeric column, values that are not
    numbers are missing, with a warning. True equals 1, and False equals 0. Dates are seconds, in
    the place of their column, and parts of the calendar, after the last column.

    Parameters
    ----------
    estimator : estimator
        Its attributes `n_features_in_`, `feature_names_in_`, `X_shape_`, `X_dtype_`, `categories_`
        and `_time_zones` are set. `categories_` has for each column the sorted strings of its
        categories, an ndarray of str, or None for numbers; `_time_zones` what `time_zone` returns.
    X : array-like or data frame of shape (n_rows, n_columns)
        Table. NaN, None and the missing values of pandas and polars are missing.
    reset : bool
        Whether this is the data of `fit`.

    Returns
    -------
    ndarray of shape (n_rows, n_columns + 5 * n_dates), float64
        Numbers, and indices of categories in `categories_`; -1 for an unknown category, and NaN for
        a missing value. The last columns are the calendars of all columns of dates.

    Warns
    -----
    UserWarning
        If a numeric column holds values that are not numbers.

    Raises
    ------
    ValueError
        If X is empty, holds infinity, has a wrong shape, or has different columns than in `fit`.
    TypeError
        If X holds values that are neither numbers, categories nor dates.
    """
    if scipy.sparse.issparse(X):
        raise TypeError(
            "Sparse data was passed for X, of which a table cannot be made; use X.toarray()."
        )
    columns = list(_columns(estimator, X, reset=reset))
    if reset:
        estimator.categories_ = [_categories(column) for _, column, _ in columns]
        estimator._time_zones = [zone for *_, zone in columns]
    coded = [
        _coded(name, column, known)
        for (name, column, _), known in zip(columns, estimator.categories_, strict=True)
    ]
    coded += [calendar_of(np.asarray(dates)) for _, dates, zone in columns if zone is not None]
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


def _columns(estimator: Any, X: Any, *, reset: bool) -> Iterator[tuple[Any, Column, str | None]]:
    """Yield name or index, values and time zone in `fit` of each column of a frame or array."""
    try:
        frame = nw.from_native(X, eager_only=True, pass_through=True)
    except nw.exceptions.NarwhalsError as error:
        raise ValueError(f"X cannot be read as a table: {error}") from error
    if isinstance(frame, nw.DataFrame):
        validate_data(estimator, X, reset=reset, skip_check_array=True)
        if not len(frame):  # raises scikit-learn's error
            check_array(np.empty(frame.shape), estimator=estimator, input_name="X")
        held = _held_before(estimator, reset=reset)
        for name, series in zip(frame.columns, frame.iter_columns(), strict=True):
            numbers, zone = next(held) or (None, time_zone(series))
            if zone is None:
                yield name, read_column(name, series, numbers), None
            else:
                yield name, read_dates(name, series, zone), zone
        return
    array = np.asarray(X)
    if array.ndim > 2:
        raise ValueError(
            f"X has {array.ndim} axes; {type(estimator).__name__} expects 2, rows and columns. "
            f"{networks_of_several_axes(estimator)}"
        )
    if array.dtype.kind in "US" and not isinstance(X, np.ndarray):
        array = np.asarray(X, dtype=object)  # does not convert numbers to strings
    if array.dtype.kind == "M":
        array = array.astype("datetime64[us]").astype(object)
    if array.dtype == object:
        array = validate_data(estimator, array, reset=reset, dtype=None, ensure_all_finite=False)
        held = _held_before(estimator, reset=reset)
        for place, values in enumerate(array.T):
            cells = values.tolist()
            numbers, zone = next(held) or (None, time_zone(cells))
            if zone is None:
                yield place, read_cells(place, cells, numbers), None
            else:
                yield place, read_dates(place, cells, zone), zone
        return
    if array.dtype.kind in "USm":
        hint = "Give a data frame or an array of objects, where each column has its own type"
        hint = MAKE_NUMBERS if array.dtype.kind == "m" else hint
        raise TypeError(f"X is an array of {array.dtype}; expected an array of numbers. {hint}.")
    array = validate_data(
        estimator, array, reset=reset, dtype="numeric", ensure_all_finite="allow-nan"
    )
    for place, column in enumerate(array.astype(np.float64).T):
        yield place, column, None


def _held_before(estimator: Any, *, reset: bool) -> Iterator[tuple[bool, str | None] | None]:
    """Return for each column whether it held numbers, and its time zone; None in `fit`."""
    if reset:
        return repeat(None)
    known = zip(estimator.categories_, estimator._time_zones, strict=True)
    return ((categories is None, zone) for categories, zone in known)


def _categories(column: Column) -> np.ndarray | None:
    if isinstance(column, np.ndarray):
        return None
    # In files, one array of strings takes a fraction of the space of separate strings.
    return np.array(sorted({text for text in column if text is not None}), dtype=str)


def _coded(name: Any, column: Column, categories: np.ndarray | None) -> np.ndarray:
    """Return a column as numbers, with its categories from `fit`."""
    if isinstance(column, np.ndarray) and column.dtype.kind == "M":
        return seconds_of(column)
    if categories is None:
        return np.asarray(column, dtype=np.float64)
    if isinstance(column, np.ndarray):
        column = texts_of(name, column.tolist())
    places = {str(text): float(place) for place, text in enumerate(categories)}
    places = {text: places[same] for text, same in SAME.items() if same in places} | places
    codes = [np.nan if text is None else places.get(text, UNKNOWN) for text in column]
    return np.array(codes, dtype=np.float64)
