"""Runs that scikit-learn's search gets for each fit, and that come back with the scores.

A search clones its estimator for each fit, and of a fit it gets back numbers alone. So what it
clones here is `FitPool`, which gives out runs that have begun before; and scores carry their runs.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from numbers import Real
from typing import Any, Self

from sklearn.base import clone
from sklearn.metrics._scorer import _MultimetricScorer

from skkeras.model_selection._resumable_fit import ResumableFit

_SCORES = {"test_scores", "train_scores"}


class FitPool:
    """Stands for the estimator where a search clones it, and keeps the runs of all candidates.

    Parameters
    ----------
    estimator : estimator object
        What is searched.
    resource : str
        Name of the parameter that says for how many epochs the network is trained.
    max_epochs : int
        Epochs of a run in full.

    Attributes
    ----------
    ran_away : set of int
        Candidates with a loss that became NaN or infinite.
    """

    def __init__(self, estimator: Any, resource: str, max_epochs: int) -> None:
        self.estimator, self.resource, self.max_epochs = estimator, resource, max_epochs
        self.ran_away: set[int] = set()
        self._kept: dict[int, list[ResumableFit]] = {}
        self._waiting: deque[ResumableFit] = deque()
        self._out: Sequence[int] = ()
        self._n_runs = 0

    def __sklearn_clone__(self) -> ResumableFit | Self:
        # The search clones once before all fits, once for each fit in their order, once to refit.
        return self._waiting.popleft() if self._waiting else self

    def set_params(self, **params: Any) -> Any:
        """Return the estimator itself with these parameters, for the refit."""
        return clone(self.estimator).set_params(**params)

    def dispatch(self, candidates: Sequence[int], n_runs: int) -> None:
        """Get ready for the next fits.

        Parameters
        ----------
        candidates : sequence of int
            Numbers of the candidates, in the order of the fits.
        n_runs : int
            Runs of each, one for each seed and fold.
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
        """Take the runs that were given out from the scores that carry them.

        Parameters
        ----------
        records : list of dict
            What scikit-learn keeps of each fit so far; in those of the last fits, scores that
            carry runs become plain numbers.
        """
        first = len(records) - len(self._out) * self._n_runs
        for number in self._out:
            own = records[first : first + self._n_runs]
            runs = [_unload(record) for record in own]
            first += self._n_runs
            back = [run for run in runs if run is not None]
            if any(run.ran_away for run in back):
                self.ran_away.add(number)
                own[0]["fit_error"] = "The loss became NaN or infinite."
            elif len(back) == self._n_runs:
                self._kept[number] = back
        self._out = ()
        _name_all(records)

    def keep(self, ranked: Iterable[int], n_most: int) -> list[int]:
        """Keep the runs of the first candidates that can go on, and give these.

        Parameters
        ----------
        ranked : iterable of int
            Candidates, the best one first.
        n_most : int
            How many to keep.
        """
        going_on = [number for number in ranked if number in self._kept][:n_most]
        self._kept = {number: self._kept[number] for number in going_on}
        return going_on


class _Score(float):
    """A score, and on its way back from a worker the run that got it."""

    run: ResumableFit | None = None


def _load(scores: Any, run: ResumableFit) -> Any:
    if isinstance(scores, dict):
        return {name: _load(score, run) for name, score in scores.items()}
    if hasattr(scores, "item"):
        with suppress(ValueError):
            scores = scores.item()
    if not isinstance(scores, Real):
        return scores  # scikit-learn says what is wrong with it
    loaded = _Score(scores)
    # A run in full is not needed any more, and heavy.
    loaded.run = run if run.ran_away or not run.is_finished else None
    return loaded


def _unload(record: dict[str, Any]) -> ResumableFit | None:
    """Make the scores of a record plain numbers, and give the run that they carried."""
    run = None
    for kind in _SCORES & set(record):
        scores = record[kind]
        for score in scores.values() if isinstance(scores, dict) else [scores]:
            run = getattr(score, "run", None) or run
        record[kind] = (
            {name: float(score) for name, score in scores.items()}
            if isinstance(scores, dict)
            else float(scores)
        )
    return run


def _name_all(records: list[dict[str, Any]]) -> None:
    """Where a function gives scores with names, give these to the scores of lost runs, too."""
    for kind in _SCORES & set(records[0]):
        names = next((list(r[kind]) for r in records if isinstance(r[kind], dict)), None)
        for record in records:
            if names is not None and not isinstance(record[kind], dict):
                record[kind] = dict.fromkeys(names, record[kind])


def _error_value(error_score: Any) -> float:
    return math.nan if error_score == "raise" else error_score


class FitScorer:
    """Scores what is inside a run.

    Parameters
    ----------
    scorer : callable
        As scikit-learn has it for one score, or a function of one's own.
    error_score : "raise" or float
        Score of a run whose loss became NaN or infinite; NaN for "raise", for that is no error.
    """

    def __init__(self, scorer: Any, error_score: Any) -> None:
        self.scorer, self._error_score = scorer, error_score

    def __call__(self, run: ResumableFit, *args: Any, **kwargs: Any) -> Any:
        """Return a score that carries the run, or a dict of them."""
        if run.ran_away:
            return _load(_error_value(self._error_score), run)
        return _load(self.scorer(run.fitted, *args, **kwargs), run)


class FitScorers(_MultimetricScorer):
    """Several scores of what is inside a run; scikit-learn tells them by their class.

    Parameters
    ----------
    scorer : _MultimetricScorer
        scikit-learn's.
    error_score : "raise" or float
        As for `FitScorer`.
    """

    def __init__(self, scorer: _MultimetricScorer, error_score: Any) -> None:
        super().__init__(scorers=scorer._scorers, raise_exc=scorer._raise_exc)
        self._error_score = error_score

    def __call__(self, run: ResumableFit, *args: Any, **kwargs: Any) -> Any:
        """Return a dict of scores that carry the run."""
        if run.ran_away:
            return _load(dict.fromkeys(self._scorers, _error_value(self._error_score)), run)
        return _load(super().__call__(run.fitted, *args, **kwargs), run)
