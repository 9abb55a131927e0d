"""Colours, panels and text formats that the plots share."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from skkeras.inspection._written import code

# Okabe and Ito's colour-blind safe palette without yellow, which is too pale here.
PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]
BLUE, ORANGE, *_ = PALETTE
GREY = "#767676"
_LONGEST = 24


def colour_map() -> Any:
    """Return the colour map of scores: dark is high, and the lowest is visible on white."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    return ListedColormap(colormaps["YlGnBu"](np.linspace(0.35, 1.0, 256)), name="skkeras")


def panels(ax: Any, n_panels: int, n_columns: int, sharey: bool = False) -> np.ndarray:
    """Replace axes by a grid of panels; a single panel is the axes themselves.

    Parameters
    ----------
    ax : matplotlib Axes
        Axes to replace. If they are divided, they stay in the figure without any drawing.
    n_panels : int
        Number of panels.
    n_columns : int
        Maximum number of panels in a row.
    sharey : bool, default=False
        Whether the panels share their vertical scale.

    Returns
    -------
    ndarray of shape (n_panels,)
        The panels.

    Raises
    ------
    ValueError
        If `ax` is not part of a grid, so that it cannot be divided.
    """
    if n_panels == 1:
        return np.array([ax])
    spec = ax.get_subplotspec()
    if spec is None:
        raise ValueError(
            f"{n_panels} panels are to be drawn into `ax`, which does not lie on a grid and so "
            "cannot be divided. Give axes made by plt.subplots(), or ax=None."
        )
    ax.set_axis_off()
    n_columns = min(n_columns, n_panels)
    grid = spec.subgridspec(math.ceil(n_panels / n_columns), n_columns)
    axes: list[Any] = []
    for number in range(n_panels):
        place = grid[number // n_columns, number % n_columns]
        first = axes[0] if sharey and axes else None
        axes.append(ax.figure.add_subplot(place, sharey=first))
        if first is not None and number % n_columns:
            axes[-1].tick_params(labelleft=False)
    return np.array(axes)


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Shorten parameter names to as many of their last parts as make them unique."""
    short: dict[str, str] = {}
    for name in names:
        parts = name.split("__")
        for kept in range(1, len(parts) + 1):
            ending = parts[-kept:]
            if sum(other.split("__")[-kept:] == ending for other in names) == 1:
                break
        short[name] = shorten("__".join(ending))
    doubled = {text for text in short.values() if list(short.values()).count(text) > 1}
    return {name: name if text in doubled else text for name, text in short.items()}


def shorten(text: str, longest: int = _LONGEST) -> str:
    """Remove the middle of a text that is longer than `longest` characters."""
    text = re.sub(r"\s+", " ", text)
    if len(text) <= longest:
        return text
    head = longest * 2 // 3
    return f"{text[:head]}…{text[len(text) - (longest - head - 1) :]}"


def wrap(text: str, width: int) -> str:
    """Break a text into lines, at spaces and after underscores of parameter names."""
    lines = [""]
    for part in re.findall(r"_?[^ _]+[ _]?|[ _]", text):
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip(" ") for line in lines)


def as_scalar(value: Any) -> Any:
    """Convert a NumPy scalar to a Python scalar."""
    return value.item() if isinstance(value, np.generic) else value


def as_number(value: float, digits: int = 3) -> str:
    """Format a number to `digits` digits; integers up to a million in full."""
    whole = float(value).is_integer() and abs(value) <= 1e6
    return f"{value:.0f}" if whole else f"{value:.{digits}g}"


def as_text(value: Any, longest: int = _LONGEST) -> str:
    """Format a parameter's value: numbers to three digits, functions and classes by name."""
    value = as_scalar(value)
    if isinstance(value, str):
        return shorten(value, longest)
    if isinstance(value, float):
        return as_number(value)
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return shorten(code(value), longest)
