"""Heatmap of mean scores over two parameters."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from skkeras.inspection._candidates import Candidates
from skkeras.inspection._columns import Column
from skkeras.inspection._style import as_number, colour_map, wrap

_BINS = 6


def size(candidates: Candidates, names: list[str] | None) -> tuple[float, float]:
    """Return the figure's width and height in inches."""
    columns, rows = (_Cells(column).number for column in _two(candidates.last(), names))
    return 2.6 + 0.75 * max(columns, 3), 1.2 + 0.55 * max(rows, 3)


def draw(candidates: Candidates, names: list[str] | None, ax: Any) -> np.ndarray:
    """Draw the mean score of the candidates in each cell, as a colour and a number.

    Parameters
    ----------
    candidates : Candidates
        Evaluations; a candidate counts once, with its maximum resources.
    names : list of str or None
        Two parameters, for the horizontal and the vertical axis. None uses those that individually
        explain most of the scores, among those that candidates have in common.
    ax : matplotlib Axes
        Axes to draw on.

    Returns
    -------
    ndarray of Axes, of shape (1,)
        `ax`.
    """
    candidates = candidates.last()
    across, upwards = _two(candidates, names)
    columns, rows = _Cells(across), _Cells(upwards)
    means = np.full((rows.number, columns.number), np.nan)
    failed = np.zeros(means.shape, dtype=bool)
    for row, column in np.ndindex(means.shape):
        here = (rows.of == row) & (columns.of == column)
        scores = candidates.shown[here & ~candidates.failed]
        if len(scores):
            means[row, column] = scores.mean()
        failed[row, column] = here.any() and not len(scores)
    if np.isnan(means).all():
        raise ValueError(
            f"No candidate with a score has both {across.name!r} and {upwards.name!r}; name two "
            "parameters in params= that candidates have together."
        )

    ax.set_facecolor("#ececec")
    image = ax.pcolormesh(means, cmap=colour_map(), edgecolors="white", linewidth=1)
    middle = (np.nanmin(means) + np.nanmax(means)) / 2
    for row, column in np.ndindex(means.shape):
        mean = means[row, column]
        text = f"{mean:.4g}" if np.isfinite(mean) else "failed" if failed[row, column] else ""
        colour = "white" if mean > middle else "black"
        place = {"ha": "center", "va": "center", "fontsize": "small"}
        ax.text(column + 0.5, row + 0.5, text, color=colour, **place)
    ax.set_xticks(columns.ticks, columns.labels)
    ax.set_yticks(rows.ticks, rows.labels)
    if max(map(len, columns.labels)) > 8:
        ax.tick_params(axis="x", labelrotation=35, labelsize="small")
        for label in ax.get_xticklabels():
            label.set(horizontalalignment="right", rotation_mode="anchor")
    ax.set(xlabel=across.label, ylabel=upwards.label)
    several = len(candidates.scores) > (np.isfinite(means) | failed).sum()
    name = wrap(candidates.score_name, 22) + ("\n(mean of a cell)" if several else "")
    ax.figure.colorbar(image, ax=ax, label=name)
    return np.array([ax])


class _Cells:
    """The cells of one parameter: the cell of each candidate, and the tick labels."""

    def __init__(self, column: Column) -> None:
        known = np.isfinite(column.values)
        if column.few:
            cells = np.searchsorted(column.distinct, column.values)
            self.number = len(column.distinct)
            self.ticks = np.arange(self.number) + 0.5
            self.labels = column.levels or [as_number(value) for value in column.distinct]
        else:
            low, high = np.nanmin(column.scaled), np.nanmax(column.scaled)
            position = np.where(known, column.scaled - low, 0) / (high - low)
            self.number = _BINS
            cells = np.minimum((position * _BINS).astype(int), _BINS - 1)
            # Ranges are labelled at their edges.
            self.ticks = np.linspace(0, _BINS, _BINS + 1)
            edges = np.linspace(low, high, _BINS + 1)
            self.labels = [as_number(edge, 2) for edge in (10**edges if column.log else edges)]
        self.of = np.where(known, cells, -1)


def _two(candidates: Candidates, names: list[str] | None) -> list[Column]:
    columns = candidates.columns(names)
    if names is None:
        columns = sorted(columns, key=lambda column: -_explained(column, candidates))
    if len(columns) < 2 or (names is not None and len(columns) != 2):
        received = [column.name for column in columns]
        raise ValueError(
            "A heatmap needs two parameters in which candidates differ; "
            f"got {received}. {'Name two' if names else 'Search another'}, or take "
            'kind="slice".'
        )
    pairs = map(list, itertools.combinations(columns, 2))
    return max(pairs, key=lambda pair: min(_n_together(pair, candidates), 2))


def _n_together(pair: list[Column], candidates: Candidates) -> int:
    """Return the lower number of values of two columns, in scored candidates with both."""
    both = np.isfinite([column.values for column in pair]).all(axis=0) & ~candidates.failed
    return min(len(np.unique(column.values[both])) for column in pair)


def _explained(column: Column, candidates: Candidates) -> float:
    """Return the share of the scores' variance that the cells explain (adjusted R²)."""
    cells = _Cells(column).of[~candidates.failed]
    scores = candidates.shown[~candidates.failed]
    present = np.unique(cells)
    within = sum(((scores[cells == c] - scores[cells == c].mean()) ** 2).sum() for c in present)
    total = ((scores - scores.mean()) ** 2).sum()
    free = len(scores) - len(present)
    return float(1 - (within / free) / (total / (len(scores) - 1))) if free and total else 0.0
