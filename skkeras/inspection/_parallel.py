"""Parallel coordinates: each candidate is a line through its parameters to its score."""

from __future__ import annotations

from typing import Any

import numpy as np

from skkeras.inspection._candidates import Candidates
from skkeras.inspection._columns import Column
from skkeras.inspection._style import GREY, colour_map, wrap

_ABSENT = -0.12


def size(candidates: Candidates, names: list[str] | None) -> tuple[float, float]:
    """Return the figure's width and height in inches."""
    return max(6.0, 1.2 + 1.35 * len(_axes(candidates.last(), names))), 4.4


def draw(candidates: Candidates, names: list[str] | None, ax: Any) -> np.ndarray:
    """Draw a line for each candidate; darker lines have better scores.

    Parameters
    ----------
    candidates : Candidates
        Evaluations; a candidate is drawn once, with its maximum resources. If these differ, they
        have an axis.
    names : list of str or None
        Parameters to draw; None draws those that differ between candidates.
    ax : matplotlib Axes
        Axes to draw on.

    Returns
    -------
    ndarray of Axes, of shape (1,)
        `ax`.
    """
    from matplotlib.collections import LineCollection

    candidates = candidates.last()
    columns = _axes(candidates, names)
    heights = np.column_stack([_heights(column, candidates.shown) for column in columns])
    absent = bool((heights[:, :-1] == _ABSENT).any())
    x = np.arange(len(columns))

    # Failed candidates have no score: their lines end before its axis.
    ended = [np.column_stack([x, line])[:-1] for line in heights[candidates.failed]]
    ax.add_collection(LineCollection(ended, colors=GREY, linestyles="dotted", linewidths=1))
    rows = np.argsort(candidates.shown, kind="stable")  # the best on top
    rows = rows[~candidates.failed[rows]]
    scored = LineCollection(
        [np.column_stack([x, heights[row]]) for row in rows],
        array=candidates.shown[rows],
        cmap=colour_map(),
        linewidths=np.linspace(0.9, 1.8, len(rows)),
        alpha=min(0.85, 6 / np.sqrt(len(rows))),  # more lines are more transparent
    )
    # The colour range starts above the low scores.
    scored.set_clim(candidates.shown[~candidates.failed & ~candidates.low].min(), None)
    ax.add_collection(scored)
    label = f"chosen: {candidates.scores[candidates.best]:.4g}"
    ax.plot(x, heights[candidates.best], color="black", linewidth=2.4, label=label)
    if candidates.low.any():
        label = f"below {candidates.floor:.3g} ({candidates.low.sum()})"
        ax.plot([], [], color=colour_map()(0.0), label=label)
    if ended:
        ax.plot([], [], color=GREY, linestyle=":", label=f"failed ({len(ended)})")

    for at, column in enumerate(columns):
        _draw_axis(ax, at, column)
    if absent:
        ax.text(-0.1, _ABSENT, "not set", ha="right", va="center", fontsize="small", color=GREY)
    ax.set(xlim=(-0.4, len(columns) - 0.4), ylim=(-0.18 if absent else -0.06, 1.06), yticks=[])
    ax.set_xticks(x, [wrap(column.label, 14) for column in columns])
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.legend(
        fontsize="small", loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, frameon=False
    )
    return np.array([ax])


def _axes(candidates: Candidates, names: list[str] | None) -> list[Column]:
    """Return the columns of parameters, resources if they differ, and scores."""
    resource = candidates.resource_column()
    label = candidates.score_name
    scores = [{} if np.isnan(score) else {label: score} for score in candidates.shown]
    columns = [*candidates.columns(names), *([] if resource is None else [resource])]
    return [*columns, Column(label, label, scores, log=False)]


def _heights(column: Column, scores: np.ndarray) -> np.ndarray:
    """Return heights from 0 to 1; those of one level are spread slightly by score."""
    heights = column.unit.copy()
    if not column.numeric:
        room = min(0.05, 0.25 / max(len(column.levels) - 1, 1))
        for level in column.distinct:
            rows = np.flatnonzero(column.values == level)
            rows = rows[np.argsort(scores[rows], kind="stable")]
            width = min(room, 0.006 * (len(rows) - 1))
            heights[rows] += np.linspace(-width, width, len(rows))
    return np.where(np.isnan(heights), _ABSENT, heights)


def _draw_axis(ax: Any, at: int, column: Column) -> None:
    ax.plot([at, at], [-0.03, 1.03], color="black", linewidth=0.8, zorder=3)
    # An opaque background: lines that show between the letters look like crossed out labels.
    background = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    for height, text in column.ticks():
        ax.plot([at - 0.02, at + 0.02], [height, height], color="black", linewidth=0.8, zorder=3)
        ax.text(
            at + 0.04,
            height,
            text,
            va="center",
            fontsize="small",
            zorder=4,
            bbox=background,
        )
