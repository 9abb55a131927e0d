"""Plot of the candidates of an automatic estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils.validation import check_is_fitted

from skkeras.inspection import params_as_code

_MAX_NAME_LENGTH = 60


class LeaderboardDisplay:
    """Scores of the best candidates, and the score of their ensemble.

    Create it from a fitted estimator with `from_estimator`. All parameters are stored as
    attributes.

    Parameters
    ----------
    names : list of str
        Models and their settings, the best first.
    scores, stds, weights : ndarray of shape (n_candidates,)
        Mean scores, their standard deviations over the folds, and weights in the ensemble.
    ensemble_score : float
        Score of the ensemble.
    score_name : str
        Label of the axis of scores.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes of the plot.
    figure_ : matplotlib Figure
        Figure with the axes.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skkeras import KerasAutoClassifier
    >>> from skkeras.auto import LeaderboardDisplay
    >>> model = KerasAutoClassifier(
    ...     time_limit=None, n_candidates=2, candidates=["linear", "RandomForest"], random_state=0
    ... )
    >>> model.fit(*load_iris(return_X_y=True))
    KerasAutoClassifier(...)
    >>> len(LeaderboardDisplay.from_estimator(model).ax_.get_yticks())
    2
    """

    ax_: Any
    figure_: Any

    def __init__(
        self,
        *,
        names: list[str],
        scores: np.ndarray,
        stds: np.ndarray,
        weights: np.ndarray,
        ensemble_score: float,
        score_name: str,
    ) -> None:
        self.names = names
        self.scores = scores
        self.stds = stds
        self.weights = weights
        self.ensemble_score = ensemble_score
        self.score_name = score_name

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, max_candidates: int = 15, ax: Any = None
    ) -> LeaderboardDisplay:
        """Plot the leaderboard of a fitted `KerasAutoClassifier` or `KerasAutoRegressor`.

        Parameters
        ----------
        estimator : KerasAutoClassifier or KerasAutoRegressor
            Fitted estimator.
        max_candidates : int, default=15
            Number of candidates to show, the best ones.
        ax : matplotlib Axes, default=None
            Axes to draw on; None creates a figure.

        Returns
        -------
        LeaderboardDisplay
            The display, after plotting.
        """
        check_is_fitted(estimator)
        table = estimator.leaderboard_
        kept = np.flatnonzero(np.isfinite(table["score"]))[:max_candidates]
        return cls(
            names=[_name(table["model"][row], table["params"][row]) for row in kept],
            scores=table["score"][kept],
            stds=table["std"][kept],
            weights=table["weight"][kept],
            ensemble_score=estimator.best_score_,
            score_name=estimator.ensemble_.score_name_,
        ).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> LeaderboardDisplay:
        """Draw a line for each candidate, filled in if it is in the ensemble.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None creates a figure.

        Returns
        -------
        LeaderboardDisplay
            The display itself.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        if ax is None:
            import matplotlib.pyplot as plt

            size = (8, 1.4 + 0.3 * len(self.names))
            _, ax = plt.subplots(figsize=size, layout="constrained")
        rows = np.arange(len(self.names))
        ax.errorbar(self.scores, rows, xerr=self.stds, fmt="none", ecolor="0.75")
        for chosen, face, label in (
            (self.weights > 0, "C0", "in the ensemble"),
            (self.weights == 0, "white", "not in it"),
        ):
            if chosen.any():
                ax.plot(self.scores[chosen], rows[chosen], "o", mfc=face, mec="C0", label=label)
        ax.axvline(self.ensemble_score, color="C1", linestyle="--", label="ensemble")
        ax.set(xlabel=self.score_name, yticks=rows, yticklabels=self.names)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _name(model: str, params: dict[str, Any]) -> str:
    name = f"{model} ({params_as_code(params)})" if params else model
    return name if len(name) <= _MAX_NAME_LENGTH else name[: _MAX_NAME_LENGTH - 1] + "…"
