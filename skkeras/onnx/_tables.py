"""The encoder of tables, with missing values and unknown categories."""

from __future__ import annotations

from typing import Any

import numpy as np

from skkeras.onnx._columns import calendar_of, codes_of, columns_of, numbers_of, rows_of
from skkeras.onnx._graph import Graph, Name
from skkeras.onnx._quantiles import add_quantiles
from skkeras.tabular import TableEncoder


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
    columns = columns_of(inputs, estimator.n_features_in_, name)
    parts = []
    numeric = [place for place, known in enumerate(estimator.categories_) if known is None]
    if numeric:
        numbers = numbers_of(graph, [columns[place] for place in numeric], name)
        zones = zip(columns, estimator._time_zones, strict=True)
        if dates := [column for column, zone in zones if zone is not None]:
            calendar = calendar_of(graph, numbers_of(graph, dates, name))
            numbers = graph.beside([numbers, calendar])
        parts.append(graph.cast(_scaled(graph, encoder, numbers), "float32"))
    tables = _encoded_levels(encoder)
    few: list[Name] = []
    many: list[Name] = []
    for place, levels, table in zip(encoder.categorical, encoder.levels_, tables, strict=True):
        known = estimator.categories_[place]
        rows = {float(level): row for row, level in enumerate(levels, 1)}
        code = codes_of(graph, columns[place], rows_of(known, rows), name)
        (few if len(levels) <= encoder.max_one_hot else many).append(
            graph.add("Gather", table, code, axis=0)
        )
    return graph.beside(parts + few + many)


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
