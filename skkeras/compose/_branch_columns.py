"""Validate columns of a data frame and convert them to one array for each branch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import narwhals as nw
import numpy as np
from sklearn.utils import check_array

from skkeras.base.data import cast_to_floatx, is_missing
from skkeras.compose._column_routing import Branches
from skkeras.image import read_images
from skkeras.sequence import check_series
from skkeras.tabular import (
    calendar_of,
    numbers_of,
    read_column,
    read_dates,
    seconds_of,
    texts_of,
    time_zone,
)
from skkeras.text import check_texts


def find_time_zones(frame: nw.DataFrame, branches: Branches) -> dict[str, str]:
    """Return the time zones of all columns of dates in branches of numbers; "" for none."""
    columns = {name for kind, names in branches.values() if kind == "numbers" for name in names}
    zones = {name: time_zone(frame[name]) for name in sorted(columns)}
    return {name: zone for name, zone in zones.items() if zone is not None}


def read_branches(
    frame: nw.DataFrame,
    branches: Branches,
    image_size: tuple[int, int],
    time_zones: dict[str, str],
    *,
    reset: bool,
) -> dict[str, np.ndarray]:
    """Return one array for each branch, without learning from the data.

    Parameters
    ----------
    frame : DataFrame
        Data.
    branches : dict of str to (str, list of str)
        Kind and columns of each branch.
    image_size : (int, int)
        Height and width that images are resized to.
    time_zones : dict of str to str
        Columns of dates, as `find_time_zones` returns them for the data of `fit`.
    reset : bool
        Whether this is the data of `fit`, in which a numeric column must hold some numbers.

    Returns
    -------
    dict of str to ndarray of shape (n_rows, ...)
        Numbers as float64 of shape (n_rows, n_columns), with NaN for missing values, where a column
        of dates is replaced by six columns at the end, its seconds and calendar; categories as
        strings of shape (n_rows, n_columns) and texts as strings of shape (n_rows,), with "" for
        missing values; images as uint8 of shape (n_rows, height, width, 3), black if missing;
        series of shape (n_rows, n_times, n_channels), padded with NaN, or (n_rows, 1, 1) if all are
        missing.

    Raises
    ------
    ValueError, TypeError
        If columns hold values that are not of their branch's kind; the message names the branch.
    """
    arrays = {}
    for name, (kind, columns) in branches.items():
        try:
            if kind == "images":
                arrays[name] = _images(frame[columns[0]].to_list(), image_size)
            elif kind == "numbers":
                dates = [
                    read_dates(column, frame[column], time_zones[column])
                    for column in columns
                    if column in time_zones
                ]
                parts = [part for d in dates for part in (seconds_of(d), calendar_of(d))]
                if others := [column for column in columns if column not in time_zones]:
                    parts.insert(0, _numbers(frame, others, reset=reset))
                arrays[name] = np.column_stack(parts)
            else:
                arrays[name] = _READ[kind](frame, columns)
        except (ValueError, TypeError) as error:
            what = TypeError if isinstance(error, TypeError) else ValueError
            raise what(
                f"Branch {name!r} takes {kind} from {columns[:5]}: {str(error).rstrip('.')}. "
                f"Change what the columns hold, or the branch's kind in branches."
            ) from error
    return arrays


def _numbers(frame: nw.DataFrame, columns: list[str], *, reset: bool = False) -> np.ndarray:
    native = frame.select(columns).to_native()
    try:
        values = check_array(native, dtype=np.float64, ensure_all_finite="allow-nan")
    except (ValueError, TypeError):  # a cell is not a number, or is infinite
        cells = (frame[name].to_list() for name in columns)
        read = [numbers_of(n, c, needs_some=reset) for n, c in zip(columns, cells, strict=True)]
        values = np.column_stack(read)
        check_array(values, ensure_all_finite="allow-nan")
    cast_to_floatx(values)  # raises if a value is too large
    return values


def _categories(frame: nw.DataFrame, columns: list[str]) -> np.ndarray:
    values = np.empty((len(frame), len(columns)), object)
    for place, name in enumerate(columns):
        cells = read_column(name, frame[name], is_numbers=False)
        if isinstance(cells, np.ndarray):
            cells = texts_of(name, cells.tolist())
        values[:, place] = ["" if cell is None else cell for cell in cells]
    return values


def _texts(frame: nw.DataFrame, columns: list[str]) -> np.ndarray:
    given = (
        check_texts(SimpleNamespace(), frame[column].to_list(), reset=False) for column in columns
    )
    joined = np.empty(len(frame), object)
    joined[:] = ["\n".join(filter(None, parts)) for parts in zip(*given, strict=True)]
    return joined


def _images(cells: list[Any], image_size: tuple[int, int]) -> np.ndarray:
    there = [place for place, cell in enumerate(cells) if not is_missing(cell)]
    for place in there:
        if not isinstance(cells[place], str):
            raise TypeError(
                f"row {place} is of type {type(cells[place]).__name__}; expected the path of an "
                f"image as a string."
            )
    images = np.zeros((len(cells), *image_size, 3), np.uint8)
    images[there] = read_images([cells[place] for place in there], image_size)
    return images


def _series(frame: nw.DataFrame, columns: list[str]) -> np.ndarray:
    cells: Any
    if len(columns) > 1 or frame[columns[0]].dtype.is_numeric():
        cells = _numbers(frame, columns).copy()
        missing = np.isnan(cells).all(axis=1)
        cells[missing, 0] = 0
    else:
        cells = frame[columns[0]].to_list()
        missing = np.array([is_missing(cell) for cell in cells])
        if missing.any() and not missing.all():
            step = np.atleast_1d(np.asarray(cells[missing.argmin()]))[:1]
            cells = [step if gone else cell for cell, gone in zip(cells, missing, strict=True)]
    if missing.all():
        return np.full((len(frame), 1, 1), np.nan)
    # Placeholders for missing series keep the row numbers in error messages correct.
    series = check_series(SimpleNamespace(), cells, reset=True, cast=False)
    series[missing] = np.nan
    return series


_READ = {"categories": _categories, "texts": _texts, "series": _series}
