"""Mean scores over two parameters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from skkeras.inspection._candidates import Candidates
from skkeras.inspection._columns import Column
from skkeras.inspection._style import colour_map

_BINS = 6


def size(candidates: Candidates, names: list[str] | None) -> tuple[float, float]:
    """Give the figure's width and height in inches."""
    columns, rows = (len(_cells(column)[1]) for column in _two(candidates.last(), names))
    return 2.6 + 0.75 * max(columns, 3), 1.2 + 0.55 * max(rows, 3)


def draw(candidates: Candidates, names: list[str] | None, ax: Any) -> np.ndarray:
    """Draw the mean score of all candidates in each cell, and write it there.

    Parameters
    ----------
    candidates : Candidates
        Evaluations; a candidate counts once, at its most resources.
    names : list of str or None
        Two parameters, across and upwards; None takes the first two in which candidates differ.
    ax : matplotlib Axes
        Where to draw.

    Returns
    -------
    ndarray of Axes, of shape (1,)
        `ax`.
    """
    candidates = candidates.last()
    across, upwards = _two(candidates, names)
    (columns, across_labels), (rows, upwards_labels) = _cells(across), _cells(upwards)
    shape = len(upwards_labels), len(across_labels)
    means = np.full(shape, np.nan)
    failures = np.zeros(shape, dtype=bool)
    for row, column in np.ndindex(shape):
        here = (rows == row) & (columns == column)
        scores = candidates.shown[here & ~candidates.failed]
        if len(scores):
            means[row, column] = scores.mean()
        failures[row, column] = here.any() and not len(scores)

    ax.set_facecolor("#ececec")
    image = ax.pcolormesh(means, cmap=colour_map(), edgecolors="white", linewidth=1)
    middle = (np.nanmin(means) + np.nanmax(means)) / 2
    for row, column in np.ndindex(shape):
        mean = means[row, column]
        text = f"{mean:.3g}" if np.isfinite(mean) else "failed" if failures[row, column] else ""
        colour = "white" if mean > middle else "black"
        place = {"ha": "center", "va": "center", "fontsize": "small"}
        ax.text(column + 0.5, row + 0.5, text, color=colour, **place)
    ax.set_xticks(np.arange(shape[1]) + 0.5, across_labels)
    ax.set_yticks(np.arange(shape[0]) + 0.5, upwards_labels)
    if max(map(len, across_labels)) > 7:
        ax.tick_params(axis="x", labelrotation=35)
        for label in ax.get_xticklabels():
            label.set(horizontalalignment="right", rotation_mode="anchor")
    ax.tick_params(length=0)
    ax.set(xlabel=across.label, ylabel=upwards.label)
    recurs = len(candidates.scores) > np.isfinite(means).sum() + failures.sum()
    mean_of = f"{candidates.score_name}\n(mean of the candidates in a cell)"
    ax.figure.colorbar(image, ax=ax, label=mean_of if recurs else candidates.score_name)
    return np.array([ax])


def _two(candidates: Candidates, names: list[str] | None) -> list[Column]:
    columns = candidates.columns(names)
    if len(columns) < 2 or (names is not None and len(columns) != 2):
        received = [column.name for column in columns]
        raise ValueError(
            "A heatmap needs two parameters in which candidates differ; "
            f"got {received}. {'Name two' if names else 'Search another'}, or take "
            'kind="slice".'
        )
    return columns[:2]


def _cells(column: Column) -> tuple[np.ndarray, list[str]]:
    """Give each candidate's cell, -1 for none, and the cells' labels."""
    values = column.values
    known = np.isfinite(values)
    if column.few:
        cells = np.where(known, np.searchsorted(column.distinct, values), -1)
        labels = column.levels or [f"{value:.3g}" for value in column.distinct]
        return cells, labels
    low, high = np.nanmin(column.scaled), np.nanmax(column.scaled)
    cells = np.floor((column.scaled - low) / (high - low) * _BINS)
    edges = np.linspace(low, high, _BINS + 1)
    edges = 10**edges if column.log else edges
    labels = [f"{a:.2g} to {b:.2g}" for a, b in pairwise(edges)]
    return np.where(known, np.minimum(cells, _BINS - 1), -1), labels
