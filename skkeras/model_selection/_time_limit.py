"""The time of a search: which candidates and fits start, and when they end."""

from __future__ import annotations

import math
from collections import deque
from typing import Any, NamedTuple

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import clone
from sklearn.utils.validation import _num_samples

from skkeras._deadline import Deadline, now
from skkeras.model_selection._jobs import has_network
from skkeras.model_selection._out_of_fold import integer_splits

# Last fits of a kind that estimates are made from.
_N_KEPT = 100


class Kind(NamedTuple):
    """What fits of about the same time have in common.

    Attributes
    ----------
    types : tuple of str
        Names of the types of the estimator and of those inside it.
    can_end : bool
        Whether a deadline ends the training of a network in it.
    """

    types: tuple[str, ...]
    can_end: bool


def kind_of(estimator: Any, candidate: dict[str, Any]) -> Kind:
    """Return the kind of the fits of a candidate.

    Parameters
    ----------
    estimator : estimator object
        The estimator whose parameters are searched.
    candidate : dict
        Parameters for the estimator.
    """
    given = clone(estimator).set_params(**clone(candidate, safe=False))
    parts = [given, *given.get_params().values()]
    types = sorted(type(part).__name__ for part in parts if hasattr(part, "fit"))
    return Kind(tuple(types), has_network(given))


def _told(seconds: float) -> str:
    return f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"


