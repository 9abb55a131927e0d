"""Resumable fits that scikit-learn's search receives as clones and returns with the scores.

A search clones its estimator for each fit, and receives only numbers from a fit. Here, it clones a
`FitPool`, which returns resumable fits that may already be partly trained; scores carry their fits.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Self

from sklearn.base import clone

from skkeras.model_selection._resumable_fit import ResumableFit
from skkeras.model_selection._score_results import SCORES, attach, detach, equal_scores

_RUN = "run"


class FitPool:
    """Replaces the estimator that a search clones, and keeps the fits of all candidates.

    Parameters
    ----------
    estimator : estimator object
        The estimator whose parameters are searched.
    resource : str
        Name of the parameter with the network's number of epochs.
    max_epochs : int
        Number of epochs of a complete fit.

    Attributes
    ----------
    ran_away : set of int
        Candidates whose loss became NaN or infinite.
    """

    def __init__(self, estimator: Any, resource: str, max_epochs: int) -> None:
        self.estimator, self.resource, self.max_epochs = estimator, resource, max_epochs
        self.ran_away: set[int] = set()
        self._kept: dict[int, list[ResumableFit]] = {}
        self._waiting: deque[ResumableFit] = deque()
        self._out: Sequence[int] = ()
        self._n_runs = 0

    def __sklearn_clone__(self) -> ResumableFit | Self:
        # The search clones once before all fits, once for each fit in order, and once to refit.
        return self._waiting.popleft() if self._waiting else self

    def set_params(self, **params: Any) -> Any:
        """Return a clone of the estimator with these parameters and all epochs, for the refit."""
        return clone(self.estimator).set_params(**params | {self.resource: self.max_epochs})

    def dispatch(self, candidates: Sequence[int], n_runs: int) -> None:
        """Prepare the next fits.

        Parameters
        ----------
        candidates : sequence of int
            Numbers of the candidates, in the order of the fits.
        n_runs : int
            Number of fits of each candidate, one for each seed and fold.
        """
        self._out, self._n_runs = candidates, n_runs
        self._waiting.clear()
        for number in candidates:
            self._waiting.extend(self._kept.pop(number, []) or self._new(n_runs))

    def _new(self, n_runs: int) -> list[ResumableFit]:
        return [
            ResumableFit(clone(self.estimator), self.resource, self.max_epochs)
            for _ in range(n_runs)
        ]

    def collect(self, records: list[dict[str, Any]]) -> None:
        """Take the dispatched fits back from the scores that carry them.

        Parameters
        ----------
        records : list of dict
            scikit-learn's results of each fit so far. Scores of the last fits, which carry
            resumable fits, no longer carry them.
        """
        first = len(records) - len(self._out) * self._n_runs
        for number in self._out:
            own = records[first : first + self._n_runs]
            runs = [detach(record, _RUN) for record in own]
            first += self._n_runs
            back = [run for run in runs if run is not None]
            if any(run.ran_away for run in back):
                self.ran_away.add(number)
                own[0]["fit_error"] = "The loss became NaN or infinite."
            elif len(back) == self._n_runs:
                self._kept[number] = back
        self._out = ()
        name_all(records)

    def keep(self, ranked: Iterable[int], n_most: int) -> list[int]:
        """Keep the fits of the first candidates that can continue, and return these candidates.

        Parameters
        ----------
        ranked : iterable of int
            Candidates, best first.
        n_most : int
            Maximum number of candidates to keep.
        """
        going_on = [number for number in ranked if number in self._kept][:n_most]
        self._kept = {number: self._kept[number] for number in going_on}
        return going_on


def _load(scores: Any, run: ResumableFit) -> Any:
    """Attach a fit to its scores, unless it is complete: then it is large and not needed."""
    return attach(scores, **({_RUN: run} if run.ran_away or not run.is_finished else {}))


def name_all(records: list[dict[str, Any]]) -> None:
    """If `scoring` returns a dict of scores, convert the scores of failed fits to such dicts."""
    for kind in set(SCORES) & set(records[0]):
        names = next((list(r[kind]) for r in records if isinstance(r[kind], dict)), None)
        for record in records:
            if names is not None and not isinstance(record[kind], dict):
                record[kind] = dict.fromkeys(names, record[kind])


def score_resumable(
    error_score: Any, scorer: Any, run: ResumableFit, /, *args: Any, **kwargs: Any
) -> Any:
    """Return the scores of the estimator inside a resumable fit, which carry the fit.

    Parameters
    ----------
    error_score : "raise" or float
        Score of a fit whose loss became NaN or infinite. "raise" uses NaN, because this is not an
        error.
    scorer : callable
        A scorer of scikit-learn, or a function that the user wrote.
    run : ResumableFit
        The fit.
    *args, **kwargs
        Other arguments of the scorer.
    """
    if run.ran_away:
        return _load(equal_scores(scorer, math.nan if error_score == "raise" else error_score), run)
    return _load(scorer(run.fitted, *args, **kwargs), run)
