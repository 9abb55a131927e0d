"""Scores as points; very low scores and failures are at the lower edge."""

from __future__ import annotations

from typing import Any

import numpy as np

from skkeras.inspection._candidates import Candidates
from skkeras.inspection._style import BLUE, GREY, as_number, colour_map


def draw_points(ax: Any, x: np.ndarray, candidates: Candidates) -> Any:
    """Plot scores against `x`, coloured by resources if these differ.

    Parameters
    ----------
    ax : matplotlib Axes
        Axes to draw on.
    x : ndarray of shape (n,)
        Position of each evaluation; NaN leaves it out.
    candidates : Candidates
        The evaluations.

    Returns
    -------
    matplotlib collection
        The points.
    """
    column = candidates.resource_column()
    placed = np.isfinite(x)
    drawn = None
    # Low scores are drawn first, so that the returned collection is that of the other scores.
    for chosen, marker in (
        (placed & candidates.low, "v"),
        (placed & ~candidates.failed & ~candidates.low, "o"),
    ):
        colours: dict[str, Any] = {"color": BLUE}
        if column is not None:
            low, high = column.scaled.min(), column.scaled.max()
            colours = {"c": column.scaled[chosen], "cmap": colour_map(), "vmin": low, "vmax": high}
        drawn = ax.scatter(
            x[chosen],
            candidates.shown[chosen],
            s=30,
            marker=marker,
            alpha=0.8,
            edgecolors="white",
            linewidths=0.4,
            zorder=3,
            **colours,
        )
    failed = placed & candidates.failed
    edge = np.full(failed.sum(), 0.02)
    ax.plot(x[failed], edge, "x", color=GREY, markersize=5, transform=ax.get_xaxis_transform())
    return drawn


def show_edges(ax: Any, candidates: Candidates) -> None:
    """Add legend entries for the marks at the lower edge: low scores and failures."""
    if candidates.low.any():
        label = f"below {candidates.floor:.3g} ({candidates.low.sum()})"
        ax.plot([], [], "v", color=GREY, label=label)
    if candidates.failed.any():
        ax.plot([], [], "x", color=GREY, label=f"failed ({candidates.failed.sum()})")


def show_legend(ax: Any) -> None:
    """Draw the legend, if it has entries, above the axes, where it hides no points."""
    if ax.get_legend_handles_labels()[1]:
        place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2}
        ax.legend(fontsize="small", frameon=False, ncols=3, columnspacing=1.2, **place)


def show_resources(ax: Any, points: Any, candidates: Candidates) -> None:
    """Draw a colour bar of the resources beside one or more axes."""
    column = candidates.resource_column()
    if column is None:
        return
    figure = np.atleast_1d(ax)[0].figure
    bar = figure.colorbar(points, ax=ax, pad=0.02)
    bar.set_label(column.label)
    if column.few:
        bar.set_ticks(
            np.unique(column.scaled), labels=[as_number(value) for value in column.distinct]
        )
        bar.ax.minorticks_off()
