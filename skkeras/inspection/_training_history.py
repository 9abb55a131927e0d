"""Loss and metrics epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils.validation import check_is_fitted

from skkeras.inspection._style import BLUE, GREY, ORANGE, PALETTE, colour_map, panels

History = Mapping[str, Sequence[float]]
_INSIDE = ("best_estimator_", "regressor_", "estimators_", "estimator_")
_COLUMNS = 3
_MOST_NAMED = 12


class TrainingHistoryDisplay:
    """Loss and metrics of fitted networks over the epochs.

    Make one from fitted estimators by `from_estimator`; all parameters are stored as attributes.

    Parameters
    ----------
    histories : dict of str to dict of str to sequence of float
        Names and histories: for each quantity one value an epoch. Values on rows held out have the
        quantity's name with ``val_`` before it.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the loss.
    axes_ : ndarray of Axes, of shape (n_quantities,)
        All axes, one for each quantity.
    figure_ : matplotlib Figure
        Figure with the axes.
    lines_ : list of matplotlib Line2D
        The lines: quantity by quantity, in each the histories one after the other, of each first
        what was trained on, then what was held out.

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Scores over the number of rows to learn from.
    sklearn.model_selection.ValidationCurveDisplay : Scores over the values of one parameter.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skkeras import KerasMLPClassifier
    >>> from skkeras.inspection import TrainingHistoryDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> network = KerasMLPClassifier(early_stopping=True, epochs=5, random_state=0).fit(X, y)
    >>> display = TrainingHistoryDisplay.from_estimator(network)
    >>> len(display.lines_)
    2
    """

    ax_: Any
    axes_: np.ndarray
    figure_: Any
    lines_: list[Any]

    def __init__(self, *, histories: Mapping[str, History]) -> None:
        self.histories = histories

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> TrainingHistoryDisplay:
        """Plot the training of a fitted estimator, or of several over each other.

        Parameters
        ----------
        estimator : estimator, or list or dict of estimators
            A fitted network of skkeras; a pipeline, search (its best estimator), ensemble or other
            estimator with one or more inside; or several of these, such as
            ``cross_validate(..., return_estimator=True)["estimator"]``. The keys of a dict
            name the lines.
        ax : matplotlib Axes, default=None
            Axes to draw on, divided where there is more than one quantity; None makes a figure.

        Returns
        -------
        TrainingHistoryDisplay
            The display, drawn.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If an estimator is not fitted.
        TypeError
            If an estimator holds no training history.
        ValueError
            If there is no estimator in the list or dict.
        ImportError
            If matplotlib is missing.
        """
        return cls(histories=read_histories(estimator)).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> TrainingHistoryDisplay:
        """Draw a panel for each quantity, the loss first.

        What was trained on is drawn solid, what was held out dashed. For a single history, the
        lowest loss on rows held out is marked.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on, divided where there is more than one quantity; None makes a figure.

        Returns
        -------
        TrainingHistoryDisplay
            The display itself.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        quantities = self._quantities()
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(figsize=self._figure_size(), layout="constrained")
        self.axes_ = panels(ax, len(quantities), _COLUMNS)
        self.ax_ = self.axes_[0]
        self.figure_ = self.ax_.figure
        self.lines_ = []
        for panel, quantity in zip(self.axes_, quantities, strict=True):
            self._draw(panel, quantity)
        return self

    def _quantities(self) -> list[str]:
        names = (name.removeprefix("val_") for h in self.histories.values() for name in h)
        return sorted(dict.fromkeys(names), key=lambda name: name != "loss")

    def _figure_size(self) -> tuple[float, float]:
        """Return the figure's width and height in inches."""
        n_panels = len(self._quantities())
        beside = 1.4 if len(self.histories) > 1 else 0.6
        return beside + 4.2 * min(n_panels, _COLUMNS), 3.4 * -(-n_panels // _COLUMNS)

    def _draw(self, panel: Any, quantity: str) -> None:
        from matplotlib.ticker import MaxNLocator

        for colour, (name, history) in zip(self._colours(), self.histories.items(), strict=True):
            for key, style, rows in (
                (quantity, "-", "training rows"),
                (f"val_{quantity}", "--", "rows held out"),
            ):
                if key not in history:
                    continue
                alone = len(self.histories) == 1
                values = np.asarray(history[key], dtype=float)
                # A metric may have several values, such as one a class.
                lines = values.reshape(len(values), -1)
                self.lines_ += panel.plot(
                    np.arange(1, len(values) + 1),
                    lines,
                    style,
                    color=(ORANGE if style == "--" else BLUE) if alone else colour,
                    label=[rows if alone else f"{name}, {rows}", *["_"] * (lines.shape[1] - 1)],
                    linewidth=1.6 if lines.shape[1] == 1 else 1.0,
                    # A single epoch is a point, that no line shows.
                    marker="o" if len(values) == 1 else None,
                )
                if alone and key == "val_loss" and np.isfinite(values).any():
                    _mark_lowest(panel, values)
        panel.set(xlabel="epoch", ylabel=quantity)
        panel.set_xlim(left=0.5)
        panel.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        if len(self.histories) == 1:
            panel.legend(fontsize="small")
        elif panel is self.axes_[-1]:
            self._add_legend(panel)

    def _colours(self) -> list[Any]:
        n_histories = len(self.histories)
        if n_histories <= len(PALETTE):
            return PALETTE[:n_histories]
        return list(colour_map()(np.linspace(0, 1, n_histories)))

    def _add_legend(self, panel: Any) -> None:
        """Name the histories beside the panel, or the first and the last of very many."""
        from matplotlib.lines import Line2D

        named = list(zip(self.histories, self._colours(), strict=True))
        if len(named) > _MOST_NAMED:
            named = [named[0], ("…", "none"), named[-1]]
        handles = [Line2D([], [], color=colour, label=name) for name, colour in named]
        if any(name.startswith("val_") for h in self.histories.values() for name in h):
            handles += [
                Line2D([], [], color=GREY, label="training rows"),
                Line2D([], [], color=GREY, linestyle="--", label="rows held out"),
            ]
        panel.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(1.02, 1),
            fontsize="small",
            frameon=False,
        )


