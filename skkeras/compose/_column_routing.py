"""Assign the columns of a data frame to the branches of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np

from skkeras.base.data import is_missing
from skkeras.image import IMAGE_SUFFIXES
from skkeras.tabular import holds_numbers, time_zone, warn_about_nothing

KINDS = ("numbers", "categories", "texts", "images", "series")
MOST_CATEGORIES = 50

# Maps the name of a branch to its kind and its columns.
Branches = dict[str, tuple[str, list[str]]]

_EXPECTED = (
    "branches must be None or a dict of a name for each branch to its kind and its columns, such "
    'as {"table": ("numbers", ["age", "income"]), "review": ("texts", "text")}'
)


def as_frame(X: Any) -> nw.DataFrame:
    """Return a data frame of any library as one of narwhals.

    Raises
    ------
    TypeError
        If X is not a data frame, or its column names are not strings.
    ValueError
        If it has no rows or no columns, or several columns with the same name.
    """
    if not nw.dependencies.is_into_dataframe(X):
        raise TypeError(
            f"X must be a data frame of pandas or polars, whose columns are told by name; got "
            f"{type(X).__name__}. Make one, as in pandas.DataFrame(X, columns=[...]); an array of "
            f"numbers alone can go to KerasMLPClassifier or KerasMLPRegressor."
        )
    frame = nw.from_native(X, eager_only=True)
    if unnamed := [name for name in frame.columns if not isinstance(name, str)]:
        raise TypeError(
            f"The names of X's columns must be strings; got {unnamed[:5]}. Write "
            f"X.columns = X.columns.astype(str)."
        )
    if 0 in frame.shape:
        raise ValueError(f"X has shape {frame.shape}: it holds nothing; give rows and columns.")
    return frame


def _is_blank(cell: Any) -> bool:
    return is_missing(cell) or (isinstance(cell, str) and not cell.strip())


def check_branches(branches: Any) -> Branches | None:
    """Validate a parameter `branches`, as far as this is possible without data.

    Raises
    ------
    ValueError
        If it is invalid.
    """
    if branches is None:
        return None
    if not isinstance(branches, Mapping) or not branches:
        raise ValueError(f"{_EXPECTED}; got {branches!r}.")
    checked = {}
    for name, route in branches.items():
        if not isinstance(name, str) or not isinstance(route, (tuple, list)) or len(route) != 2:
            raise ValueError(f"{_EXPECTED}; got {name!r}: {route!r}.")
        kind, columns = route
        columns = [columns] if isinstance(columns, str) else columns
        if kind not in KINDS:
            raise ValueError(
                f"In branches, the kind of {name!r} must be one of {KINDS}; got {kind!r}."
            )
        if not isinstance(columns, (tuple, list)) or not all(isinstance(c, str) for c in columns):
            raise ValueError(
                f"In branches, the columns of {name!r} must be a name or a list of names; got "
                f"{columns!r}."
            )
        if not columns or len(set(columns)) < len(columns):
            raise ValueError(
                f"In branches, {name!r} must have columns, each once; got {columns!r}."
            )
        if kind == "images" and len(columns) > 1:
            raise ValueError(
                f"In branches, {name!r} has {len(columns)} columns of images; give each a branch "
                f"of its own."
            )
        checked[name] = kind, list(columns)
    return checked


def route(frame: nw.DataFrame, branches: Any) -> Branches:
    """Return the branches for the data of `fit`.

    Columns without values are dropped, with a warning, and so is a branch of such columns only.

    Parameters
    ----------
    frame : DataFrame
        Data.
    branches : dict or None
        The parameter `branches`; None infers the branches from the data.

    Returns
    -------
    dict of str to (str, list of str)
        Kind and columns of each branch.

    Raises
    ------
    ValueError
        If a column does not exist or its kind cannot be inferred, or if no column holds a value.
    """
    checked = check_branches(branches)
    if checked is None:
        checked = _guess(frame)
    for name, (_, columns) in checked.items():
        if absent := [column for column in columns if column not in frame.columns]:
            raise ValueError(
                f"In branches, {name!r} takes columns that X does not have: {absent}. X has "
                f"{frame.columns}."
            )
    return _without_nothing(frame, checked)


def _without_nothing(frame: nw.DataFrame, branches: Branches) -> Branches:
    kept: Branches = {}
    empty: dict[str, None] = {}
    for name, (kind, columns) in branches.items():
        is_nothing = _is_blank if kind == "texts" else is_missing
        full = [c for c in columns if not all(map(is_nothing, frame[c].to_list()))]
        empty |= dict.fromkeys(c for c in columns if c not in full)
        if full:
            # Columns of series are steps, and the last steps may have values only in predict.
            kept[name] = kind, columns if kind == "series" else full
    if not kept:
        raise ValueError("X holds no value in any column of branches; give rows that have some.")
    used = {column for _, columns in kept.values() for column in columns}
    if left_out := [column for column in empty if column not in used]:
        warn_about_nothing(left_out)
    return kept


def _guess(frame: nw.DataFrame) -> Branches:
    """Infer branches: one for all numbers, one for all categories, one for each other column."""
    kinds = {column: _kind(frame[column]) for column in frame.columns}
    branches: Branches = {}
    for kind in ("numbers", "categories"):
        if columns := [column for column in kinds if kinds[column] == kind]:
            branches[kind] = kind, columns
    for column, kind in kinds.items():
        if kind not in branches:
            branches[f"{kind} of {column}"] = kind, [column]
    return branches


def _kind(column: nw.Series) -> str:
    if column.dtype.is_numeric() or time_zone(column) is not None:
        return "numbers"
    if column.dtype in (nw.Boolean, nw.Categorical, nw.Enum):
        return "categories"
    cells = [cell for cell in column.to_list() if not is_missing(cell)]
    if not cells or holds_numbers(cells):
        return "numbers"  # or no values; it is dropped later
    if all(isinstance(cell, str) for cell in cells):
        return _kind_of_strings(cells)
    if all(isinstance(cell, (bool, np.bool)) for cell in cells):
        return "categories"
    if all(isinstance(cell, (list, tuple, np.ndarray)) for cell in cells):
        return "series"
    held = sorted({type(cell).__name__ for cell in cells})
    raise ValueError(
        f"What kind of branch column {column.name!r} is for cannot be guessed: its type is "
        f"{column.dtype} and it holds {held}. Drop it, make numbers of it (seconds, of "
        f"durations), or say in branches= what goes where."
    )


def _kind_of_strings(cells: list[str]) -> str:
    if all(map(_is_blank, cells)):
        return "texts"  # blank columns are dropped later
    if all(cell.lower().endswith(tuple(IMAGE_SUFFIXES)) for cell in cells):
        return "images"
    different = set(cells)
    n_long = sum(len(cell.split()) > 1 for cell in different)
    mostly_one_a_row = len(different) > len(cells) / 2 and n_long > len(different) / 2
    return "texts" if len(different) > MOST_CATEGORIES or mostly_one_a_row else "categories"
