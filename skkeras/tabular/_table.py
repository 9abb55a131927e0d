"""Tables: from what users give, frames of any kind of column, to one array of numbers."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterator, Sequence
from numbers import Integral, Number
from typing import Any

import keras
import narwhals as nw
import numpy as np
import scipy.sparse
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

UNKNOWN = -1.0

_NAMED = (nw.Boolean, nw.String, nw.Categorical, nw.Enum)
_MAKE_NUMBERS = "Make numbers or strings of it first, for example years or days of dates"


def check_table(estimator: Any, X: Any, *, reset: bool) -> np.ndarray:
    """Validate a table and give its categories numbers.

    Columns of strings, truth values, categories and of anything mixed are categories, which are
    told apart by their text; so are columns of a frame or of an array of objects that hold nothing
    at all. All other columns are numbers.

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


# Numbers, or the text of each value with None for what is missing.
Column = np.ndarray | list[str | None]


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
        for name, series in zip(frame.columns, frame.iter_columns(), strict=True):
            yield name, _read_series(name, series)
        return
    array = np.asarray(X)
    if array.dtype.kind in "US" and not isinstance(X, np.ndarray):
        array = np.asarray(X, dtype=object)  # whose numbers have not become strings
    if array.dtype == object:
        array = validate_data(estimator, array, reset=reset, dtype=None, ensure_all_finite=False)
        for place, values in enumerate(array.T):
            yield place, _read_objects(place, values.tolist())
        return
    if array.dtype.kind in "USmM":
        hint = "Give a data frame or an array of objects, where each column has its own type"
        hint = _MAKE_NUMBERS if array.dtype.kind in "mM" else hint
        raise TypeError(f"X is an array of {array.dtype}; expected an array of numbers. {hint}.")
    array = validate_data(
        estimator, array, reset=reset, dtype="numeric", ensure_all_finite="allow-nan"
    )
    yield from enumerate(array.astype(np.float64).T)


def _read_series(name: Any, series: nw.Series[Any]) -> Column:
    if series.dtype.is_numeric():
        return np.asarray(series.to_numpy(), dtype=np.float64)
    if isinstance(series.dtype, (nw.Categorical, nw.Enum)):
        # Categories may be anything, such as the intervals of pandas.cut.
        return [_text(name, row, value, anything=True) for row, value in enumerate(series)]
    if isinstance(series.dtype, _NAMED):
        return _texts(name, series.to_list())
    if isinstance(series.dtype, (nw.Object, nw.Unknown)):
        return _read_objects(name, series.to_list())
    raise TypeError(
        f"Column {name!r} of X is of type {series.dtype}; expected numbers, or strings, truth "
        f"values or categories. {_MAKE_NUMBERS}."
    )


def _read_objects(name: Any, values: Sequence[Any]) -> Column:
    kinds = {type(value) for value in values}
    numbers = {k for k in kinds if issubclass(k, Number) and not issubclass(k, (bool, np.bool_))}
    missing = {k for k in kinds if k is type(None) or k.__name__ == "NAType"}
    is_complex = any(issubclass(kind, (complex, np.complexfloating)) for kind in numbers)
    if numbers and numbers | missing == kinds and not is_complex:
        column = np.array([np.nan if type(v) in missing else v for v in values], dtype=np.float64)
        # What holds nothing may turn out to hold names.
        return [None] * len(column) if np.isnan(column).all() else column
    return _texts(name, values)


def _texts(name: Any, values: Sequence[Any]) -> list[str | None]:
    known: dict[Any, str | None] = {}
    texts = []
    for row, value in enumerate(values):
        key = type(value), value if isinstance(value, Hashable) else None
        # By type as well, for 1 and True are equal.
        if key not in known:
            known[key] = _text(name, row, value)
        texts.append(known[key])
    return texts


def _text(name: Any, row: int, value: Any, anything: bool = False) -> str | None:
    """Give the text that a category is told by; None if it is missing."""
    if isinstance(value, str):
        return str(value)
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return None
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, Integral) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    if isinstance(value, (float, np.floating)) or anything:
        return str(value)
    hint = ". Decode bytes first" if isinstance(value, bytes) else ""
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        hint = f". {_MAKE_NUMBERS}"
    raise TypeError(
        f"Column {name!r} of X holds a {type(value).__name__} in row {row}; the argument must be a "
        f"table of strings, truth values and numbers{hint}."
    )


def _categories(column: Column) -> np.ndarray | None:
    if isinstance(column, np.ndarray):
        return None
    # As one array of strings, which files hold in a fraction of the space of single ones.
    return np.array(sorted({text for text in column if text is not None}), dtype=str)


def _coded(name: Any, column: Column, categories: np.ndarray | None) -> np.ndarray:
    """Give a column as numbers, by what was learned of it in `fit`."""
    if isinstance(column, np.ndarray):
        if categories is None:
            return column
        column = _texts(name, column.tolist())
    if categories is None:
        found = next((text for text in column if text is not None), None)
        if found is not None:
            raise ValueError(
                f"Column {name!r} of X held numbers in fit and holds {found!r} now; give the "
                f"columns of fit, of the same types and in the same order."
            )
        return np.full(len(column), np.nan)
    places = {str(text): float(place) for place, text in enumerate(categories)}
    codes = [np.nan if text is None else places.get(text, UNKNOWN) for text in column]
    return np.array(codes, dtype=np.float64)
