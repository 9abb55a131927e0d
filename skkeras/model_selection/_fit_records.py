"""Records of the fits of a search, also of those that failed or were interrupted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from skkeras.model_selection._fit_pool import name_all
from skkeras.model_selection._score_results import SCORES, detach
from skkeras.model_selection._timed_fit import CUT, UNFINISHED, TimedFit, unfinished


class FitRecords:
    """The candidates of a search, and what scikit-learn returns for each of their fits.

    scikit-learn returns no records if all fits of a batch fail. The fits of such a batch get copies
    of another record as soon as there is one.

    Parameters
    ----------
    search : BaseSearchCV
        The search.

    Attributes
    ----------
    candidates : list of dict
        Parameters of the candidates, in the order of evaluation.
    params : list of dict
        Parameters of each fit, including seeds: one for each candidate and repeat.
    out : list of dict
        scikit-learn's record of each fit on each split.
    error : ValueError or None
        Of the last batch all of whose fits failed.
    """

    def __init__(self, search: Any) -> None:
        self._search = search
        self.candidates: list[dict[str, Any]] = []
        self.params: list[dict[str, Any]] = []
        self.out: list[dict[str, Any]] = []
        self.error: ValueError | None = None
        # Position of each failed fit -> parameters with seeds, and seconds.
        self._failed: dict[int, tuple[dict[str, Any], float]] = {}
        self._n_whole = 0

    @property
    def n_fits(self) -> int:
        """Number of fits of a candidate, over all repeats and splits."""
        return int(self._search.n_repeats * self._search.n_splits_)

    def of(self, candidate: int) -> list[dict[str, Any]]:
        """Return the records of a candidate."""
        return self.out[candidate * self.n_fits : (candidate + 1) * self.n_fits]

    def add_failed(self, params: list[dict[str, Any]], seconds: float, error: ValueError) -> None:
        """Add the fits of a batch that failed.

        Parameters
        ----------
        params : list of dict
            Their parameters, including seeds.
        seconds : float
            Seconds of a fit on one split.
        error : ValueError
            The error of scikit-learn.
        """
        first = len(self.candidates) * self._search.n_repeats - len(params)
        self._failed |= {first + i: (one, seconds) for i, one in enumerate(params)}
        self.error = error

    @property
    def is_complete(self) -> bool:
        """Whether `out` has records of all candidates, also of those that failed."""
        return not self._failed

    def replace(self, params: list[dict[str, Any]], out: list[dict[str, Any]]) -> None:
        """Take the lists of all fits so far, and insert those that failed."""
        n_splits = self._search.n_splits_
        for index, (one, seconds) in sorted(self._failed.items()):
            params.insert(index, one)
            out[index * n_splits : index * n_splits] = [self._failure(out[0], seconds)] * n_splits
        self._failed = {}
        self.params, self.out = params, out

    def _failure(self, example: dict[str, Any], seconds: float) -> dict[str, Any]:
        score = self._search.error_score
        record = example | {"fit_error": str(self.error), "fit_time": seconds, "score_time": 0.0}
        for kind in set(SCORES) & set(example):
            scores = example[kind]
            record[kind] = dict.fromkeys(scores, score) if isinstance(scores, dict) else score
        return record | {CUT: None}

    def finished(self, n_fits: int, fits: Sequence[TimedFit]) -> list[dict[str, Any]]:
        """Return the records of a batch that was interrupted.

        Parameters
        ----------
        n_fits : int
            Number of fits of the batch, over all splits.
        fits : sequence of TimedFit
            Those that have started in this process.

        Returns
        -------
        list of dict
            A record for each fit; empty if no fit of the search is whole.
        """
        new = [fit.record for fit in fits]
        example = next((record for record in [*self.out, *new] if record is not None), None)
        if example is None:
            return []
        new += [None] * (n_fits - len(new))
        return [unfinished(example) if record is None else record for record in new]

    def leave_out_unfinished(self, more_results: dict[str, list]) -> bool:
        """Remove the candidates that are not fitted on all splits.

        Parameters
        ----------
        more_results : dict of list
            Additional columns of `cv_results_`, from which they are removed, too.

        Returns
        -------
        bool
            Whether there were any.
        """
        n_before, n_repeats = len(self.candidates), self._search.n_repeats
        for number in reversed(range(self._n_whole, n_before)):
            for record in self.of(number):
                record[CUT] = detach(record, CUT)
            if any([detach(record, UNFINISHED) for record in self.of(number)]):
                del self.out[number * self.n_fits : (number + 1) * self.n_fits]
                del self.params[number * n_repeats : (number + 1) * n_repeats]
                del self.candidates[number]
                for column in more_results.values():
                    del column[number]
        self._n_whole = len(self.candidates)
        if self.out:
            name_all(self.out)
        return self._n_whole < n_before

    def cut_columns(self) -> dict[str, Any]:
        """Return the columns that say which candidates were cut, and after how many epochs."""
        cuts = [
            [record[CUT][0] for record in self.of(number) if record[CUT]]
            for number in range(len(self.candidates))
        ]
        trained = np.array([min(epochs, default=0) for epochs in cuts])
        return {"timed_out": trained > 0, "n_iter": np.ma.array(trained, mask=trained == 0)}

    def have_failed(self) -> np.ndarray:
        """Return the mask of the candidates that have a failed fit."""
        return np.array(
            [
                any(record["fit_error"] is not None for record in self.of(number))
                for number in range(len(self.candidates))
            ]
        )
