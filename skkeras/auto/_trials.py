"""Trials of models and settings on the same folds, until the time or the candidates are used up."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.base import clone
from sklearn.model_selection import ParameterSampler
from sklearn.utils.validation import _num_samples
from threadpoolctl import threadpool_limits

from skkeras.auto._families import Family
from skkeras.auto._fit_times import FitTimes
from skkeras.auto._trial import Trial
from skkeras.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    SuccessiveHalvingSearchCV,
)

# Candidates of each search of a space, and their cost in fits with all epochs.
_N_NETWORKS, _HALVING_COST = 9, 7 / 3
_N_CLASSIC = 3
# Share of the time in which candidates are fitted; the rest is for the ensemble.
_FITS_SHARE = 0.95
# Seconds of a search that starts when the time is over.
_SHORTEST = 1e-3
# Rows up to which classic models run on one thread.
_FEW_ROWS = 10_000
# Families that are searched: those with the best scores.
_N_SEARCHED = 3


class Trials:
    """Runs searches of one or several candidates one after the other.

    Parameters
    ----------
    families : list of Family
        What to try.
    X, y, sample_weight
        Training data.
    splits : list of (ndarray, ndarray)
        Rows to train on and to hold out.
    scoring : str or callable
        Score to maximize.
    time_limit : float or None
        Seconds that the searches and the ensemble of them may take.
    n_candidates : int or None
        Number of candidates.
    n_jobs : int or None
        Number of jobs of the searches.
    random : RandomState
        Draws the seeds of searches.

    Attributes
    ----------
    done : list of Trial
        Trials so far.
    """

    def __init__(
        self,
        families: list[Family],
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        splits: list[tuple[np.ndarray, np.ndarray]],
        scoring: Any,
        time_limit: float | None,
        n_candidates: int | None,
        n_jobs: int | None,
        random: np.random.RandomState,
    ) -> None:
        self.done: list[Trial] = []
        self._families, self._X, self._y, self._weights = families, X, y, sample_weight
        self._shared = {
            "cv": splits,
            "scoring": scoring,
            "n_jobs": n_jobs,
            "refit": False,
            "keep": "estimators",
        }
        self._times = FitTimes(X, y, self._shared)
        self._ends = math.inf
        if time_limit is not None:
            self._ends = time.perf_counter() + _FITS_SHARE * time_limit
        self._n_left = math.inf if n_candidates is None else n_candidates
        self._random = random
        self._epochs: dict[str, dict[str, int]] = {}

    @property
    def _time_left(self) -> float:
        return self._ends - time.perf_counter()

    def run(self) -> None:
        """Try defaults, then portfolios, then candidates of search spaces."""
        with config_context(enable_metadata_routing=False), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._run_defaults()
            self._run_portfolios()
            self._run_spaces()

    def _run_defaults(self) -> None:
        for family in self._families:
            if self._n_left < 1 or (self.done and self._time_left <= 0):
                return
            try:
                is_first = not any(np.isfinite(trial.best) for trial in self.done)
                shortened = self._times.shortened(family, self._time_left, is_first=is_first)
            except Exception as error:  # as a failed fit of a search
                self._add(Trial(family, error=_reason(error)), 1)
                continue
            if shortened is None:
                reason = f"Some epochs would take longer than the {self._time_left:.0f} s left."
                self._add(Trial(family, error=reason), 0)
                continue
            self._epochs[family.name] = shortened
            self._fit_one(family, shortened)

    def _run_portfolios(self) -> None:
        for family, params in self._portfolio():
            if self._n_left < 1:
                return
            if self._times.has_time(family, params, self._time_left):
                self._fit_one(family, self._epochs[family.name] | params)

    def _portfolio(self) -> Iterator[tuple[Family, dict[str, Any]]]:
        """Yield the first settings of all families, then the second ones, and so on.

        Those of networks come last: all settings of classic models take less time than one of them.
        """
        for of_networks in (False, True):
            families = [family for family in self._ranked() if family.is_network == of_networks]
            for place in range(max([0, *(len(family.portfolio) for family in families)])):
                for family in families:
                    if place < len(family.portfolio):
                        yield family, family.portfolio[place]

    def _run_spaces(self) -> None:
        searched = [family for family in self._ranked() if family.space][:_N_SEARCHED]
        while searched:
            for family in list(searched):
                n_candidates = _N_NETWORKS if family.is_network else _N_CLASSIC
                n_candidates = int(min(n_candidates, self._n_left))
                if n_candidates < 1:
                    return
                search, cost = self._search(family, n_candidates)
                if cost * self._times.of[family.name] > self._time_left:
                    searched.remove(family)
                    continue
                self._fit(family, search, {}, n_candidates, cost)
                if self.done[-1].search is None:
                    searched.remove(family)

    def _ranked(self) -> list[Family]:
        """Return the families that have a score, the best first."""
        best = {trial.family.name: trial.best for trial in self.done if np.isfinite(trial.best)}
        known = [family for family in self._families if family.name in best]
        return sorted(known, key=lambda family: -best[family.name])

    def _fit_one(self, family: Family, params: dict[str, Any]) -> None:
        grid = {name: [value] for name, value in params.items()}
        search = GridSearchCV(clone(family.estimator), grid, **self._shared)
        self._fit(family, search, params, 1, family.cost(params))

    def _search(self, family: Family, n_candidates: int) -> tuple[Any, float]:
        """Return a search of the space, and its cost."""
        seed = int(self._random.randint(2**31 - 1))
        estimator = clone(family.estimator)
        if family.is_network:
            epochs = self._epochs[family.name]
            name = f"{family.prefix}epochs"
            halving = SuccessiveHalvingSearchCV(
                estimator,
                family.space,
                n_candidates=n_candidates,
                max_resources=epochs.get(name, estimator.get_params()[name]),
                random_state=seed,
                **self._shared,
            )
            return halving, _HALVING_COST
        search = RandomizedSearchCV(
            estimator, family.space, n_iter=n_candidates, random_state=seed, **self._shared
        )
        drawn = ParameterSampler(family.space, n_candidates, random_state=seed)
        return search, sum(family.cost(params) for params in drawn)

    def _fit(
        self,
        family: Family,
        search: Any,
        params: dict[str, Any],
        n_candidates: int,
        cost: float,
    ) -> None:
        given = {}
        if self._weights is not None:
            given[f"{family.prefix}sample_weight"] = self._weights
        trial = Trial(family, params=params)
        # On few rows, threads take longer to wait for each other than they save.
        n_threads = 1 if _num_samples(self._X) <= _FEW_ROWS and not family.is_network else None
        with (
            warnings.catch_warnings(record=True) as caught,
            threadpool_limits(n_threads, user_api="openmp"),
        ):
            warnings.simplefilter("always")
            started = time.perf_counter()
            if self._ends < math.inf:
                search.set_params(time_limit=max(self._time_left, _SHORTEST))
            try:
                trial.search = search.fit(self._X, self._y, **given)
            except KeyboardInterrupt:
                if hasattr(search, "cv_estimators_"):
                    trial.search = search
                    self._add(trial, n_candidates)
                raise
            except Exception as error:
                trial.error = _reason(error)
        self._times.add(family, time.perf_counter() - started, cost)
        if failures := [one.message for one in caught if "fits failed" in str(one.message)]:
            trial.error = _reason(failures[0])
        self._add(trial, n_candidates)

    def _add(self, trial: Trial, n_candidates: int) -> None:
        self.done.append(trial)
        self._n_left -= n_candidates


def _reason(error: Any) -> str:
    """Return the last line of a message, which with tracebacks is the error itself."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
