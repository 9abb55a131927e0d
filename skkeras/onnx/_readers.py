"""Shapes and converters of the readers of `skkeras.auto`, in the form of skl2onnx."""

from __future__ import annotations

from typing import Any

import numpy as np
from skl2onnx.common.data_types import DoubleTensorType, StringTensorType

from skkeras.onnx._columns import (
    calendar_of,
    codes_of,
    columns_of,
    imputed,
    numbers_of,
    rows_of,
)
from skkeras.onnx._graph import Graph, Name

# What precedes the known categories of a column: an unknown one, and a missing one.
_OTHERS = (-1.0, np.nan)


def table_shapes(operator: Any) -> None:
    """Set the type of the output of a `TableReader`."""
    operator.outputs[0].set_type(DoubleTensorType([None, None]))


def text_shapes(operator: Any) -> None:
    """Set the type of the output of a `TextReader`."""
    operator.outputs[0].set_type(StringTensorType([None]))


def convert_text_reader(scope: Any, operator: Any, container: Any) -> None:
    """Add a `TextReader`."""
    (texts,) = operator.inputs
    shape = np.array([-1])
    Graph(scope, container).add(
        "Reshape", texts.full_name, shape, output=operator.outputs[0].full_name
    )


def convert_table_reader(scope: Any, operator: Any, container: Any) -> None:
    """Add a `TableReader`."""
    graph, reader = Graph(scope, container), operator.raw_operator
    name = type(reader).__name__
    columns = columns_of(operator.inputs, reader.n_features_in_, name)
    known = reader.categories_
    numeric = [place for place, one in enumerate(known) if one is None]
    categorical = [place for place, one in enumerate(known) if one is not None]
    values = [
        np.array([*_OTHERS, *range(len(known[place]))])[:, np.newaxis] for place in categorical
    ]
    if reader.one_hot and categorical:
        values = _one_hot(reader.encoder_.named_transformers_["categories"], values)
    parts = []
    for place, table in zip(categorical, values, strict=True):
        codes = {"": 1} | rows_of(known[place], {float(i): i + 2 for i in range(len(known[place]))})
        code = codes_of(graph, columns[place], codes, name)
        parts.append(graph.add("Gather", table, code, axis=0))
    if numeric:
        numbers = numbers_of(graph, [columns[place] for place in numeric], name)
        zones = zip(columns, reader._time_zones, strict=True)
        if dates := [column for column, zone in zones if zone is not None]:
            numbers = graph.beside([numbers, calendar_of(graph, numbers_of(graph, dates, name))])
        if reader.one_hot:
            numbers = _scaled(graph, reader.encoder_.named_transformers_["numbers"], numbers)
        parts.append(numbers)
    found = graph.beside(parts)
    if not reader.one_hot:  # columns keep their order, before the calendars
        n_calendars = 5 * sum(zone is not None for zone in reader._time_zones)
        order = np.argsort(categorical + numeric)
        order = np.append(order, len(order) + np.arange(n_calendars))
        found = graph.add("Gather", found, order, axis=1)
    graph.cast_to(found, operator.outputs[0])


def _one_hot(encoder: Any, values: list[np.ndarray]) -> list[np.ndarray]:
    """Return what the encoder makes of the values of each column."""
    ends = np.cumsum(encoder._n_features_outs)
    tables = []
    for place, (column, end) in enumerate(zip(values, ends, strict=True)):
        rows = np.zeros((len(column), len(values)))
        rows[:, place] = column[:, 0]
        tables.append(encoder.transform(rows)[:, end - encoder._n_features_outs[place] : end])
    return tables


def _scaled(graph: Graph, steps: Any, x: Name) -> Name:
    """Return numbers with the median for missing ones, columns that tell these, and scaled."""
    imputer, scaler = (step for _, step in steps.steps)
    x = imputed(graph, imputer, x)
    return graph.add("Div", graph.add("Sub", x, scaler.mean_), scaler.scale_)
