"""Plots of the results of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skkeras.inspection import _convergence, _heatmap, _importance, _parallel, _slice
from skkeras.inspection._candidates import Candidates, read_search

_KINDS: dict[str, ModuleType] = {
    "parallel": _parallel,
    "importance": _importance,
    "slice": _slice,
    "convergence": _convergence,
    "heatmap": _heatmap,
}


class SearchResultsDisplay:
    """Plots of the results of a hyperparameter search.

    Create it from a fitted search with `from_search`. All parameters are stored as attributes.

    Parameters
    ----------
    params : sequence of dict
        Parameters of the n evaluations, in the order tried; a candidate may lack some.
    scores : array-like of shape (n,)
        Mean test scores; higher is better. NaN if a candidate failed.
    stds : array-like of shape (n,), default=None
        Standard deviations of the scores over the folds.
    resources : array-like of shape (n,), default=None
        Resources of each evaluation, such as epochs, for searches that continue with the best
        candidates and more resources. These searches evaluate a candidate several times. None for
        other searches.
    best_index : int, default=None
        Index of the evaluation that the search selected; None uses the highest score.
    score_name : str, default="Score"
        Name of the scores.
    resource_name : str, default="resources"
        Name of the resources.
    log_scaled : dict of str to bool, default=None
        Whether each parameter is searched on a logarithmic scale. For other parameters, positive
        numbers are shown on a logarithmic scale if it spreads them more evenly.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the plot; the first of them if there are several.
    axes_ : ndarray of Axes
        All axes: one per parameter in a "slice" plot, one in the other plots.
    figure_ : matplotlib Figure
        Figure with the axes.

    See Also
    --------
    search_report : An HTML page with all plots of a search.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.svm import SVC
    >>> from skkeras.inspection import SearchResultsDisplay
    >>> grid = {"C": [0.1, 1, 10, 100], "gamma": [0.01, 0.1, 1]}
    >>> search = GridSearchCV(SVC(), grid).fit(*load_iris(return_X_y=True))
    >>> display = SearchResultsDisplay.from_search(search, kind="heatmap")
    >>> display.plot(kind="slice").axes_.shape
    (2,)
    """

    ax_: Any
    axes_: np.ndarray
    figure_: Any

    def __init__(
        self,
        *,
        params: Sequence[Mapping[str, Any]],
        scores: Any,
        stds: Any = None,
        resources: Any = None,
        best_index: int | None = None,
        score_name: str = "Score",
        resource_name: str = "resources",
        log_scaled: Mapping[str, bool] | None = None,
    ) -> None:
        self.params = params
        self.scores = scores
        self.stds = stds
        self.resources = resources
        self.best_index = best_index
        self.score_name = score_name
        self.resource_name = resource_name
        self.log_scaled = log_scaled

    @classmethod
    def from_search(
        cls,
        search: Any,
        kind: str = "parallel",
        *,
        metric: str | None = None,
        params: Sequence[str] | None = None,
        ax: Any = None,
    ) -> SearchResultsDisplay:
        """Plot the results of a fitted search.

        Parameters
        ----------
        search : estimator
            A fitted search with the interface of scikit-learn: `GridSearchCV`,
            `RandomizedSearchCV`, the halving searches, `BayesSearchCV`, any `BaseSearchCV`.
        kind : {"parallel", "importance", "slice", "convergence", "heatmap"}, default="parallel"
            The plot, as in `plot`.
        metric : str, default=None
            Score to show if the search has several; None uses the one that selected the best.
        params : sequence of str, default=None
            Parameters to show, as in `plot`.
        ax : matplotlib Axes, default=None
            Axes to draw on; None creates a figure.

        Returns
        -------
        SearchResultsDisplay
            The display, after plotting.

        Raises
        ------
        TypeError
            If `search` is not a search.
        sklearn.exceptions.NotFittedError
            If it is not fitted.
        ValueError
            If `kind`, `metric` or a parameter is unknown, or if the results are insufficient for
            the plot.
        ImportError
            If matplotlib is not installed, or Optuna for "importance".
        """
        _check_kind(kind)
        return cls._of(read_search(search, metric)).plot(kind, params=params, ax=ax)

    @classmethod
    def _of(cls, found: Candidates) -> SearchResultsDisplay:
        return cls(
            params=found.params,
            scores=found.scores,
            stds=found.stds,
            resources=found.resources,
            best_index=found.best,
            score_name=found.score_name,
            resource_name=found.resource_name,
            log_scaled=found.log,
        )

    def plot(
        self, kind: str = "parallel", *, params: Sequence[str] | None = None, ax: Any = None
    ) -> SearchResultsDisplay:
        """Draw one of the plots.

        Failed candidates are marked. Scores far below all others (more than three interquartile
        ranges below the lower quartile) are drawn at the lower edge, so that the other scores can
        be distinguished. If resources differ, all plots except "convergence" and "importance" show
        each candidate with its maximum resources.

        Parameters
        ----------
        kind : {"parallel", "importance", "slice", "convergence", "heatmap"}, default="parallel"
            - "parallel": each candidate as a line through its parameters to its score;
            - "importance": the share of the scores' variance that each parameter explains alone,
              by functional analysis of variance [1]_, which needs Optuna. The plot has a warning if
              there are too few candidates for it: fewer than five per parameter, or if a random
              forest predicts unseen candidates with an R² below 0.25;
            - "slice": scores over each parameter;
            - "convergence": scores in the order tried, and the best so far;
            - "heatmap": mean scores over two parameters; more than ten different numbers are binned
              into six ranges.
        params : sequence of str, default=None
            Full names of the parameters to show. None shows those that differ between candidates;
            for "heatmap", it shows the two that individually explain most of the scores, among
            those that candidates have in common. "convergence" shows no parameters.
        ax : matplotlib Axes, default=None
            Axes to draw on; None creates a figure.

        Returns
        -------
        SearchResultsDisplay
            The display itself.

        Raises
        ------
        ValueError
            If `kind` or a parameter is unknown, or if the results are insufficient for the plot.
        ImportError
            If matplotlib is not installed, or Optuna for "importance".

        References
        ----------
        .. [1] F. Hutter, H. Hoos, K. Leyton-Brown, "An Efficient Approach for Assessing
           Hyperparameter Importance", ICML 2014.
        """
        module = _check_kind(kind)
        check_matplotlib_support(f"{type(self).__name__}.plot")
        candidates = self._candidates()
        names = None if params is None else list(params)
        if ax is None:
            import matplotlib.pyplot as plt

            size = self._figure_size(kind, params)
            _, ax = plt.subplots(figsize=size, layout="constrained")
        self.axes_ = module.draw(candidates, names, ax)
        self.ax_ = self.axes_[0]
        self.figure_ = self.ax_.figure
        return self

    def _figure_size(self, kind: str, params: Sequence[str] | None = None) -> tuple[float, float]:
        """Return the recommended width and height of a plot in inches."""
        names = None if params is None else list(params)
        size: tuple[float, float] = _KINDS[kind].size(self._candidates(), names)
        return size

    def _candidates(self) -> Candidates:
        scores = np.asarray(self.scores, dtype=float)
        best = self.best_index
        if best is None:
            best = int(np.argmax(np.where(np.isfinite(scores), scores, -np.inf)))
        return Candidates(
            params=self.params,
            scores=scores,
            stds=np.zeros(len(scores)) if self.stds is None else np.asarray(self.stds, dtype=float),
            resources=None if self.resources is None else np.asarray(self.resources, dtype=float),
            best=best,
            score_name=self.score_name,
            resource_name=self.resource_name,
            log=self.log_scaled or {},
        )


def _check_kind(kind: str) -> ModuleType:
    if kind not in _KINDS:
        raise ValueError(f"kind must be one of {list(_KINDS)}; got {kind!r}.")
    return _KINDS[kind]
