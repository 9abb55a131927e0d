"""Read columns of arbitrary cells as numbers or as categories."""

from __future__ import annotations

import datetime
import re
import warnings
from collections import Counter
from collections.abc import Hashable, Sequence
from numbers import Integral, Number
from typing import Any

import narwhals as nw
import numpy as np

from skkeras.base.data import MISSING_TYPES, is_missing

# Numbers, or the string of each value with None for missing values.
Column = np.ndarray | list[str | None]

MAKE_NUMBERS = "Make numbers or strings of it first, for example seconds of durations"

# Booleans are the numbers 1 and 0.
SAME = {"True": "1", "False": "0", "1": "True", "0": "False"}

# Digits with a leading zero, such as 0815, are a code and not a number.
_NUMBER = re.compile(r"\s*[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_WHOLE = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)
# Minimum fraction of cells that are numbers, and minimum number of distinct numeric strings for
# each distinct other string.
_SHARE = 0.9
_DIFFERENT = 10


def read_column(name: Any, series: nw.Series[Any], is_numbers: bool | None) -> Column:
    """Read one column of a data frame.

    Parameters
    ----------
    name : object
        Name of the column, for messages.
    series : Series
        Column.
    is_numbers : bool or None
        Whether the column held numbers in `fit`; None decides by `holds_numbers`. A column of a
        numeric dtype is always read as numbers.

    Returns
    -------
    ndarray of shape (n_rows,), float64, or list of str or None
        Numbers with NaN for missing values, or the string of each category with None for missing
        values.

    Raises
    ------
    TypeError
        If the column holds values that are neither numbers nor categories.
    """
    if series.dtype.is_numeric():
        return np.asarray(series.to_numpy(), dtype=np.float64)
    if isinstance(series.dtype, (nw.Categorical, nw.Enum)):
        # Categories can have any type, such as the intervals of pandas.cut.
        texts = [text_of(name, row, value, anything=True) for row, value in enumerate(series)]
        return numbers_of(name, texts) if is_numbers else texts
    if isinstance(series.dtype, (nw.Boolean, nw.String, nw.Object, nw.Unknown)):
        return read_cells(name, series.to_list(), is_numbers)
    raise TypeError(
        f"Column {name!r} of X is of type {series.dtype}; expected numbers, strings, truth "
        f"values, categories or dates. {MAKE_NUMBERS}."
    )


def read_cells(name: Any, cells: Sequence[Any], is_numbers: bool | None) -> Column:
    """Read one column of Python objects; see `read_column`."""
    if is_numbers is None:
        is_numbers = holds_numbers(cells)
        if not is_numbers:
            _warn_about_codes(name, cells)
    return numbers_of(name, cells) if is_numbers else texts_of(name, cells)


def holds_numbers(cells: Sequence[Any]) -> bool:
    """Return whether cells are numbers, apart from a few mistakes.

    At least nine in ten of the cells that are not missing must be numbers, booleans or strings of
    numbers. If most are strings, at least one of them must have a decimal point, because strings
    of whole numbers are codes, and there must be at least ten distinct strings of numbers, and ten
    for each distinct string that is not a number.
    """
    kinds = Counter(map(type, cells))
    numeric = {kind for kind in kinds if _is_number(kind)}
    truths = sum(n for kind, n in kinds.items() if _is_truth(kind))
    n_texts = sum(n for kind, n in kinds.items() if issubclass(kind, str))
    n_missing = sum(n for kind, n in kinds.items() if kind.__name__ in MISSING_TYPES)
    if sum(kinds[kind] for kind in numeric) + truths + n_texts + n_missing < kinds.total():
        return False
    typed = sum(cell == cell for cell in cells if type(cell) in numeric)
    typed += truths if typed else 0
    if not n_texts:
        return typed > 0
    texts = _count_texts(cells)
    numbers = [text for text in texts if _NUMBER.fullmatch(text)]
    n_numbers = typed + sum(texts[text] for text in numbers)
    if n_numbers < _SHARE * (typed + n_texts):
        return False
    if 2 * typed >= n_numbers:
        return True
    return _are_many(numbers, texts) and not all(map(_WHOLE.fullmatch, numbers))


def _count_texts(cells: Sequence[Any]) -> Counter[str]:
    try:
        texts = Counter(cells)  # much faster than cell by cell
    except TypeError:  # some cannot be hashed
        texts = Counter(cell for cell in cells if isinstance(cell, str))
    return Counter({text: n for text, n in texts.items() if isinstance(text, str)})


def _are_many(numbers: list[str], texts: Counter[str]) -> bool:
    return len(numbers) >= _DIFFERENT * max(1, len(texts) - len(numbers))


def _warn_about_codes(name: Any, cells: Sequence[Any]) -> None:
    """Warn if all strings are whole numbers apart from what may be missing-value markers."""
    texts = _count_texts(cells)
    whole = [text for text in texts if _NUMBER.fullmatch(text)]
    others = [text for text in texts if not any(map(str.isalnum, text))]
    are_all = whole and others and len(whole) + len(others) == len(texts)
    if (
        are_all
        and sum(texts[t] for t in whole) >= _SHARE * texts.total()
        and _are_many(whole, texts)
    ):
        warnings.warn(
            f"Column {name!r} of X is taken for categories: its strings are whole numbers, as "
            f"codes are, but for {_some(others)}. If they are numbers, convert them, as by "
            f'pandas.to_numeric(X[{name!r}], errors="coerce"); if not, make a categorical column, '
            f'as by X[{name!r}].astype("category").',
            UserWarning,
            stacklevel=2,
        )


def numbers_of(name: Any, cells: Sequence[Any], *, needs_some: bool = False) -> np.ndarray:
    """Return cells as numbers; other values become NaN, with a warning.

    Raises
    ------
    ValueError
        If `needs_some` is true and the column holds values, but none is a number.
    TypeError
        If a value is neither a number nor a category.
    """
    column = np.full(len(cells), np.nan)
    numeric = {kind for kind in set(map(type, cells)) if _is_number(kind) or _is_truth(kind)}
    others: dict[str, None] = {}
    for row, cell in enumerate(cells):
        if type(cell) in numeric:
            column[row] = cell
        elif (text := text_of(name, row, cell)) is not None:
            if _NUMBER.fullmatch(text):
                column[row] = float(text)
            elif text in SAME:
                column[row] = float(SAME[text])
            else:
                others[text] = None
    if others and needs_some and np.isnan(column).all():
        raise ValueError(f"no cell of column {name!r} is a number; got {_some(list(others))}.")
    if others:
        warnings.warn(
            f"Column {name!r} of X holds numbers and {_some(list(others))}, which counts as "
            f"missing. Correct it; or, if the column holds categories, make it a categorical one "
            f'of a data frame before fit, as by X[{name!r}].astype("category").',
            UserWarning,
            stacklevel=2,
        )
    return column


def warn_about_nothing(names: Sequence[Any]) -> None:
    """Warn about columns that hold no values in `fit`."""
    warnings.warn(
        f"These columns of X hold no value in fit and are left out: {list(names)}. What predict is "
        f"given there is ignored. Fit on rows that have values, or drop the columns.",
        UserWarning,
        stacklevel=2,
    )


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - 3} other values" if len(texts) > 3 else ""
    return ", ".join(map(repr, texts[:3])) + more


