"""Plot of loss and metrics over the epochs."""

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

    Create it from fitted estimators with `from_estimator`. All parameters are stored as attributes.

    Parameters
    ----------
    histories : dict of str to dict of str to sequence of float
        Names and histories. A history has one value per epoch for each quantity. Names of
        quantities on held-out rows have the prefix ``val_``.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the loss.
    axes_ : ndarray of Axes, of shape (n_quantities,)
        All axes, one for each quantity.
    figure_ : matplotlib Figure
        Figure with the axes.
    lines_ : list of matplotlib Line2D
        The lines, sorted by quantity, then by history; for each history, the line of the training
        rows comes before the line of the held-out rows.

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Scores over the number of training rows.
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
        """Plot the training history of one or several fitted estimators.

        Parameters
        ----------
        estimator : estimator, or list or dict of estimators
            A fitted skkeras network; a pipeline, search (its best estimator), ensemble or other
            estimator that contains one or more networks; or several of these, such as
            ``cross_validate(..., return_estimator=True)["estimator"]``. The keys of a dict are the
            names of the lines.
        ax : matplotlib Axes, default=None
            Axes to draw on, divided if there is more than one quantity; None creates a figure.

        Returns
        -------
        TrainingHistoryDisplay
            The display, after plotting.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If an estimator is not fitted.
        TypeError
            If an estimator has no training history.
        ValueError
            If the list or dict is empty.
        ImportError
            If matplotlib is not installed.
        """
        return cls(histories=read_histories(estimator)).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> TrainingHistoryDisplay:
        """Draw a panel for each quantity, the loss first.

        Lines of training rows are solid, lines of held-out rows are dashed. For a single history,
        the lowest loss on held-out rows is marked.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on, divided if there is more than one quantity; None creates a figure.

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
        # Keras notes the rate among the metrics when a callback lowers it.
        names = (name for name in names if name != "learning_rate")
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
                # A metric can have several values, such as one per class.
                lines = values.reshape(len(values), -1)
                self.lines_ += panel.plot(
                    np.arange(1, len(values) + 1),
                    lines,
                    style,
                    color=(ORANGE if style == "--" else BLUE) if alone else colour,
                    label=[rows if alone else f"{name}, {rows}", *["_"] * (lines.shape[1] - 1)],
                    linewidth=1.6 if lines.shape[1] == 1 else 1.0,
                    # A line through a single point is invisible.
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
        """Draw a legend beside the panel; of very many histories, only the first and the last."""
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
    """Return the training histories of one or several fitted estimators.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If an estimator is not fitted.
    TypeError
        If an estimator has no training history.
    ValueError
        If the list or dict is empty.
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
    """Yield the history of an estimator or, if it has none, of the estimators inside it."""
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
        f"with such a network inside; got {estimator!r}. A search needs refit=True, because it "
        "keeps no other network than the best."
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
