"""Columns of tables as tensors: numbers, categories and dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from skl2onnx.common.data_types import BooleanTensorType, StringTensorType
from sklearn.impute import SimpleImputer

from skkeras.onnx._graph import Graph, Name
from skkeras.tabular import SAME

# The variable of a column and its place in it; None if it is the only one.
Column = tuple[Any, int | None]

# Days from the first of March of the year 0 to the first day of 1970.
_EPOCH = 719469


def columns_of(inputs: list[Any], n_columns: int, name: str) -> list[Column]:
    """Return the columns of the inputs of an estimator.

    Parameters
    ----------
    inputs : list of Variable of skl2onnx
        One variable with all columns, or one for each column.
    n_columns : int
        Number of columns in `fit`.
    name : str
        Name of the estimator, for messages.

    Returns
    -------
    list of (Variable, int or None)
        Variable of each column, and its place in it.

    Raises
    ------
    ValueError
        If the number of columns is not that of `fit`.
    """
    if len(inputs) == n_columns:
        return [(one, None) for one in inputs]
    if len(inputs) == 1:
        return [(inputs[0], place) for place in range(n_columns)]
    raise ValueError(f"{name} takes {n_columns} columns, and the graph gives it {len(inputs)}.")


def numbers_of(graph: Graph, columns: Sequence[Column], name: str) -> Name:
    """Add what makes one tensor of float64 of columns of numbers, of shape (n_rows, n_columns).

    Raises
    ------
    ValueError
        If a column holds strings.
    """
    for variable, _ in columns:
        if isinstance(variable.type, StringTensorType):
            raise ValueError(
                f"{name} was fitted on numbers in a column that is {variable.raw_name!r} here, a "
                f"tensor of strings; give numbers, as by pandas.to_numeric."
            )
    if columns[0][1] is None:
        return graph.beside([graph.cast(one.full_name, "float64") for one, _ in columns])
    x = graph.cast(columns[0][0].full_name, "float64")
    places = [place for _, place in columns]
    is_whole = places == list(range(columns[0][0].type.shape[1] or -1))
    return x if is_whole else graph.add("Gather", x, np.array(places), axis=1)


def strings_of(graph: Graph, column: Column, what: str, name: str) -> Name:
    """Add what makes a tensor of shape (n_rows,) of a column of strings.

    Raises
    ------
    ValueError
        If it holds numbers; the message says what it held in `fit`, such as "categories".
    """
    variable, place = column
    if not isinstance(variable.type, StringTensorType):
        raise ValueError(
            f"{name} was fitted on {what} in a column that is {variable.raw_name!r} here, a tensor "
            f"of numbers; give strings."
        )
    return _flat(graph, variable, place)


def imputed(graph: Graph, imputer: SimpleImputer, x: Name) -> Name:
    """Add an imputer of numbers with `add_indicator`, whose columns are the last ones."""
    is_missing = graph.add("IsNaN", x)
    parts = [graph.add("Where", is_missing, imputer.statistics_, x)]
    if len(imputer.indicator_.features_):
        told = graph.add("Gather", is_missing, imputer.indicator_.features_, axis=1)
        parts.append(graph.cast(told, "float64"))
    return graph.beside(parts)


def rows_of(categories: np.ndarray, rows: dict[float, int]) -> dict[str, int]:
    """Return the row of the string of each category, as tables of categories read them.

    Parameters
    ----------
    categories : ndarray of str
        Categories of the column.
    rows : dict of float to int
        Row of each place in `categories` that has one.
    """
    places = {str(text): float(place) for place, text in enumerate(categories)}
    places = {text: places[same] for text, same in SAME.items() if same in places} | places
    return {text: rows[place] for text, place in places.items() if place in rows}


def codes_of(graph: Graph, column: Column, codes: dict[str, int], name: str) -> Name:
    """Add the lookup of categories, of strings or truth values.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    column : (Variable, int or None)
        Column.
    codes : dict of str to int
        Number of each category, above 0.
    name : str
        Name of the estimator, for messages.

    Returns
    -------
    str
        Name of the numbers, int64 of shape (n_rows,); 0 for unknown categories.

    Raises
    ------
    ValueError
        If the column holds numbers.
    """
    variable, place = column
    if isinstance(variable.type, BooleanTensorType):
        table = np.array([codes.get("False", 0), codes.get("True", 0)])
        return graph.add(
            "Gather", table, graph.cast(_flat(graph, variable, place), "int64"), axis=0
        )
    return graph.add(
        "LabelEncoder",
        strings_of(graph, column, "categories", name),
        domain="ai.onnx.ml",
        keys_strings=list(codes) or [""],
        values_int64s=list(codes.values()) or [0],
        default_int64=0,
    )


def calendar_of(graph: Graph, seconds: Name) -> Name:
    """Add what `skkeras.tabular.calendar_of` makes of dates.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    seconds : str
        Name of seconds since 1970 in local time, float64 of shape (n_rows, n_dates).

    Returns
    -------
    str
        Name of year, month, day, day of the week and hour of each date, float64 of shape
        (n_rows, 5 * n_dates); NaN where seconds are NaN.
    """

    def number(value: float) -> np.ndarray:
        return np.array([value], np.float64)

    def ratio(x: Name, by: float, shift: float = 0) -> Name:
        shifted = graph.add("Add", x, number(shift)) if shift else x
        return graph.add("Floor", graph.add("Div", shifted, number(by)))

    def minus(x: Name, times: float, y: Name) -> Name:
        return graph.add("Sub", x, graph.add("Mul", y, number(times)))

    days = ratio(seconds, 86400)
    hour = ratio(minus(seconds, 86400, days), 3600)
    monday = graph.add("Add", days, number(3))  # the first day of 1970 was a Thursday
    weekday = minus(monday, 7, ratio(monday, 7))
    # Years begin in March, so that leap days are their last ones.
    from_march = graph.add("Add", days, number(_EPOCH))
    centuries = ratio(from_march, 36524.25, -0.25)
    julian = graph.add("Add", from_march, graph.add("Sub", centuries, ratio(centuries, 4)))
    year = ratio(julian, 365.25, -0.25)
    whole_years = graph.add("Floor", graph.add("Mul", year, number(365.25)))
    day_of_year = graph.add("Sub", julian, whole_years)
    month = ratio(graph.add("Mul", day_of_year, number(5)), 153, 456)
    before = ratio(graph.add("Mul", month, number(153)), 5, -457)
    day = graph.add("Sub", day_of_year, before)
    after = ratio(month, 12, -1)  # whether January of the next year has come
    parts = [graph.add("Add", year, after), minus(month, 12, after), day, weekday, hour]
    apart = [graph.add("Unsqueeze", part, np.array([2])) for part in parts]
    return graph.add("Flatten", graph.add("Concat", *apart, axis=2), axis=1)


def _flat(graph: Graph, variable: Any, place: int | None) -> Name:
    full_name: Name = variable.full_name
    if place is not None:
        return graph.add("Gather", full_name, np.array(place), axis=1)
    return graph.reshape(full_name, -1)
