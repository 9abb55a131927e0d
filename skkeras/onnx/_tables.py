"""The encoder of tables, with missing values and unknown categories."""

from __future__ import annotations

from typing import Any

import numpy as np
from skl2onnx.common.data_types import BooleanTensorType, StringTensorType

from skkeras.onnx._graph import Graph, Name
from skkeras.onnx._quantiles import add_quantiles
from skkeras.tabular import SAME, TableEncoder


def add_table(graph: Graph, estimator: Any, inputs: list[Any]) -> Name:
    """Add what a `TableEncoder` does to columns of numbers and of categories.

    A category is looked up in a list of strings, and its number in a table of encoded categories,
    which the encoder itself computes. Any string that is no category is encoded as a missing one.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    estimator : estimator
        Fitted estimator with a `TableEncoder`.
    inputs : list of Variable of skl2onnx
        One variable with all columns, or one for each column.

    Returns
    -------
    str
        Name of the network's input.

    Raises
    ------
    ValueError
        If the types of the columns are others than in `fit`.
    """
    name, encoder = type(estimator).__name__, estimator.feature_encoder_
    if any(zone is not None for zone in estimator._time_zones):
        raise ValueError(
            f"{name} was fitted on columns of dates, which ONNX does not have. Make numbers of "
            f"them before the pipeline."
        )
    columns = _columns(inputs, estimator.n_features_in_, name)
    parts = []
    numeric = [place for place, known in enumerate(estimator.categories_) if known is None]
    if numeric:
        numbers = _numbers(graph, [columns[place] for place in numeric], name)
        parts.append(graph.cast(_scaled(graph, encoder, numbers), "float32"))
    tables = _encoded_levels(encoder)
    few: list[Name] = []
    many: list[Name] = []
    for place, levels, table in zip(encoder.categorical, encoder.levels_, tables, strict=True):
        known = estimator.categories_[place]
        rows = {float(level): row for row, level in enumerate(levels, 1)}
        code = _code(graph, columns[place], _rows_of(known, rows), name)
        (few if len(levels) <= encoder.max_one_hot else many).append(
            graph.add("Gather", table, code, axis=0)
        )
    parts += few + many
    return parts[0] if len(parts) == 1 else graph.add("Concat", *parts, axis=1)


def _columns(inputs: list[Any], n_columns: int, name: str) -> list[tuple[Any, int | None]]:
    """Return the variable and the place in it of each column; None if it is the only one."""
    if len(inputs) == n_columns:
        return [(one, None) for one in inputs]
    if len(inputs) == 1:
        return [(inputs[0], place) for place in range(n_columns)]
    raise ValueError(f"{name} takes {n_columns} columns, and the graph gives it {len(inputs)}.")


def _column(graph: Graph, variable: Any, place: int | None) -> Name:
    full_name: Name = variable.full_name
    if place is not None:
        return graph.add("Gather", full_name, np.array(place), axis=1)
    return graph.reshape(full_name, -1)


def _numbers(graph: Graph, columns: list[tuple[Any, int | None]], name: str) -> Name:
    """Return numeric columns as one tensor of float64."""
    for variable, _ in columns:
        if isinstance(variable.type, StringTensorType):
            raise ValueError(
                f"{name} was fitted on numbers in a column that is {variable.raw_name!r} here, a "
                f"tensor of strings; give numbers, as by pandas.to_numeric."
            )
    if columns[0][1] is None:
        parts = [graph.cast(variable.full_name, "float64") for variable, _ in columns]
        return parts[0] if len(parts) == 1 else graph.add("Concat", *parts, axis=1)
    x = graph.cast(columns[0][0].full_name, "float64")
    places = [place for _, place in columns]
    is_whole = places == list(range(columns[0][0].type.shape[1] or -1))
    return x if is_whole else graph.add("Gather", x, np.array(places), axis=1)


def _scaled(graph: Graph, encoder: TableEncoder, x: Name) -> Name:
    """Return scaled numbers, with 0 for missing ones."""
    if encoder.scaling == "robust":
        n = encoder.n_numbers_
        z = graph.add("Mul", graph.add("Sub", x, encoder.center_[:n]), encoder.scale_[:n])
        root = graph.add("Sqrt", graph.add("Add", graph.add("Mul", z, z), np.array([9.0])))
        scaled = graph.add("Div", graph.add("Mul", z, np.array([3.0])), root)
    else:
        if encoder.is_empty_.any():
            x = graph.add("Where", encoder.is_empty_, np.array([0.0]), x)
        scaled = add_quantiles(graph, encoder, x)
    return graph.add("Where", graph.add("IsNaN", x), np.array([0.0]), scaled)


def _encoded_levels(encoder: TableEncoder) -> list[np.ndarray]:
    """Return for each category the columns that the encoder makes of missing and known levels."""
    tables = []
    n_many = 0
    at = encoder.n_numbers_
    n_columns = encoder.n_numbers_ + len(encoder.categorical)
    for place, levels in zip(encoder.categorical, encoder.levels_, strict=True):
        rows = np.full((1 + len(levels), n_columns), np.nan)
        rows[1:, place] = levels
        encoded = encoder.transform(rows)
        if len(levels) > encoder.max_one_hot:
            start, width = encoder.n_numbers_ + encoder.n_indicators_ + n_many, 1
            n_many += 1
        else:
            start, width = at, max(1, len(levels) if len(levels) != 2 else 1)
            at += width
        tables.append(encoded[:, start : start + width])
    return tables


def _rows_of(categories: np.ndarray, rows: dict[float, int]) -> dict[str, int]:
    """Return the row of each string in the table of its encoded categories."""
    places = {str(text): float(place) for place, text in enumerate(categories)}
    places = {text: places[same] for text, same in SAME.items() if same in places} | places
    return {text: rows[place] for text, place in places.items() if place in rows}


def _code(graph: Graph, column: tuple[Any, int | None], rows: dict[str, int], name: str) -> Name:
    """Return the row of each cell, as int64 of shape (n_rows,); 0 for unknown categories."""
    x = _column(graph, *column)
    kind = column[0].type
    if isinstance(kind, BooleanTensorType):
        table = np.array([rows.get("False", 0), rows.get("True", 0)])
        return graph.add("Gather", table, graph.cast(x, "int64"), axis=0)
    if not isinstance(kind, StringTensorType):
        raise ValueError(
            f"{name} was fitted on categories in a column that is {column[0].raw_name!r} here, a "
            f"tensor of numbers; give strings."
        )
    return graph.add(
        "LabelEncoder",
        x,
        domain="ai.onnx.ml",
        keys_strings=list(rows) or [""],
        values_int64s=list(rows.values()) or [0],
        default_int64=0,
    )
