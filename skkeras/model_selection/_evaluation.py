"""Evaluation of candidates in batches by scikit-learn's search, which tolerates failures."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection._search import BaseSearchCV

from skkeras.inspection import params_as_code
from skkeras.model_selection._fit_records import FitRecords
from skkeras.model_selection._out_of_fold import OutOfFold
from skkeras.model_selection._repeats import merge, repeats, spread
from skkeras.model_selection._size_limit import SizeLimit
from skkeras.model_selection._time_limit import Kind, TimeLimit, kind_of
from skkeras.model_selection._timed_fit import TimedFit, TimedFits, fit_names


class Evaluation:
    """The candidates that one `fit` of a search evaluates.

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
        self._records = FitRecords(search)
        self.limit = TimeLimit(search)
        self.size = SizeLimit(search)
        self.results: dict[str, Any] = {}
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
        starts = self.limit.begin_batch(kinds, self._records.n_fits, n_epochs)
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
        self.limit.is_binding |= is_over and len(self._records.candidates) < self.n_planned
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
        first = len(self._records.candidates)
        self._records.candidates += candidates
        numbers = range(first, first + len(candidates))
        names = fit_names(numbers, self._n_repeats, self._search.n_splits_)
        context = TimedFits(ctx, names, self.limit, kinds, n_epochs)
        found: dict[int, float] = {}
        has_failed = not self._evaluate(evaluate, candidates, fits, context)
        if has_failed:
            found = dict.fromkeys(map(id, candidates), float(self._search.error_score))
        elif self.results:
            column = self.results[f"mean_{self._metric()}"]
            # Those of candidates that are not whole have been removed.
            kept = map(id, self._records.candidates[first:])
            found = dict(zip(kept, map(float, column[first:]), strict=True))
            self._note_best()
        if self._search.verbose:
            self._print(first, list(found.values()), has_failed=has_failed)
        return found, bool(ctx.call_on_fit_task_end(estimator=self._search)) or self._is_over

    def _evaluate(
        self,
        evaluate: Callable,
        candidates: list[dict[str, Any]],
        fits: list[dict[str, Any]],
        ctx: TimedFits,
    ) -> bool:
        """Return whether not all fits failed."""
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
            seconds = (time.perf_counter() - started) / (len(fits) * self._search.n_splits_)
            self._records.add_failed(fits, seconds, error)
            warnings.warn(
                f"Candidates score error_score={self._search.error_score}, because all their fits "
                f"failed: {candidates}.{error}",
                FitFailedWarning,
                stacklevel=2,
            )
            return False
        finally:
            self._search.verbose = verbose
        return True

    def _keep_finished(self, fits: list[dict[str, Any]], ctx: TimedFits) -> None:
        """Add the fits of an interrupted batch that have finished in this process."""
        n_splits = self._search.n_splits_
        if records := self._records.finished(len(fits) * n_splits, ctx.fits):
            self.results = self._search._format_results(
                [*self._records.params, *fits], n_splits, [*self._records.out, *records]
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
        self._records.replace(fits, out)
        for fit, record in zip(self._timed, out[len(out) - len(self._timed) :], strict=True):
            fit.learn(record)
        self._timed = []
        self.limit.is_binding |= self._records.leave_out_unfinished(more_results or {})
        if self.out_of_fold is not None:
            self.out_of_fold.collect(out, self.n_planned)
        if not out:
            return {}
        columns = self._records.cut_columns() if self.limit.is_limited else {}
        if self._n_repeats > 1:
            columns |= spread(out, self._n_repeats, n_splits)
            out = merge(out, self._n_repeats, n_splits)
        with warnings.catch_warnings():
            # Each later batch would repeat this warning; `finish` issues it once.
            warnings.filterwarnings("ignore", message="One or more of the .* are non-finite")
            results = BaseSearchCV._format_results(
                self._search, list(self._records.candidates), n_splits, out, more_results
            )
        return results | columns

    def finish(self) -> None:
        """Complete the results of the search.

        Raises
        ------
        ValueError
            If no candidate has a score.
        """
        self.size.check()
        if not self.results and self.limit.is_binding:
            raise ValueError(self.limit.explain(self._records.n_fits))
        if not self.results:
            error = self._records.error
            raise ValueError(f"No candidate could be fitted.{error}") from error
        if not self._records.is_complete:
            # Subclasses may add columns.
            self.results |= self._search._format_results(
                self._records.params, self._search.n_splits_, self._records.out
            )
        if np.isnan(self.results[f"mean_{self._metric()}"]).all():
            n_candidates = len(self._records.candidates)
            raise ValueError(
                f"Not one of {n_candidates} candidates has a score: all are NaN. Set "
                "error_score='raise' to see why; often `scoring` asks for what the estimator or "
                "the target does not have."
            )
        if self.out_of_fold is not None:
            self.out_of_fold.finish(self._search)
        failed = self._records.have_failed()
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
            records = self._records.of(int(np.nanargmax(means)))
            self.limit.note_best(float(np.median([record["fit_time"] for record in records])))

    def finish_interrupted(self) -> dict[str, Any]:
        """Return the results of an interrupted search; empty if no candidate has a score."""
        if not self.results or np.isnan(self.results[f"mean_{self._metric()}"]).all():
            return {}
        if self.out_of_fold is not None:
            self.out_of_fold.finish(self._search)
        return self.results

    def _batch_name(self, n_candidates: int) -> str:
        first = len(self._records.candidates) + 1
        last = first + n_candidates - 1
        which = f"candidate {first}" if n_candidates == 1 else f"candidates {first} to {last}"
        name = f"{which} of {self.n_planned}"
        if self.results:
            best = np.nanmax([-np.inf, *self.results[f"mean_{self._metric()}"]])
            name += f", best so far {best:.4f}" if np.isfinite(best) else ""
        return name

    def _print(self, first: int, scores: list[float], *, has_failed: bool) -> None:
        width = len(str(self.n_planned))
        for number, score in enumerate(scores, start=first):
            told = "failed"
            if not (has_failed or math.isnan(score)):
                told = f"{score:.4f} ({self.results[f'std_{self._metric()}'][number]:.4f})"
            params = params_as_code(self._records.candidates[number])
            print(f"[{number + 1:{width}}/{self.n_planned}] {told} {params}", flush=True)

    def _metric(self) -> str:
        """Return the name of the score that guides the search: that of `refit`, or the first."""
        names = [name[5:] for name in self.results if name.startswith("mean_test_")]
        if len(names) == 1:
            return names[0]
        self._search._check_refit_for_multimetric({name.removeprefix("test_") for name in names})
        refit = self._search.refit
        return f"test_{refit}" if isinstance(refit, str) else names[0]
