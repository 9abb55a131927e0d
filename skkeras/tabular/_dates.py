"""Read columns of dates, and convert them to numbers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np

from skkeras.base.data import is_missing

Cells = nw.Series | Sequence[Any]


def time_zone(column: Cells) -> str | None:
    """Return the time zone of a column of dates, "" for dates without one, None for other columns.

    Parameters
    ----------
    column : Series, or sequence of Python objects
        Column. Objects are dates if all that are not missing are `datetime.date` or
        `datetime.datetime`, and at least one is there.

    Returns
    -------
    str or None
        Time zone.
    """
    if isinstance(column, nw.Series):
        if isinstance(column.dtype, nw.Datetime):
            return column.dtype.time_zone or ""
        if column.dtype == nw.Date:
            return ""
        if not isinstance(column.dtype, (nw.Object, nw.Unknown)):
            return None
        column = column.to_list()
    # NaT is an instance of `datetime`.
    kinds = {kind for kind in set(map(type, column)) if kind.__name__ != "NaTType"}
    if not any(issubclass(kind, datetime.date) for kind in kinds):
        return None
    are_dates = all(isinstance(cell, datetime.date) or is_missing(cell) for cell in column)
    return "" if are_dates else None


def read_dates(name: Any, column: Cells, zone: str) -> np.ndarray:
    """Read a column of dates.

    Parameters
    ----------
    name : object
        Name of the column, for messages.
    column : Series, or sequence of Python objects
        Column.
    zone : str
        Time zone in `fit`, to which dates with a time zone are converted; "" for dates without one.

    Returns
    -------
    ndarray of shape (n_rows,), datetime64[us]
        Local date and time; NaT for missing values.

    Raises
    ------
    TypeError
        If the column does not hold dates, or has a time zone although that of `fit` has none, or
        the reverse.
    """
    now = time_zone(column)
    if now is None and not all(map(is_missing, column)):
        raise TypeError(
            f"Column {name!r} of X held dates in fit, and holds other values now. Give dates, as "
            f"by pandas.to_datetime(X[{name!r}])."
        )
    if now is not None and bool(now) != bool(zone):
        raise TypeError(
            f"Column {name!r} of X had {f'the time zone {zone}' if zone else 'no time zone'} in "
            f"fit, and has {f'the time zone {now}' if now else 'none'} now. Give the same, as by "
            f"X[{name!r}].dt.tz_localize(...)."
        )
    if now is None or not isinstance(column, nw.Series) or not _is_temporal(column):
        return _of_cells(name, column)
    if zone:
        column = column.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return column.cast(nw.Datetime("us")).to_numpy().astype("datetime64[us]")


def seconds_of(dates: np.ndarray) -> np.ndarray:
    """Return the seconds since 1970 of local dates, as float64, with NaN for NaT."""
    return np.where(np.isnat(dates), np.nan, dates.astype(np.int64) / 1e6)


def calendar_of(dates: np.ndarray) -> np.ndarray:
    """Return the parts of dates that a network cannot compute from seconds.

    Parameters
    ----------
    dates : ndarray of shape (n_rows,), datetime64[us]
        Local date and time.

    Returns
    -------
    ndarray of shape (n_rows, 5), float64
        Year, month from 1, day of the month from 1, day of the week from 0 for Monday, and hour;
        NaN for NaT.
    """
    days = dates.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    parts = [
        dates.astype("datetime64[Y]").astype(np.int64) + 1970,
        months.astype(np.int64) % 12 + 1,
        (days - months).astype(np.int64) + 1,
        (days.astype(np.int64) + 3) % 7,  # the first day of 1970 was a Thursday
        (dates - days).astype("timedelta64[h]").astype(np.int64),
    ]
    return np.where(np.isnat(dates)[:, np.newaxis], np.nan, np.column_stack(parts))


def _of_cells(name: Any, cells: Cells) -> np.ndarray:
    found = [None if is_missing(cell) else cell for cell in cells]
    if any(getattr(cell, "tzinfo", None) is not None for cell in found):
        raise TypeError(
            f"Column {name!r} of X holds objects with time zones. Make a column of dates, as by "
            f"pandas.to_datetime(X[{name!r}], utc=True)."
        )
    return np.array(found, dtype="datetime64[us]")


def _is_temporal(column: nw.Series) -> bool:
    return isinstance(column.dtype, (nw.Datetime, nw.Date))
