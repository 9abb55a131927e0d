"""Fits that a search starts only if they end in time, and ends when their time is over."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sklearn.utils.validation import _num_samples

from skkeras._deadline import Deadline, OutOfTime, check_time, now
from skkeras.model_selection._score_results import SCORES, attach, equal_scores, peek
from skkeras.model_selection._time_limit import Kind, TimeLimit

UNFINISHED, CUT = "unfinished", "n_epochs"

# The fit of this thread whose estimator is scored next.
current_fit: ContextVar[TimedFit | None] = ContextVar("current_fit", default=None)


class TimedFit:
    """The callback context of a fit, in which it ends in time.

    A fit that does not start, or that is ended before its first epoch is complete, has no error:
    `score_timed` marks it.

    Parameters
    ----------
    context : CallbackContext
        The context of scikit-learn.
    limit : TimeLimit
        The limit of the search.
    kind : Kind
        The kind of the fit.
    size : int
        Number of epochs.

    Attributes
    ----------
    deadline : Deadline
        Ends the fit.
    is_whole : bool
        Whether it has ended by itself, or after at least one epoch.
    record : dict or None
        The results that scikit-learn returns for a fit, once it is whole and in this process.
    """

    def __init__(self, context: Any, limit: TimeLimit, kind: Kind, size: int) -> None:
        self._context, self._limit, self._kind, self._size = context, limit, kind, size
        self.deadline = Deadline(math.inf)
        self.is_whole = True
        self.record: dict[str, Any] | None = None
        self._scores: list[Any] = []
        self._n_rows: list[int] = []
        self._times: list[float] = []

    @contextmanager
    def propagate_callback_context(self, estimator: Any) -> Iterator[None]:
        """Return the context in which scikit-learn's search fits an estimator."""
        current_fit.set(self)
        self._times.append(now())
        try:
            with self._context.propagate_callback_context(estimator), self.deadline.holds():
                yield
        except OutOfTime:
            check_time()  # of a search that this one is inside of
            self.is_whole = False
        self._times.append(now())

    def call_on_fit_task_begin(self, **options: Any) -> None:
        """Call callbacks, and end the fit at once if it would not end in time."""
        self._context.call_on_fit_task_begin(**options)
        if not self._limit.may_start(self._kind, self._size):
            raise OutOfTime
        self.deadline.end = min(self.deadline.end, self._limit.end_of(self._kind))

    def scored(self, scores: Any, X: Any) -> Any:
        """Return the scores of the estimator; those of a fit that was cut carry its epochs."""
        if self.deadline.n_epochs is not None:
            scores = attach(scores, **{CUT: self.deadline.n_epochs})
        self._scores.append(scores)
        self._n_rows.append(_num_samples(X))
        return scores

    def call_on_fit_task_end(self, **options: Any) -> None:
        """Call callbacks after the scores are known."""
        self._context.call_on_fit_task_end(**options)
        if self._scores and self.is_whole:
            began, fitted = self._times
            self.record = {
                **dict(zip(SCORES, self._scores, strict=False)),
                "n_test_samples": self._n_rows[0],
                "fit_time": fitted - began,
                "score_time": now() - fitted,
                "fit_error": None,
            }
            self._note(self.record, self.deadline.n_epochs)

    def learn(self, record: dict[str, Any]) -> None:
        """Tell the limit how long the fit took, if another process fitted and scored it."""
        n_epochs = peek(record, CUT)
        if self.record is None and record["fit_error"] is None and not peek(record, UNFINISHED):
            self._note(record, n_epochs)

    def _note(self, record: dict[str, Any], n_epochs: tuple[int, int] | None) -> None:
        seconds = record["fit_time"] + record["score_time"]
        self._limit.note(self._kind, self._size, seconds, n_epochs)


def fit_names(candidates: range, n_repeats: int, n_splits: int) -> list[str]:
    """Return names for callbacks of the fits of candidates, which are numbered from 0."""
    return [
        f"candidate {candidate + 1}"
        + (f", seed {repeat + 1} of {n_repeats}" if n_repeats > 1 else "")
        + f", fold {fold + 1} of {n_splits}"
        for candidate, repeat, fold in itertools.product(
            candidates, range(n_repeats), range(n_splits)
        )
    ]


class TimedFits:
    """The callback context of a batch, which names the candidate, seed and fold of each fit.

    Parameters
    ----------
    ctx : CallbackContext
        The context of scikit-learn.
    names : list of str
        Name of each fit.
    limit : TimeLimit
        The limit of the search.
    kinds : list of Kind
        Kind of the fits of each candidate.
    n_epochs : int
        Number of epochs of a fit.

    Attributes
    ----------
    fits : list of TimedFit
        The fits that scikit-learn has asked for.
    """

    def __init__(
        self, ctx: Any, names: list[str], limit: TimeLimit, kinds: list[Kind], n_epochs: int
    ) -> None:
        self._ctx, self._names = ctx, names
        self._limit, self._kinds, self._n_epochs = limit, kinds, n_epochs
        self.fits: list[TimedFit] = []

    def subcontext(self, task_name: str, task_id: int) -> Any:
        """Return the context of a fit; scikit-learn's search calls this."""
        context = self._ctx.subcontext(task_name=self._names[task_id], task_id=task_id)
        kind = self._kinds[task_id * len(self._kinds) // len(self._names)]
        self.fits.append(TimedFit(context, self._limit, kind, self._n_epochs))
        return self.fits[-1]

    def end(self) -> None:
        """End the fits that run in threads, and start no others."""
        self._limit.end = -math.inf
        for fit in self.fits:
            fit.deadline.end = -math.inf


def _marked(scores: Any) -> Any:
    return attach(scores, **{UNFINISHED: True})


def unfinished(example: dict[str, Any]) -> dict[str, Any]:
    """Return a record like another one, for a fit that is not whole."""
    scores = {}
    for part in set(SCORES) & set(example):
        names = example[part] if isinstance(example[part], dict) else None
        scores[part] = _marked(math.nan if names is None else dict.fromkeys(names, math.nan))
    return {**example, **scores, "fit_time": 0.0, "score_time": 0.0, "fit_error": None}


def score_timed(scorer: Any, estimator: Any, X: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Return the scores of an estimator, and mark those of a fit that is not whole."""
    fit = current_fit.get()
    assert fit is not None
    if not fit.is_whole:
        return _marked(equal_scores(scorer, math.nan))
    return fit.scored(scorer(estimator, X, *args, **kwargs), X)