class TimeLimit:
    """Estimates how long fits take, and reserves time for the refit.

    A fit takes as long as the fits of its kind so far: their median if a deadline can end them,
    otherwise their maximum. The first fit of a kind of networks does not count, because it
    compiles; the first fit of another kind is expected to take as long. As long as nothing is
    known, all fits of a batch and the refit have equal shares of the time left.

    Parameters
    ----------
    search : BaseSearchCV
        The search; its `time_limit` begins now.

    Attributes
    ----------
    end : float
        Time at which the search ends.
    refit_size : int
        Number of epochs of the refit; 1 if the epochs of fits are not counted.
    is_binding : bool
        Whether candidates were left out or cut.
    """

    def __init__(self, search: Any) -> None:
        self._began = now()
        self._limit = search.time_limit
        self.end = math.inf if self._limit is None else self._began + self._limit
        self.refit_size = 1
        self.is_binding = False
        self._refits = search.refit is not False
        self._n_jobs = effective_n_jobs(search.n_jobs)
        self._rows_ratio = 1.0
        self._refit_of_best = 0.0
        # Seconds of the slowest first fit of a kind of networks, which compiles.
        self._first_fit = 0.0
        self._batch = self._began, 1.0
        # Kind of a fit -> number of epochs -> seconds of each fit.
        self._seconds: dict[Kind, dict[int, deque[float]]] = {}
        # Seconds of whole fits, and estimated seconds of those that were cut.
        self._whole: deque[float] = deque(maxlen=_N_KEPT)
        self._cut: deque[float] = deque(maxlen=_N_KEPT)

    @property
    def is_limited(self) -> bool:
        """Whether there is a limit."""
        return self._limit is not None

    def deadline(self) -> Deadline:
        """Return the deadline of the refit, which trains at least one epoch."""
        return Deadline(self.end, needs_an_epoch=True)

    def learn_rows(self, cv: Any, X: Any, y: Any, params: dict[str, Any]) -> None:
        """Learn how many more rows the refit has than another fit."""
        if self.is_limited:
            train, _ = next(integer_splits(cv, X, y, **params))
            self._rows_ratio = _num_samples(X) / len(train)

    def note(self, kind: Kind, size: int, seconds: float, n_epochs: tuple[int, int] | None) -> None:
        """Record how long a fit took.

        Parameters
        ----------
        kind : Kind
            Its kind.
        size : int
            Number of epochs.
        seconds : float
            Seconds, including its scores.
        n_epochs : tuple of int or None
            Trained and planned epochs of a fit that was cut.
        """
        if n_epochs is not None:
            self.is_binding = True
            self._cut.append(seconds * n_epochs[1] / n_epochs[0])
            return
        self._whole.append(seconds)
        known = self._seconds.get(kind)
        if known is None:
            known = self._seconds[kind] = {}
            if kind.can_end:
                self._first_fit = max(self._first_fit, seconds)
                return
        known.setdefault(size, deque(maxlen=_N_KEPT)).append(seconds)

    def note_best(self, seconds: float) -> None:
        """Record how long a fit of the best candidate so far takes."""
        self._refit_of_best = seconds * self._rows_ratio

    def seconds(self, kind: Kind, size: int) -> float | None:
        """Return how long a fit of `size` epochs takes; None if nothing is known."""
        known = self._seconds.get(kind)
        if not known:
            return None
        typical = {
            n: float((np.median if kind.can_end else np.max)(list(times)))
            for n, times in list(known.items())
        }
        if size in typical:
            return typical[size]
        if len(typical) == 1:
            return next(iter(typical.values()))
        before, last = sorted(typical)[-2:]
        slope = (typical[last] - typical[before]) / (last - before)
        return typical[last] + max(slope, 0.0) * (size - last)

    def end_of(self, kind: Kind) -> float:
        """Return the time at which a fit must end, so that the refit still has time."""
        if not (self.is_limited and self._refits):
            return self.end
        expected = self.seconds(kind, self.refit_size)
        if expected is not None:
            return self.end - max(expected * self._rows_ratio, self._refit_of_best)
        began, n_rounds = self._batch
        return self.end - (self.end - began) * self._rows_ratio / (n_rounds + self._rows_ratio)

    def may_start(self, kind: Kind, size: int, n_fits: int = 1, waits: float = 0.0) -> bool:
        """Return whether fits that begin together would end in time.

        Parameters
        ----------
        kind : Kind
            Their kind.
        size : int
            Number of epochs.
        n_fits : int, default=1
            Number of fits.
        waits : float, default=0.0
            Seconds until they begin.
        """
        if not self.is_limited:
            return now() < self.end  # which Ctrl-C changes
        seconds = self.seconds(kind, size)
        if seconds is not None:
            seconds *= math.ceil(n_fits / self._n_jobs)
        else:
            seconds = self._first_fit if kind.can_end and kind not in self._seconds else 0.0
        return now() + waits + seconds < self.end_of(kind)

    def begin_batch(self, kinds: list[Kind], n_fits: int, size: int) -> list[bool]:
        """Begin a batch, and return which of its candidates would end in time.

        Parameters
        ----------
        kinds : list of Kind
            Kind of each candidate.
        n_fits : int
            Number of fits of a candidate.
        size : int
            Number of epochs of a fit.
        """
        self._batch = now(), math.ceil(n_fits * len(kinds) / self._n_jobs)
        waits, chosen = 0.0, []
        for kind in kinds:
            chosen.append(self.may_start(kind, size, n_fits, waits))
            if chosen[-1]:
                waits += (self.seconds(kind, size) or 0.0) * n_fits / self._n_jobs
        self.is_binding |= not all(chosen)
        return chosen

    @property
    def is_over(self) -> bool:
        """Whether the search has no time left."""
        return now() >= self.end - (self._refit_of_best if self._refits else 0.0)

    def explain(self, n_fits: int) -> str:
        """Return a message for a limit that ended the search before any candidate was whole.

        Parameters
        ----------
        n_fits : int
            Number of fits of a candidate.
        """
        if self._whole or self._cut:
            # The first fit compiles, so it is not typical.
            one = float(np.median(list(self._whole)[1:] or self._whole or self._cut))
            refit = one * self._rows_ratio if self._refits else 0.0
            total = one * math.ceil(n_fits / self._n_jobs) + refit
            told = (
                f"one fit takes about {_told(one)} seconds, and a candidate with {n_fits} fits"
                f"{' and the refit' if self._refits else ''} about {_told(total)}"
            )
        else:
            told = "no fit was complete, and no network trained an epoch in each fit"
        return (
            f"time_limit={self._limit:g} seconds ended the search before one candidate was fitted "
            f"on all splits: {told}. Raise time_limit, or search smaller or fewer networks."
        )
