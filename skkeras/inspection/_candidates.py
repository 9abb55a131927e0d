"""Candidates of a fitted search and their scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils._plotting import _validate_score_name
from sklearn.utils.validation import check_is_fitted

from skkeras.inspection._columns import Column
from skkeras.inspection._style import short_names
from skkeras.inspection._written import as_key


@dataclass(frozen=True, eq=False)
class Candidates:
    """Evaluations of candidates, in the order in which they were made.

    Parameters
    ----------
    params : sequence of mapping
        Parameters of each of the n evaluations.
    scores : ndarray of shape (n,)
        Mean test scores; not finite if a candidate failed.
    stds : ndarray of shape (n,)
        Standard deviations over the folds.
    resources : ndarray of shape (n,) or None
        Resources of each evaluation, such as epochs in a halving search.
    best : int
        Index of the evaluation that the search selected.
    score_name, resource_name : str
        Names of scores and resources.
    log : mapping of str to bool
        Whether each parameter is searched on a logarithmic scale, if known.
    """

    params: Sequence[Mapping[str, Any]]
    scores: np.ndarray
    stds: np.ndarray
    resources: np.ndarray | None
    best: int
    score_name: str
    resource_name: str
    log: Mapping[str, bool]

    @cached_property
    def names(self) -> list[str]:
        """Names of all parameters, in the order of their first occurrence."""
        return list(dict.fromkeys(name for params in self.params for name in params))

    @cached_property
    def failed(self) -> np.ndarray:
        """Which evaluations have no score."""
        return ~np.isfinite(self.scores)

    @cached_property
    def floor(self) -> float | None:
        """The lowest score on the scale of the plots, or None if all scores are on the scale.

        A diverged loss can have such a low score that all others look equal on its scale. Scores
        more than three interquartile ranges below the lower quartile (Tukey's "far out") are drawn
        at the floor.
        """
        scores = self.scores[~self.failed]
        if len(scores) < 4:
            return None
        lower, upper = np.quantile(scores, [0.25, 0.75])
        floor = float(lower - 3 * (upper - lower))
        return floor if upper > lower and scores.min() < floor else None

    @cached_property
    def low(self) -> np.ndarray:
        """Which evaluations score below `floor`."""
        return ~self.failed & (self.scores < (-np.inf if self.floor is None else self.floor))

    @cached_property
    def shown(self) -> np.ndarray:
        """Scores as they are drawn: at least `floor`, and NaN for failures."""
        scores = np.where(self.failed, np.nan, self.scores)
        return scores if self.floor is None else np.maximum(scores, self.floor)

    def columns(self, names: Sequence[str] | None = None) -> list[Column]:
        """Return parameters as columns: those in `names`, or all that differ between candidates.

        Raises
        ------
        ValueError
            If a parameter is unknown, or if no parameter differs between candidates.
        """
        unknown = sorted(set(names or ()) - set(self.names))
        if unknown:
            raise ValueError(f"The search has no parameters {unknown}; it has {self.names}.")
        labels = short_names(self.names)
        columns = [
            Column(name, labels[name], self.params, self.log.get(name))
            for name in names or self.names
        ]
        if names is None:
            columns = [column for column in columns if column.varies]
        if not columns:
            raise ValueError(
                "There is nothing to compare: the candidates do not differ in any parameter. "
                "Search more than one value of at least one parameter."
            )
        return columns

    def resource_column(self) -> Column | None:
        """Return the resources as a column, or None if all evaluations have the same."""
        if self.resources is None:
            return None
        name = self.resource_name
        column = Column(name, name.split("__")[-1], [{name: r} for r in self.resources])
        return column if column.varies else None

    def last(self) -> Candidates:
        """Return one evaluation for each candidate: the one with the maximum resources."""
        if self.resources is None:
            return self
        rows: dict[str, int] = {}
        for row, params in enumerate(self.params):
            written = as_key(sorted(params.items(), key=lambda item: item[0]))
            if written not in rows or self.resources[row] >= self.resources[rows[written]]:
                rows[written] = row
            if row == self.best:
                best = written
        kept = sorted(rows.values())
        return replace(
            self,
            params=[self.params[row] for row in kept],
            scores=self.scores[kept],
            stds=self.stds[kept],
            resources=self.resources[kept],
            best=kept.index(rows[best]),
        )


def read_search(search: Any, metric: str | None = None) -> Candidates:
    """Read the results of a fitted search.

    Parameters
    ----------
    search : estimator
        A fitted `BaseSearchCV`.
    metric : str or None, default=None
        Score to use; None uses the one that selected the best candidate.

    Raises
    ------
    TypeError
        If `search` is not a search.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    ValueError
        If it has no score of this name; if `metric` is None and the search has several scores but
        did not select by one of them; or if every candidate failed.
    """
    check_search(search)
    results = search.cv_results_
    metric = _metric(search, metric)
    scores = np.asarray(results[f"mean_test_{metric}"], dtype=float)
    failed = ~np.isfinite(scores)
    if failed.all():
        raise ValueError(
            f"There is nothing to look at: not one of {len(scores)} candidates has a score. Fit "
            "the search with error_score='raise' to see why."
        )
    resource = getattr(search, "resource", "resources")
    resources = results.get("n_resources")
    params: list[Mapping[str, Any]] = results["params"]
    if resources is not None:
        # A resource that is a parameter is also in `params`, with a prefix in pipelines.
        same = _always_equal(params, resources)
        params = [{k: v for k, v in p.items() if k not in same} for p in params]
        resources = np.asarray(resources, dtype=float)
    by_refit = metric in ("score", search.refit)
    best = getattr(search, "best_index_", None) if by_refit or callable(search.refit) else None
    return Candidates(
        params=params,
        scores=scores,
        stds=np.asarray(results[f"std_test_{metric}"], dtype=float),
        resources=resources,
        best=int(np.argmax(np.where(failed, -np.inf, scores)) if best is None else best),
        score_name=_score_name(search, metric),
        resource_name=resource,
        log=dict(_declared_scales(search)),
    )


def check_search(search: Any) -> None:
    """Raise an error if an object is not a fitted search.

    Raises
    ------
    TypeError
        If `search` is not a search.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    """
    if isinstance(search, BaseSearchCV):
        check_is_fitted(search, "cv_results_")
    elif isinstance(search, type) or "params" not in getattr(search, "cv_results_", ()):
        raise TypeError(
            "Expected a fitted search such as GridSearchCV, RandomizedSearchCV or BayesSearchCV; "
            f"got {search!r}. For what other searches found, make a SearchResultsDisplay of "
            "parameters and scores."
        )


def metrics(search: Any) -> list[str]:
    """Return the names of the scores of a fitted search."""
    names = search.cv_results_
    return [name.removeprefix("mean_test_") for name in names if name.startswith("mean_test_")]


def _always_equal(params: Sequence[Mapping[str, Any]], values: Sequence[Any]) -> set[str]:
    pairs = list(zip(params, values, strict=True))
    return {
        name
        for name, value in params[0].items()
        if isinstance(value, Real) and all(p.get(name) == value for p, value in pairs)
    }


def _metric(search: Any, metric: str | None) -> str:
    known = metrics(search)
    if metric is None:
        if len(known) == 1:
            return known[0]
        if isinstance(search.refit, str):
            return search.refit
        raise ValueError(
            f"The search has several scores and did not choose by one of them; give metric=, one "
            f"of {known}."
        )
    if metric not in known:
        raise ValueError(f"The search has no score named {metric!r}; it has {known}.")
    return metric


def _score_name(search: Any, metric: str) -> str:
    if metric != "score":
        return _validate_score_name(None, metric, False)
    scoring = _default_scoring(search.estimator) if search.scoring is None else search.scoring
    named = isinstance(scoring, str) or hasattr(scoring, "__name__")
    return _validate_score_name(None, scoring if named else None, False)


def _default_scoring(estimator: Any) -> str | None:
    """Return the name of the score that an estimator's own `score` computes, if it is known."""
    while getattr(estimator, "steps", None) or getattr(estimator, "student", None) is not None:
        estimator = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator.student
    # A class that the user wrote may compute anything.
    methods = [getattr(type(estimator), name, None) for name in ("score", "scorer")]
    modules = [method.__module__ for method in methods if method is not None]
    if not all(name == "sklearn.base" or name.startswith("skkeras.") for name in modules):
        return None
    return "accuracy" if is_classifier(estimator) else "r2" if is_regressor(estimator) else None


def _declared_scales(search: Any) -> Iterator[tuple[str, bool]]:
    """Yield names and whether the search spaces declare a logarithmic scale."""
    for value in search.get_params(deep=False).values():
        for space in value if isinstance(value, (list, tuple)) else [value]:
            # BayesSearchCV accepts pairs of a space and a number of candidates.
            space = space[0] if isinstance(space, tuple) and space else space
            if not isinstance(space, Mapping):
                continue
            for name, spec in space.items():
                scale = _declared_scale(spec)
                if scale is not None:
                    yield name, scale


def _declared_scale(spec: Any) -> bool | None:
    if isinstance(spec, tuple) and len(spec) > 2 and isinstance(spec[2], str):
        return spec[2] == "log-uniform"
    if isinstance(getattr(spec, "prior", None), str):  # a skopt dimension
        return spec.prior == "log-uniform"
    if hasattr(spec, "dist"):  # a SciPy distribution
        return getattr(spec.dist, "name", "") in {"loguniform", "reciprocal"}
    log = getattr(spec, "log", None)  # an Optuna distribution
    return log if isinstance(log, bool) else None
