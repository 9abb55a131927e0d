"""Scores plotted against one parameter at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from skkeras.inspection._candidates import Candidates
from skkeras.inspection._columns import Column
from skkeras.inspection._points import draw_points, show_edges, show_legend, show_resources
from skkeras.inspection._style import ORANGE, panels, wrap

_COLUMNS = 4


def size(candidates: Candidates, names: list[str] | None) -> tuple[float, float]:
    """Return the figure's width and height in inches."""
    n_panels = len(candidates.last().columns(names))
    n_columns = min(n_panels, _COLUMNS)
    return max(4.5, 0.8 + 2.5 * n_columns), 0.7 + 2.6 * math.ceil(n_panels / n_columns)


def draw(candidates: Candidates, names: list[str] | None, ax: Any) -> np.ndarray:
    """Plot scores against each parameter, in separate panels.

    Parameters
    ----------
    candidates : Candidates
        Evaluations; a candidate is drawn once, with its maximum resources.
    names : list of str or None
        Parameters to draw; None draws those that differ between candidates.
    ax : matplotlib Axes
        Axes to divide into panels.

    Returns
    -------
    ndarray of Axes, of shape (n_parameters,)
        The panels.
    """
    candidates = candidates.last()
    columns = candidates.columns(names)
    axes = panels(ax, len(columns), _COLUMNS, sharey=True)
    for number, (panel, column) in enumerate(zip(axes, columns, strict=True)):
        points = draw_points(panel, _places(column, candidates.shown), candidates)
        _mark_means(panel, column, candidates)
        column.set_scale(panel.xaxis)
        if sum(map(len, column.levels)) > 16:
            panel.tick_params(axis="x", labelrotation=35, labelsize="small")
            for label in panel.get_xticklabels():
                label.set_horizontalalignment("right")
                label.set_rotation_mode("anchor")
        panel.margins(x=0.12)
        if number % _COLUMNS == 0:
            panel.set_ylabel(wrap(candidates.score_name, 20))
    show_edges(axes[0], candidates)
    show_legend(axes[0])
    if axes[0].get_legend():
        # Reserve space with an empty title; the legend in the layout would push panels apart.
        axes[0].set_title(" ", fontsize="small")
        axes[0].get_legend().set_in_layout(False)
    show_resources(axes, points, candidates)
    return axes


def _places(column: Column, scores: np.ndarray) -> np.ndarray:
    """Spread the points of each level slightly, to reduce overlap."""
    if column.numeric:
        return column.values
    places = column.values.copy()
    for level in column.distinct:
        rows = np.flatnonzero(column.values == level)
        rows = rows[np.argsort(scores[rows], kind="stable")]
        width = min(0.3, 0.02 * len(rows))
        # Points with similar scores get distant places, so that they overlap least.
        order = np.argsort(np.arange(len(rows)) * 0.618 % 1)
        places[rows[order]] += np.linspace(-width, width, len(rows)) if len(rows) > 1 else 0
    return places


def _mark_means(panel: Any, column: Column, candidates: Candidates) -> None:
    """Mark the mean score of each value if values recur."""
    shown = np.isfinite(column.values) & np.isfinite(candidates.shown)
    # Means over candidates with different resources are meaningless.
    comparable = candidates.resource_column() is None
    if not comparable or not column.few or shown.sum() < 2 * len(column.distinct):
        return
    means = [candidates.shown[shown & (column.values == v)] for v in column.distinct]
    panel.plot(
        column.distinct,
        [np.mean(m) if len(m) else np.nan for m in means],
        "_",
        markersize=18,
        markeredgewidth=2,
        color=ORANGE,
        label="mean",
        zorder=4,
    )
