"""Plot of an ensemble's score over its members."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils.validation import check_is_fitted


class EnsembleSelectionDisplay:
    """Out-of-fold score of an ensemble of a search after each selected member.

    Create it from a fitted ensemble with `from_estimator`. All parameters are stored as attributes.

    Parameters
    ----------
    scores : ndarray of shape (n_members,)
        Score of the ensemble after each member.
    best_candidate_score : float
        Score of the best single candidate.
    score_name : str
        Label of the axis of scores.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes of the plot.
    figure_ : matplotlib Figure
        Figure with the axes.
    line_ : matplotlib Line2D
        Line of the ensemble.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> from skkeras.ensemble import EnsembleSelectionDisplay, SearchEnsembleRegressor
    >>> from skkeras.model_selection import GridSearchCV
    >>> search = GridSearchCV(Ridge(), {"alpha": [0.01, 0.1, 1.0]})
    >>> ensemble = SearchEnsembleRegressor(search, n_members=10, random_state=0)
    >>> ensemble.fit(*load_diabetes(return_X_y=True))
    SearchEnsembleRegressor(...)
    >>> len(EnsembleSelectionDisplay.from_estimator(ensemble).line_.get_xdata())
    10
    """

    ax_: Any
    figure_: Any
    line_: Any

    def __init__(self, *, scores: np.ndarray, best_candidate_score: float, score_name: str) -> None:
        self.scores = scores
        self.best_candidate_score = best_candidate_score
        self.score_name = score_name

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> EnsembleSelectionDisplay:
        """Plot the scores of a fitted `SearchEnsembleClassifier` or `SearchEnsembleRegressor`.

        Parameters
        ----------
        estimator : SearchEnsembleClassifier or SearchEnsembleRegressor
            Fitted ensemble.
        ax : matplotlib Axes, default=None
            Axes to draw on; None creates a figure.

        Returns
        -------
        EnsembleSelectionDisplay
            The display, after plotting.
        """
        check_is_fitted(estimator)
        return cls(
            scores=estimator.selection_scores_,
            best_candidate_score=float(estimator.candidate_scores_.max()),
            score_name=estimator.score_name_,
        ).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> EnsembleSelectionDisplay:
        """Draw the line of the ensemble, and the score of the best candidate for comparison.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None creates a figure.

        Returns
        -------
        EnsembleSelectionDisplay
            The display itself.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(figsize=(5.2, 3.6), layout="constrained")
        numbers = np.arange(1, len(self.scores) + 1)
        (self.line_,) = ax.plot(numbers, self.scores, label="ensemble")
        ax.axhline(
            self.best_candidate_score, color="0.4", linestyle="--", label="best candidate alone"
        )
        ax.set(xlabel="Selections in each bag", ylabel=self.score_name)
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self
