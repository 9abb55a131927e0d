"""How long the fits of a family take, estimated from those before."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

from joblib import effective_n_jobs
from sklearn.base import clone

from skkeras.auto._families import Family
from skkeras.model_selection import GridSearchCV

# Share of the time that is left which the first fits of a network may take.
_SHARE = 0.6
# Share of the time that is left which it may take to time epochs of other settings.
_TIMING_SHARE = 0.2
# Epochs of a fit that is timed, and the least seconds that are taken for one of them.
_TIMED_EPOCHS, _SHORTEST_EPOCH = 3, 1e-3
# A network of another structure may take this many times as long.
_UNEVEN = 3
# Estimates of the time of other settings may be that much too low.
_MARGIN = 1.25
# A network that can be trained for fewer epochs only is left out.
_MIN_EPOCHS = 3


@dataclass(frozen=True)
class EpochTimes:
    """Seconds of an epoch of as many folds as are fitted in parallel.

    Attributes
    ----------
    average : float
        With a share of the work of a fit that does not depend on epochs, such as encoding.
    further : float
        Of an epoch alone.
    """

    average: float
    further: float

    def ratio(self, other: EpochTimes) -> float:
        """Return how many times as long as another's these epochs take at most."""
        return max(self.average / other.average, self.further / other.further)


class FitTimes:
    """The times of fits of all families.

    Parameters
    ----------
    X, y
        Training data.
    shared : dict
        Arguments of all searches, with `cv` as a list of splits and `n_jobs`.

    Attributes
    ----------
    of : dict of str to float
        For the name of each family, the seconds of its latest search per unit of `Family.cost`.
    """

    def __init__(self, X: Any, y: Any, shared: dict[str, Any]) -> None:
        self._X, self._y, self._shared = X, y, shared
        self._n_parallel = min(len(shared["cv"]), effective_n_jobs(shared["n_jobs"]))
        self.of: dict[str, float] = {}
        # Of the first settings of networks.
        self._first: dict[str, float] = {}
        self._epochs: dict[str, EpochTimes] = {}

    def add(self, family: Family, seconds: float, cost: float) -> None:
        """Record the seconds that a search of this cost took."""
        self.of[family.name] = seconds / cost
        self._first.setdefault(family.name, seconds / cost)

    def has_time(self, family: Family, params: dict[str, Any], time_left: float) -> bool:
        """Return whether there is time for other settings of a family."""
        seconds = family.cost(params) * self.of[family.name]
        if family.name not in self._epochs or _UNEVEN * seconds <= time_left:
            return seconds <= time_left
        first = self._first[family.name]
        if first > _UNEVEN * time_left:
            return False
        changed = replace(family, estimator=clone(family.estimator).set_params(**params))
        try:
            times = self.time_epochs(changed, _TIMING_SHARE * time_left)
        except Exception:  # the fits will fail as well, and tell why
            return True
        return times is not None and (
            _MARGIN * times.ratio(self._epochs[family.name]) * first <= time_left
        )

    def shortened(
        self, family: Family, time_left: float, *, is_first: bool
    ) -> dict[str, int] | None:
        """Return the epochs for which there is time; None if there is too little.

        Without a time limit, with a memory, and if there is time for the epochs of the defaults, it
        is empty. The first family is trained for a few epochs in any case, rather than having
        nothing.
        """
        if not family.is_network or time_left == math.inf:
            return {}
        params = family.estimator.get_params()
        if params.get(f"{family.prefix}memory") is not None:
            return {}  # another call would not find fits of another number of epochs
        name = f"{family.prefix}epochs"
        times = self.time_epochs(family, _SHARE * time_left)
        possible = 0
        if times is not None:
            self._epochs[family.name] = times
            n_rounds = math.ceil(len(self._shared["cv"]) / self._n_parallel)
            possible = int(_SHARE * time_left / n_rounds / times.average)
        if is_first:
            possible = max(possible, _MIN_EPOCHS)
        if possible >= params[name]:
            return {}
        return {name: possible} if possible >= _MIN_EPOCHS else None

    def time_epochs(self, family: Family, time_limit: float) -> EpochTimes | None:
        """Train a network for a few epochs and return their times; None if these are too long."""
        name = f"{family.prefix}epochs"
        search = GridSearchCV(
            clone(family.estimator),
            {},
            **self._shared | {"cv": self._shared["cv"][: self._n_parallel], "keep": None},
        )
        seconds = []
        ends = time.perf_counter() + time_limit
        for n_epochs in (1, 1, _TIMED_EPOCHS):  # the first fits compile
            started = time.perf_counter()
            search.set_params(param_grid={name: [n_epochs]}, time_limit=ends - started)
            try:
                search.fit(self._X, self._y)
            except ValueError:
                if time.perf_counter() < ends:
                    raise
            if time.perf_counter() >= ends:
                return None
            seconds.append(time.perf_counter() - started)
        _, one, several = seconds
        further = max((several - one) / (_TIMED_EPOCHS - 1), _SHORTEST_EPOCH)
        return EpochTimes(several / _TIMED_EPOCHS, further)
