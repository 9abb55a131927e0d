"""Batches of candidates evaluated through scikit-learn's search, which failures do not end."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection._search import BaseSearchCV


class Evaluation:
    """The candidates that one `fit` of a search evaluates.

    scikit-learn ends a search when all fits of a batch fail. Here such candidates are kept, and
    put in their places among the records as soon as there are others to go by.

    Parameters
    ----------
    search : BaseSearchCV
        The search.
    """

    def __init__(self, search: BaseSearchCV) -> None:
        self._search = search
        self._failed: dict[int, tuple[dict[str, Any], float]] = {}
        self._records: tuple[list, list] = ([], [])
        self._results: dict[str, Any] = {}
        self._error: ValueError | None = None
        self._n_candidates = 0

    def scores(self, evaluate: Callable, candidates: list[dict[str, Any]], ctx: Any) -> list[float]:
        """Evaluate candidates and give their scores, NaN where the fits failed.

        Parameters
        ----------
        evaluate : callable
            What scikit-learn hands to `_run_search`.
        candidates : list of dict
            Parameters for the estimator.
        ctx : CallbackContext
            Context of the batch.

        Returns
        -------
        list of float
            One mean score a candidate, of the metric that leads the search.
        """
        started = time.perf_counter()
        first, self._n_candidates = self._n_candidates, self._n_candidates + len(candidates)
        # scikit-learn would announce each batch; the lines of `verbose` say more.
        verbose, self._search.verbose = self._search.verbose, 0
        try:
            self._results = evaluate(candidates, callback_ctx=ctx)
        except ValueError as error:
            if self._search.error_score == "raise" or "fits failed" not in str(error):
                raise
            self._error = error
            n_fits = len(candidates) * self._search.n_splits_
            seconds = (time.perf_counter() - started) / n_fits
            self._failed |= {first + i: (params, seconds) for i, params in enumerate(candidates)}
            warnings.warn(
                f"Candidates score error_score={self._search.error_score}, for all their fits "
                f"failed: {candidates}.{error}",
                FitFailedWarning,
                stacklevel=2,
            )
            return [np.nan] * len(candidates)
        finally:
            self._search.verbose = verbose
        metric = self._metric()
        return [float(score) for score in self._results[f"mean_{metric}"][-len(candidates) :]]

    def describe(self, position: int) -> str:
        """Say mean (standard deviation) of the candidate at a position from the end."""
        metric = self._metric()
        mean, std = (self._results[f"{kind}_{metric}"][position] for kind in ("mean", "std"))
        return f"{mean:.4f} ({std:.4f})"

    def place_failures(self, candidates: list[dict[str, Any]], n_splits: int, out: list) -> None:
        """Put the failed candidates into a search's own records, in the order of evaluation.

        Parameters
        ----------
        candidates : list of dict
            Parameters of the candidates evaluated so far; changed in place.
        n_splits : int
            Number of fits a candidate.
        out : list of dict
            What scikit-learn keeps of each fit; changed in place.
        """
        for index, (params, seconds) in sorted(self._failed.items()):
            candidates.insert(index, params)
            out[index * n_splits : index * n_splits] = [self._record(out[0], seconds)] * n_splits
        self._failed = {}
        self._records = (candidates, out)

    def finish(self) -> None:
        """Complete the results that the search goes on with.

        Raises
        ------
        ValueError
            If no candidate has a score.
        """
        if not self._results:
            raise ValueError(f"No candidate could be fitted.{self._error}") from self._error
        if self._failed:
            candidates, out = self._records
            self._results |= self._search._format_results(candidates, self._search.n_splits_, out)
        if np.isnan(self._results[f"mean_{self._metric()}"]).all():
            raise ValueError(
                f"Not one of {self._n_candidates} candidates has a score: all are NaN. Set "
                "error_score='raise' to see why; often `scoring` asks for what the estimator or "
                "the target does not have."
            )

    def _metric(self) -> str:
        names = [name[5:] for name in self._results if name.startswith("mean_test_")]
        if len(names) == 1:
            return names[0]
        self._search._check_refit_for_multimetric({name.removeprefix("test_") for name in names})
        return f"test_{self._search.refit}"

    def _record(self, example: dict[str, Any], seconds: float) -> dict[str, Any]:
        record = {**example, "fit_error": str(self._error), "fit_time": seconds, "score_time": 0.0}
        score = self._search.error_score
        for kind in {"test_scores", "train_scores"} & set(example):
            scores = example[kind]
            record[kind] = dict.fromkeys(scores, score) if isinstance(scores, dict) else score
        return record