def texts_of(name: Any, cells: Sequence[Any]) -> list[str | None]:
    """Return the strings that identify categories; None for missing values.

    Raises
    ------
    TypeError
        If a value is neither a number nor a category.
    """
    known: dict[Any, str | None] = {}
    texts = []
    for row, value in enumerate(cells):
        key = type(value), value if isinstance(value, Hashable) else None
        # The type is part of the key because 1 and True are equal.
        if key not in known:
            known[key] = text_of(name, row, value)
        texts.append(known[key])
    return texts


def text_of(name: Any, row: int, value: Any, anything: bool = False) -> str | None:
    """Return the string that identifies a category; None if it is missing.

    Raises
    ------
    TypeError
        If the value is neither a number nor a category and `anything` is false.
    """
    if isinstance(value, str):
        return str(value)
    if is_missing(value):
        return None
    if _is_truth(type(value)):
        return str(bool(value))
    if isinstance(value, Integral) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    if isinstance(value, (float, np.floating)) or anything:
        return str(value)
    hint = ". Decode bytes first" if isinstance(value, bytes) else ""
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        hint = f". {MAKE_NUMBERS}"
    raise TypeError(
        f"Column {name!r} of X holds a {type(value).__name__} in row {row}; the argument must be a "
        f"table of strings, truth values and numbers{hint}."
    )


def _is_truth(kind: type) -> bool:
    return issubclass(kind, (bool, np.bool_))


def _is_number(kind: type) -> bool:
    is_complex = issubclass(kind, (complex, np.complexfloating))
    return issubclass(kind, Number) and not is_complex and not _is_truth(kind)