def read_histories(estimator: Any) -> dict[str, History]:
    """Find the training histories in one or several fitted estimators.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If an estimator is not fitted.
    TypeError
        If an estimator holds no history.
    ValueError
        If there is no estimator in the list or dict.
    """
    if isinstance(estimator, Mapping):
        named = {str(name): value for name, value in estimator.items()}
    elif isinstance(estimator, (list, tuple, np.ndarray)):
        named = {f"fit {number}": value for number, value in enumerate(estimator, start=1)}
    else:
        named = {type(estimator).__name__: estimator}
    if not named:
        raise ValueError("There is no estimator to show: expected at least one, got none.")
    histories: dict[str, History] = {}
    for name, value in named.items():
        found = list(_histories(value))
        if not found:
            _refuse(value)
        for number, history in enumerate(found, start=1):
            histories[name if len(found) == 1 else f"{name}, {number}"] = history
    return histories


def _histories(estimator: Any) -> Iterator[History]:
    """Return the histories of an estimator or, where it has none, of those fitted inside it."""
    history = getattr(estimator, "history_", None)
    if isinstance(history, Mapping) and any(len(values) for values in history.values()):
        yield history
        return
    if isinstance(estimator, Pipeline):
        for _, step in estimator.steps:
            yield from _histories(step)
        return
    for name in _INSIDE:
        inside = getattr(estimator, name, None)
        if inside is not None:
            if isinstance(inside, np.ndarray):
                inside = inside.ravel().tolist()
            for held in inside if isinstance(inside, list) else [inside]:
                yield from _histories(held)
            return


def _refuse(estimator: Any) -> NoReturn:
    if isinstance(estimator, BaseEstimator) and not isinstance(estimator, type):
        check_is_fitted(estimator)
    raise TypeError(
        "Expected a fitted estimator with a training history, as skkeras' networks have it, or one "
        f"with such a network inside; got {estimator!r}. A search needs refit=True, for it keeps "
        "no other network than the best."
    )


def _mark_lowest(panel: Any, values: np.ndarray) -> None:
    lowest = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
    panel.plot(
        lowest + 1,
        values[lowest],
        "o",
        color=ORANGE,
        markeredgecolor="black",
        label=f"lowest: {values[lowest]:.3g} in epoch {lowest + 1}",
    )
