"""Evaluation of candidates in batches by scikit-learn's search, which tolerates failures."""

from __future__ import annotations

import itertools
import math
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection._search import BaseSearchCV

from skkeras.inspection import params_as_code
from skkeras.model_selection._fit_pool import name_all
from skkeras.model_selection._out_of_fold import OutOfFold
from skkeras.model_selection._repeats import merge, repeats, spread
from skkeras.model_selection._score_results import SCORES, detach
from skkeras.model_selection._size_limit import SizeLimit
from skkeras.model_selection._time_limit import Kind, TimeLimit, kind_of
from skkeras.model_selection._timed_fit import CUT, UNFINISHED, TimedFit, TimedFits, unfinished


class Evaluation:
    """The candidates that one `fit` of a search evaluates.

    scikit-learn stops a search with an error if all fits of a batch fail. Here, such candidates are
    kept and inserted into the records as soon as another fit has a record to copy.

    Parameters
    ----------
    search : BaseSearchCV
        The search; its `n_repeats` is the number of times that each candidate is fitted.

    Attributes
    ----------
    n_planned : int
        Number of candidates that the search plans to evaluate.
    out_of_fold : OutOfFold or None
        Collects the predictions and estimators of the fits, if the search keeps them.
    size : SizeLimit
        Counts the weights of networks.
    limit : TimeLimit
        Decides which candidates start, and when their fits end.
    results : dict
        `cv_results_` of the candidates so far.
    """

    def __init__(self, search: Any) -> None:
        self.n_planned = 0
        self.out_of_fold: OutOfFold | None = None
        self._search = search
        self._n_repeats: int = search.n_repeats
        self._candidates: list[dict[str, Any]] = []
        # Position of each failed fit -> parameters with seeds, and seconds.
        self._failed: dict[int, tuple[dict[str, Any], float]] = {}
        self._records: tuple[list, list] = ([], [])
        self.limit = TimeLimit(search)
        self.size = SizeLimit(search)
        self.results: dict[str, Any] = {}
        self._error: ValueError | None = None
        self._n_whole = 0
        self._timed: list[TimedFit] = []

    def keep_small(self, candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the candidates whose networks are not too large; no others are planned."""
        kept = self.size.keep(candidates)
        self.n_planned -= len(candidates) - len(kept)
        return kept

    def scores(
        self,
        evaluate: Callable,
        candidates: list[dict[str, Any]],
        search_ctx: Any,
        n_epochs: int = 1,
        prepare: Callable[[list[int]], None] = lambda places: None,
    ) -> tuple[list[float], bool]:
        """Evaluate a batch of candidates, and print a line for each if `verbose` is set.

        Parameters
        ----------
        evaluate : callable
            The function that scikit-learn passes to `_run_search`.
        candidates : list of dict
            Parameters for the estimator.
        search_ctx : CallbackContext
            Context of the search, in which the batch becomes a subtask.
        n_epochs : int, default=1
            Number of epochs of a fit, if the time of a fit depends on it.
        prepare : callable, optional
            Called before the fits, with the places of the candidates that start.

        Returns
        -------
        scores : list of float
            One mean score per candidate, of the metric that guides the search; `error_score` if
            all fits failed, and NaN for a candidate that is left out because of the time limit.
        stop : bool
            Whether a callback requests to stop the search, or its time is over.
        """
        kinds = self._kinds(candidates)
        n_fits = self._n_repeats * self._search.n_splits_
        starts = self.limit.begin_batch(kinds, n_fits, n_epochs)
        places = [place for place, start in enumerate(starts) if start]
        if not places:
            return [math.nan] * len(candidates), self._is_over
        prepare(places)
        chosen = [candidates[place] for place in places]
        context = [kinds[place] for place in places], n_epochs
        found, stop = self._scores(evaluate, chosen, search_ctx, *context)
        return [found.get(id(params), math.nan) for params in candidates], stop

    @property
    def _is_over(self) -> bool:
        is_over = self.limit.is_over
        self.limit.is_binding |= is_over and len(self._candidates) < self.n_planned
        return is_over

    def _kinds(self, candidates: list[dict[str, Any]]) -> list[Kind]:
        if not self.limit.is_limited:
            return [Kind((), False)] * len(candidates)
        return [kind_of(self._search.estimator, params) for params in candidates]

    def _scores(
        self,
        evaluate: Callable,
        candidates: list[dict[str, Any]],
        search_ctx: Any,
        kinds: list[Kind],
        n_epochs: int,
    ) -> tuple[dict[int, float], bool]:
        """Return the score of each candidate by its id, and whether the search ends."""
        estimator = self._search.estimator
        fits = [fit for params in candidates for fit in repeats(estimator, params, self._n_repeats)]
        ctx = search_ctx.subcontext(
            task_name=self._batch_name(len(candidates)),
            max_subtasks=len(fits) * self._search.n_splits_,
            sequential_subtasks=False,
        ).call_on_fit_task_begin(estimator=self._search)
        first = len(self._candidates)
        self._candidates += candidates
        context = TimedFits(ctx, self._fit_names(first), self.limit, kinds, n_epochs)
        found: dict[int, float] = {}
        if not self._evaluate(evaluate, fits, context):
            found = dict.fromkeys(map(id, candidates), float(self._search.error_score))
        elif self.results:
            column = self.results[f"mean_{self._metric()}"]
            # Those of candidates that are not whole have been removed.
            kept = map(id, self._candidates[first:])
            found = dict(zip(kept, map(float, column[first:]), strict=True))
            self._note_best()
        if self._search.verbose:
            self._print(first, list(found.values()))
        return found, bool(ctx.call_on_fit_task_end(estimator=self._search)) or self._is_over

    def _evaluate(self, evaluate: Callable, fits: list[dict[str, Any]], ctx: TimedFits) -> bool:
        started = time.perf_counter()
        self._timed = ctx.fits
        # Turn off scikit-learn's message for each batch; `_print` is more informative.
        verbose, self._search.verbose = self._search.verbose, 0
        try:
            self.results = evaluate(fits, callback_ctx=ctx)
        except KeyboardInterrupt:
            ctx.end()
            self._keep_finished(fits, ctx)
            raise
        except ValueError as error:
            if self._search.error_score == "raise" or "fits failed" not in str(error):
                raise
            self._error = error
            seconds = (time.perf_counter() - started) / (len(fits) * self._search.n_splits_)
            first = len(self._candidates) * self._n_repeats - len(fits)
            self._failed |= {first + i: (params, seconds) for i, params in enumerate(fits)}
            warnings.warn(
                f"Candidates score error_score={self._search.error_score}, because all their fits "
                f"failed: {self._candidates[first // self._n_repeats :]}.{error}",
                FitFailedWarning,
                stacklevel=2,
            )
            return False
        finally:
            self._search.verbose = verbose
        return True

    def _keep_finished(self, fits: list[dict[str, Any]], ctx: TimedFits) -> None:
        """Add the fits of an interrupted batch that have finished in this process."""
        n_fits = len(fits) * self._search.n_splits_
        new = [fit.record for fit in ctx.fits]
        new += [None] * (n_fits - len(new))
        before, out = self._records
        example = next((record for record in [*out, *new] if record is not None), None)
        if example is None:
            return
        records = [unfinished(example) if record is None else record for record in new]
        self.results = self._search._format_results(
            [*before, *fits], self._search.n_splits_, [*out, *records]
        )

    def format(
        self, fits: list[dict[str, Any]], n_splits: int, out: list, more_results: Any = None
    ) -> dict[str, Any]:
        """Return `cv_results_` of all candidates evaluated so far.

        Parameters
        ----------
        fits : list of dict
            Parameters of the fits so far, including seeds. Failed fits are inserted in place.
        n_splits : int
            Number of splits per fit.
        out : list of dict
            scikit-learn's record of each fit and split. Failed fits are inserted in place.
        more_results : dict of list or None, default=None
            Additional columns.

        Returns
        -------
        dict
            One row per candidate.
        """
        for index, (params, seconds) in sorted(self._failed.items()):
            fits.insert(index, params)
            out[index * n_splits : index * n_splits] = [self._record(out[0], seconds)] * n_splits
        self._failed = {}
        self._leave_out_unfinished(fits, n_splits, out, more_results or {})
        if self.out_of_fold is not None:
            self.out_of_fold.collect(out, self.n_planned)
        self._records = (fits, out)
        if not out:
            return {}
        columns = self._cut_columns(out) if self.limit.is_limited else {}
        if self._n_repeats > 1:
            columns |= spread(out, self._n_repeats, n_splits)
            out = merge(out, self._n_repeats, n_splits)
        with warnings.catch_warnings():
            # Each later batch would repeat this warning; `finish` issues it once.
            warnings.filterwarnings("ignore", message="One or more of the .* are non-finite")
            results = BaseSearchCV._format_results(
                self._search, list(self._candidates), n_splits, out, more_results
            )
        return results | columns

    def _leave_out_unfinished(
        self, fits: list[dict[str, Any]], n_splits: int, out: list, more_results: dict[str, list]
    ) -> None:
        """Remove the candidates that are not fitted on all splits."""
        for fit, record in zip(self._timed, out[len(out) - len(self._timed) :], strict=True):
            fit.learn(record)
        self._timed = []
        n_fits = self._n_repeats * n_splits
        for number in reversed(range(self._n_whole, len(self._candidates))):
            own = slice(number * n_fits, (number + 1) * n_fits)
            for record in out[own]:
                record[CUT] = detach(record, CUT)
            if any([detach(record, UNFINISHED) for record in out[own]]):
                self.limit.is_binding = True
                del out[own], self._candidates[number]
                del fits[number * self._n_repeats : (number + 1) * self._n_repeats]
                for column in more_results.values():
                    del column[number]
        self._n_whole = len(self._candidates)
        if out:
            name_all(out)

    def _cut_columns(self, out: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the columns that say which candidates were cut, and after how many epochs."""
        n_fits = len(out) // len(self._candidates)
        trained = [
            min(
                (record[CUT][0] for record in out[first : first + n_fits] if record[CUT]), default=0
            )
            for first in range(0, len(out), n_fits)
        ]
        timed_out = np.array(trained) > 0
        return {"timed_out": timed_out, "n_iter": np.ma.array(trained, mask=~timed_out)}

    def finish(self) -> None:
        """Complete the results of the search.

        Raises
        ------
        ValueError
            If no candidate has a score.
        """
        self.size.check()
        if not self.results and self.limit.is_binding:
            raise ValueError(self.limit.explain(self._n_repeats * self._search.n_splits_))
        if not self.results:
            raise ValueError(f"No candidate could be fitted.{self._error}") from self._error
        if self._failed:
            fits, out = self._records
            # Subclasses may add columns.
            self.results |= self._search._format_results(fits, self._search.n_splits_, out)
        if np.isnan(self.results[f"mean_{self._metric()}"]).all():
            raise ValueError(
                f"Not one of {len(self._candidates)} candidates has a score: all are NaN. Set "
                "error_score='raise' to see why; often `scoring` asks for what the estimator or "
                "the target does not have."
            )
        if self.out_of_fold is not None:
            self.out_of_fold.finish(self._search)
        errors = [record["fit_error"] is not None for record in self._records[1]]
        failed = np.reshape(errors, (len(self._candidates), -1)).any(axis=1)
        for name, means in self.results.items():
            # Failed fits have already been warned about.
            if (
                name.startswith(("mean_test_", "mean_train_"))
                and (~np.isfinite(means) & ~failed).any()
            ):
                warnings.warn(
                    f"One or more of the {name.split('_')[1]} scores are non-finite: {means}",
                    UserWarning,
                    stacklevel=2,
                )

    def _note_best(self) -> None:
        means = self.results[f"mean_{self._metric()}"]
        if self.limit.is_limited and not np.isnan(means).all():
            n_fits = self._n_repeats * self._search.n_splits_
            first = int(np.nanargmax(means)) * n_fits
            records = self._records[1][first : first + n_fits]
            self.limit.note_best(float(np.median([record["fit_time"] for record in records])))

    def finish_interrupted(self) -> dict[str, Any]:
        """Return the results of an interrupted search; empty if no candidate has a score."""
        if not self.results or np.isnan(self.results[f"mean_{self._metric()}"]).all():
            return {}
        if self.out_of_fold is not None:
            self.out_of_fold.finish(self._search)
        return self.results

    def _batch_name(self, n_candidates: int) -> str:
        first = len(self._candidates) + 1
        last = first + n_candidates - 1
        which = f"candidate {first}" if n_candidates == 1 else f"candidates {first} to {last}"
        name = f"{which} of {self.n_planned}"
        if self.results:
            best = np.nanmax([-np.inf, *self.results[f"mean_{self._metric()}"]])
            name += f", best so far {best:.4f}" if np.isfinite(best) else ""
        return name

    def _fit_names(self, first: int) -> list[str]:
        return [
            f"candidate {candidate + 1}"
            + (f", seed {repeat + 1} of {self._n_repeats}" if self._n_repeats > 1 else "")
            + f", fold {fold + 1} of {self._search.n_splits_}"
            for candidate, repeat, fold in itertools.product(
                range(first, len(self._candidates)),
                range(self._n_repeats),
                range(self._search.n_splits_),
            )
        ]

    def _print(self, first: int, scores: list[float]) -> None:
        width = len(str(self.n_planned))
        for number, score in enumerate(scores, start=first):
            told = "failed"
            if not (math.isnan(score) or number * self._n_repeats in self._failed):
                told = f"{score:.4f} ({self.results[f'std_{self._metric()}'][number]:.4f})"
            params = params_as_code(self._candidates[number])
            print(f"[{number + 1:{width}}/{self.n_planned}] {told} {params}", flush=True)

    def _metric(self) -> str:
        """Return the name of the score that guides the search: that of `refit`, or the first."""
        names = [name[5:] for name in self.results if name.startswith("mean_test_")]
        if len(names) == 1:
            return names[0]
        self._search._check_refit_for_multimetric({name.removeprefix("test_") for name in names})
        refit = self._search.refit
        return f"test_{refit}" if isinstance(refit, str) else names[0]

    def _record(self, example: dict[str, Any], seconds: float) -> dict[str, Any]:
        record = {
            **example,
            CUT: None,
            "fit_error": str(self._error),
            "fit_time": seconds,
            "score_time": 0.0,
        }
        score = self._search.error_score
        for kind in set(SCORES) & set(example):
            scores = example[kind]
            record[kind] = dict.fromkeys(scores, score) if isinstance(scores, dict) else score
        return record
