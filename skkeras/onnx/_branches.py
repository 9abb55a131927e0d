"""Encoders of the columns of networks with several inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from skkeras.onnx._columns import (
    Column,
    calendar_of,
    codes_of,
    columns_of,
    imputed,
    numbers_of,
    strings_of,
)
from skkeras.onnx._graph import Graph, Name
from skkeras.onnx._texts import add_words


def add_branches(graph: Graph, estimator: Any, inputs: list[Any]) -> list[Name]:
    """Add what a `BranchEncoder` does to the columns of a data frame.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    estimator : estimator
        Fitted network with several inputs.
    inputs : list of Variable of skl2onnx
        One variable for each column.

    Returns
    -------
    list of str
        Name of the input of each branch.

    Raises
    ------
    ValueError
        If there are branches of images or series, or columns have other types than in `fit`.
    """
    name = type(estimator).__name__
    every = columns_of(inputs, estimator.n_features_in_, name)
    columns = dict(zip(estimator.feature_names_in_, every, strict=True))
    found = []
    for branch, encoder in estimator.feature_encoder_.encoders_.items():
        kind, names = estimator.branches_[branch]
        if kind == "numbers":
            dates = [columns[one] for one in names if one in estimator._time_zones]
            others = [columns[one] for one in names if one not in estimator._time_zones]
            x = _numbers(graph, encoder, _with_dates(graph, others, dates, name))
        elif kind == "categories":
            x = _categories(graph, encoder, [columns[one] for one in names], name)
        elif kind == "texts":
            texts = [strings_of(graph, columns[one], "texts", name) for one in names]
            for other in texts[1:]:
                texts[0] = graph.add("StringConcat", texts[0], np.array("\n"))
                texts[0] = graph.add("StringConcat", texts[0], other)
            x = add_words(graph, name, encoder, texts[0])
        else:
            raise ValueError(
                f"{name} cannot be exported to ONNX: there is no converter for its branch "
                f"{branch!r} of {kind}."
            )
        found.append(x)
    return found


def _with_dates(graph: Graph, others: list[Column], dates: list[Column], name: str) -> Name:
    """Return numbers, and then seconds and calendar of each date."""
    parts = [numbers_of(graph, others, name)] if others else []
    if not dates:
        return parts[0]
    seconds = numbers_of(graph, dates, name)
    x = graph.beside([*parts, seconds, calendar_of(graph, seconds)])
    n, k = len(others), len(dates)
    calendars = np.arange(n + k, n + 6 * k).reshape(k, 5)
    of_dates = np.column_stack([np.arange(n, n + k), calendars])
    return graph.add("Gather", x, np.concatenate([np.arange(n), of_dates.ravel()]), axis=1)


def _numbers(graph: Graph, encoder: Any, x: Name) -> Name:
    scaler, imputer = (step for _, step in encoder.steps_.steps)
    x = graph.add("Div", graph.add("Sub", x, scaler.mean_), scaler.scale_)
    return graph.cast(imputed(graph, imputer, x), "float32")


def _categories(graph: Graph, encoder: Any, columns: list[Column], name: str) -> Name:
    parts = []
    known = zip(encoder.encoder_.categories_, encoder.starts_.tolist(), strict=True)
    for place, (categories, start) in enumerate(known):
        codes = {str(text): start + code for code, text in enumerate(categories)}
        codes |= {text: codes[same] for at, text, same in encoder.same_ if at == place}
        parts.append(graph.reshape(codes_of(graph, columns[place], codes, name), -1, 1))
    return graph.cast(graph.beside(parts), "int32")
