"""Scores in the order in which candidates were tried."""

from __future__ import annotations

from typing import Any

import numpy as np

from skkeras.inspection._candidates import Candidates
from skkeras.inspection._points import draw_points, show_edges, show_legend, show_resources
from skkeras.inspection._style import GREY, ORANGE

_MOST_BARS = 60


def size(candidates: Candidates, names: list[str] | None) -> tuple[float, float]:
    """Return the figure's width and height in inches."""
    return 7.0, 4.0


def draw(candidates: Candidates, names: list[str] | None, ax: Any) -> np.ndarray:
    """Draw each evaluation's score, and the best so far as a line.

    Parameters
    ----------
    candidates : Candidates
        Evaluations. If a search raises the resources, each evaluation of a candidate is drawn.
    names : list of str or None
        Not used.
    ax : matplotlib Axes
        Axes to draw on.

    Returns
    -------
    ndarray of Axes, of shape (1,)
        `ax`.
    """
    from matplotlib.ticker import MaxNLocator

    scores, best = candidates.shown, candidates.best
    tried = np.arange(1, len(scores) + 1)
    if len(scores) <= _MOST_BARS:
        ax.errorbar(
            tried,
            scores,
            np.where(candidates.failed | candidates.low, np.nan, candidates.stds),
            fmt="none",
            ecolor=GREY,
            elinewidth=1,
            alpha=0.5,
            label="± standard deviation of the folds",
        )
    points = draw_points(ax, tried, candidates)
    ax.step(tried, np.fmax.accumulate(scores), where="post", color=ORANGE, label="best so far")
    ax.plot(
        tried[best],
        scores[best],
        "*",
        markersize=13,
        color=ORANGE,
        markeredgecolor="black",
        zorder=4,
        label=f"chosen: {candidates.scores[best]:.4g}",
    )
    show_edges(ax, candidates)
    show_resources(ax, points, candidates)
    noun = "candidate" if candidates.resources is None else "evaluation"
    ax.set(xlabel=f"{noun}, in the order tried", ylabel=candidates.score_name)
    ax.set_xlim(left=min(0.5, 1 - 0.015 * len(tried)))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    show_legend(ax)
    return np.array([ax])
