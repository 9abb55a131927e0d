"""Bar plot of parameter importances."""

from __future__ import annotations

from typing import Any

import numpy as np

from skkeras.inspection._candidates import Candidates
from skkeras.inspection._fanova import importances, parameters
from skkeras.inspection._style import BLUE, GREY


def size(candidates: Candidates, names: list[str] | None) -> tuple[float, float]:
    """Return the figure's width and height in inches."""
    return 6.4, 1.9 + 0.36 * len(names or parameters(candidates))


def draw(candidates: Candidates, names: list[str] | None, ax: Any) -> np.ndarray:
    """Draw each parameter's share of the variance as a bar.

    Parameters
    ----------
    candidates : Candidates
        All evaluations. If resources differ, they count as a parameter.
    names : list of str or None
        Parameters to draw; None draws those that differ between candidates. The shares are always
        computed with all parameters.
    ax : matplotlib Axes
        Axes to draw on.

    Returns
    -------
    ndarray of Axes, of shape (1,)
        `ax`.
    """
    candidates.columns(names)  # raises an error for unknown names
    found = importances(candidates)
    labels = {column.name: column.label for column in parameters(candidates)}
    shown = {labels[n]: s for n, s in found.shares.items() if names is None or n in names}
    bars = {**shown, "several together": max(0.0, 1 - sum(found.shares.values()))}
    colours = [GREY if found.warning else BLUE] * len(shown) + ["#c8c8c8"]
    drawn = ax.barh(list(bars), list(bars.values()), color=colours)
    ax.bar_label(drawn, [f"{share:.0%}" for share in bars.values()], padding=3, fontsize="small")
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.1), xticks=np.linspace(0, 1, 6))
    ax.xaxis.set_major_formatter("{x:.0%}")
    ax.set_xlabel(f"share of the variance of\n{candidates.score_name}")
    ax.spines[["top", "right"]].set_visible(False)
    if found.warning:
        title = f"Too few data to be trusted:\n{found.warning}"
        ax.set_title(title, fontsize="small", loc="left", color="#a03000")
    return np.array([ax])
