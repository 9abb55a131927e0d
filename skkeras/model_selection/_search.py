"""Mixin of the searches: checks before the first fit, repeats over seeds, verbose output."""

from __future__ import annotations

import copy
import functools
import math
import warnings
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import clone, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import check_cv
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras._deadline import Deadline
from skkeras._docs import DocumentedMixin
from skkeras._guessed_names import nested_replacements
from skkeras.model_selection._evaluation import Evaluation
from skkeras.model_selection._jobs import threads_for
from skkeras.model_selection._out_of_fold import OutOfFold, integer_splits, score_and_keep
from skkeras.model_selection._score_results import WrappedScorer, wrap
from skkeras.model_selection._scorers import check_responses, check_score_names
from skkeras.model_selection._timed_fit import current_fit, score_timed

_MAX_SEED = 2**31 - 1
_KEPT = ("cv_predictions_", "cv_estimators_", "cv_test_indices_", "cv_target_")
_FOUND = ("best_estimator_", "best_index_", "best_params_", "best_score_", "cv_results_")
# Minimum fits per job in a batch, so that few jobs wait for the last fits.
_FITS_A_JOB = 4

# Of the parameters that all searches of this package have in addition to scikit-learn's.
SEARCH_CONSTRAINTS = {
    "n_repeats": [Interval(Integral, 1, None, closed="left")],
    "keep": [StrOptions({"predictions", "estimators"}), None],
    "time_limit": [Interval(Real, 0, None, closed="neither"), None],
    "max_parameters": [Interval(Integral, 1, None, closed="left"), None],
}


class SearchMixin(DocumentedMixin, BaseSearchCV):
    """Mixin that checks the search spaces first, repeats fits and reports progress.

    It precedes scikit-learn's class among the bases. A subclass returns an example of each search
    space from `_examples`, and evaluates candidates with `_evaluate_all` or, batch by batch, with
    `_evaluation`.

    Parameters
    ----------
    n_repeats : int, default=1
        Number of times that each candidate is fitted on each split, with different seeds: every
        ``random_state`` in the estimator is varied. Candidates are ranked by the mean over all
        repeats.
    keep : {"predictions", "estimators"} or None, default=None
        What to keep of each fit: what it predicts for the rows that it holds out, in
        `cv_predictions_`, or also the fitted estimator, in `cv_estimators_`.
    time_limit : float or None, default=None
        Seconds after which `fit` ends, including the refit. A candidate starts only if it is
        expected to end in time. When the time is over, skkeras networks end after their current
        epoch or before it. A candidate that has scores on all splits but was cut in this way is the
        best one only if no other candidate has a score; candidates without all scores are left out.
        Other estimators cannot be ended, so `fit` may take as much longer as one of their fits.
    max_parameters : int or None, default=None
        Maximum number of weights of a network. Candidates with larger networks are left out, with a
        warning that says how many; they are built, but not trained. Other candidates do not take
        their place, and candidates without an skkeras network are never left out.
    scoring : str, callable, list, tuple or dict, default=None
        As in scikit-learn, like all other parameters unless stated otherwise.
    n_jobs : int, default=None
        Number of jobs that joblib runs in parallel: threads for skkeras networks, which share
        compiled programs, and processes for other estimators or if `joblib.parallel_config` selects
        them.
    refit : bool, str or callable, default=True
        Whether to fit the best candidate on all data. With several scores, the name of the score
        that selects the best candidate.
    cv : int, splitter or iterable, default=None
        As in `sklearn.model_selection.GridSearchCV`. All candidates use the same splits.
    verbose : int, default=0
        If at least 1, print a line for each candidate: mean (standard deviation) and parameters. If
        at least 2, also print scikit-learn's lines for each fit. With several jobs, candidates are
        then dispatched in batches of at least four fits per job.
    pre_dispatch : int or str, default="2*n_jobs"
        Number of jobs that are dispatched at a time.
    error_score : "raise" or float, default=nan
        Score of a candidate whose fit fails.
    return_train_score : bool, default=False
        Whether `cv_results_` includes the scores on the training folds.

    Attributes
    ----------
    cv_results_ : dict of ndarray
        One row per candidate. With repeats, ``split0_test_score`` etc. are means over the seeds,
        ``repeat0_test_score`` etc. are means over the splits, and ``std_repeats_test_score`` is the
        standard deviation between seeds.
    best_estimator_, best_score_, best_params_, best_index_
        The best candidate, as in `sklearn.model_selection.GridSearchCV`.
    interrupted_ : bool
        Whether the search ended before all candidates were evaluated: by `time_limit`, or by
        Ctrl-C. After Ctrl-C, `KeyboardInterrupt` is raised; `cv_results_` and `best_params_` are
        those of the candidates that had finished, and there is no `best_estimator_`.
    cv_predictions_ : ndarray of float32, shape (n_candidates, n_samples[, n_columns])
        With `keep`, for each row of `cv_results_` what `cross_val_predict` returns: probabilities
        for classifiers, otherwise what `predict` returns. With repeats, the second axis is that of
        the repeats. A row that several folds hold out has the mean of their predictions; one that
        no fold holds out, or whose fit failed, is NaN. More than 256 MiB are in a temporary file.
    cv_estimators_ : list of list of estimator
        With ``keep="estimators"``, the fitted estimators of each row of `cv_results_`: those of the
        first repeat in the order of the folds, then those of the next. A failed fit is None.
    cv_test_indices_, cv_target_ : list of ndarray, ndarray
        With `keep`, the rows that each split holds out, and the target.
    scorer_, n_splits_, refit_time_, multimetric_, n_features_in_, feature_names_in_, classes_
        As in `sklearn.model_selection.GridSearchCV`.
    """

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search for the best candidate.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Target.
        **params : dict
            Parameters for the estimator's `fit`, the scorer and the splitter, such as
            `sample_weight` and `groups`, as in `sklearn.model_selection.GridSearchCV`.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If the search spaces are invalid, name parameters that the estimator does not have, or
            are empty; if X is a dict of arrays; if `scoring` needs a method that the estimator does
            not have; if `max_parameters` leaves out all candidates; after the search, if no
            candidate has a score, or if `time_limit` is over before one candidate is fitted on all
            splits.
        KeyboardInterrupt
            After Ctrl-C; what has finished is kept.
        """
        if isinstance(X, Mapping):
            raise ValueError(
                f"A search splits X into rows, and a dict of arrays has none; got the keys "
                f"{list(X)[:5]}. Give one array or data frame, and make the dict of it where each "
                "fit needs it: by `feature_encoder` in a subclass of KerasClassifier or "
                "KerasRegressor, or by KerasMultiInputClassifier and its `branches`."
            )
        check_score_names(self.scoring)
        for name in _KEPT:  # of an earlier fit
            self.__dict__.pop(name, None)
        self.interrupted_ = False
        self._evaluation, self._wraps_scorers = Evaluation(self), True
        limit = self._evaluation.limit
        deadline, outer_fit = limit.deadline(), current_fit.set(None)
        try:
            # Not super().fit: the fit of skopt has its own checks of search spaces.
            with threads_for([self.estimator], self.n_jobs), deadline.holds():
                BaseSearchCV.fit(self, X, y, **params)
            self.interrupted_ = limit.is_binding
            self._warn_about_cuts(deadline)
        except KeyboardInterrupt:
            self._keep_finished()
            raise
        finally:
            current_fit.reset(outer_fit)
            del self._evaluation
            self.__dict__.pop("_wraps_scorers", None)
        scorer = vars(self)["scorer_"]
        while isinstance(scorer, WrappedScorer):
            scorer = scorer.scorer
        self.scorer_ = scorer
        return self

    def _keep_finished(self) -> None:
        """Set the attributes of an interrupted search to what has finished."""
        self.interrupted_ = True
        for name in _FOUND:  # of an earlier fit, or of a refit that has not ended
            self.__dict__.pop(name, None)
        if results := self._evaluation.finish_interrupted():
            self.cv_results_ = results
            names = [name[10:] for name in results if name.startswith("mean_test_")]
            self.multimetric_ = names != ["score"]
            if self.refit or not self.multimetric_:
                metric = self.refit if self.multimetric_ else "score"
                self.best_index_ = self._select_best_index(self.refit, metric, results)
                self.best_params_ = results["params"][self.best_index_]
                if not callable(self.refit):
                    self.best_score_ = results[f"mean_test_{metric}"][self.best_index_]

    def _warn_about_cuts(self, deadline: Deadline) -> None:
        """Warn if the time limit makes the best estimator another one than it would be."""
        cut = self.cv_results_.get("timed_out")
        best = vars(self).get("best_index_")
        if cut is not None and best is not None and cut[best]:
            warnings.warn(
                f"time_limit={self.time_limit:g} seconds ended the best candidate after "
                f"{self.cv_results_['n_iter'][best]} epochs, and no candidate was trained for all "
                "its epochs. Raise time_limit, or search smaller or fewer networks.",
                ConvergenceWarning,
                stacklevel=3,
            )
        if deadline.n_epochs is not None:
            n_trained, n_planned = deadline.n_epochs
            warnings.warn(
                f"time_limit={self.time_limit:g} seconds ended the refit after {n_trained} of "
                f"{n_planned} epochs.",
                ConvergenceWarning,
                stacklevel=3,
            )

    @staticmethod
    def _select_best_index(refit: Any, refit_metric: str, results: dict[str, Any]) -> int:
        if not callable(refit) and "timed_out" in results:
            scores = np.where(results["timed_out"], np.nan, results[f"mean_test_{refit_metric}"])
            if not np.isnan(scores).all():
                return int(np.nanargmax(scores))
        return int(BaseSearchCV._select_best_index(refit, refit_metric, results))

    def _get_scorers(self) -> tuple[Any, str]:
        scorers, metric = super()._get_scorers()
        # `BaseSearchCV.fit` calls this first, for the scorers of the fits.
        if self.__dict__.pop("_wraps_scorers", False):
            scorers = wrap(self._wrap_scorers(scorers), score_timed)
        return scorers, metric

    def _wrap_scorers(self, scorers: Any, copies: bool = False) -> Any:
        """Return scorers whose scores carry what the search keeps of each fit."""
        if self.keep is None:
            return scorers
        return wrap(scorers, functools.partial(score_and_keep, self.keep, copies))

    def test_indices(self, X: Any, y: Any) -> list[np.ndarray]:
        """Return the rows that each split of `cv` holds out, without groups."""
        cv = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        return [test for _, test in integer_splits(cv, X, y)]

    def _examples(self) -> Iterable[dict[str, Any]]:
        """Return one candidate of each search space."""
        raise NotImplementedError

    def _check_input_parameters(self, X: Any, y: Any, split_params: Any) -> None:
        examples = list(self._examples())
        if not examples:
            raise ValueError(
                "The search space is an empty list; give at least one dict of parameters to search,"
                ' as in {"learning_rate": ...}.'
            )
        for example in examples:
            self._check_candidate(example)
        check_responses(self)
        splitter = vars(self)["_checked_cv_orig"]
        if not isinstance(getattr(splitter, "random_state", 0), Integral):
            # Otherwise each batch of candidates would be scored on different splits.
            fixed = copy.copy(splitter)
            fixed.random_state = check_random_state(splitter.random_state).randint(_MAX_SEED)
            self._checked_cv_orig = fixed
        self._evaluation.size.learn(X, y)
        self._evaluation.limit.learn_rows(self._checked_cv_orig, X, y, split_params)
        if self.keep is not None:
            self._evaluation.out_of_fold = OutOfFold(self, X, y, split_params)

    def _check_candidate(self, candidate: dict[str, Any]) -> Any:
        """Return the estimator with the parameters of a candidate."""
        estimator = self.estimator
        try:
            return clone(estimator).set_params(**clone(candidate, safe=False))
        except (AttributeError, TypeError, ValueError) as error:
            known = estimator.get_params()
            unknown = set(candidate) - set(known)
            meant = sorted(there for name in unknown for there in nested_replacements(name, known))
            raise ValueError(
                f"A search space does not fit the estimator. {error}"
                + (f" Did you mean {', '.join(meant)}?" if meant else "")
            ) from error

    def _batches(self, candidates: list[Any]) -> list[list[Any]]:
        """Split candidates that are all known in advance into batches.

        Without verbose output, callbacks and a time limit, there is one batch. Otherwise batches
        are small, so that scores are available while the search runs.
        """
        size = len(candidates)
        if self.verbose or self.time_limit is not None or getattr(self, "_skl_callbacks", None):
            n_jobs = effective_n_jobs(self.n_jobs)
            n_fits = self.n_splits_ * self.n_repeats
            size = 1 if n_jobs == 1 else math.ceil(_FITS_A_JOB * n_jobs / n_fits)
        return [candidates[first : first + size] for first in range(0, len(candidates), size)]

    def _evaluate_all(
        self, evaluate: Callable, candidates: list[dict[str, Any]], callback_ctx: Any
    ) -> None:
        """Evaluate candidates that are all known in advance."""
        batches = self._batches(candidates)
        search_ctx = callback_ctx.subcontext(
            task_name="search", max_subtasks=len(batches)
        ).call_on_fit_task_begin(estimator=self)
        self._evaluation.n_planned = len(candidates)
        for batch in batches:
            batch = self._evaluation.keep_small(batch)
            _, stop = self._evaluation.scores(evaluate, batch, search_ctx)
            if stop:
                break
        search_ctx.call_on_fit_task_end(estimator=self)
        self._evaluation.finish()

    def _format_results(
        self, candidate_params: list, n_splits: int, out: list, more_results: Any = None
    ) -> dict[str, Any]:
        return self._evaluation.format(candidate_params, n_splits, out, more_results)

    def __getstate__(self) -> dict[str, Any]:
        # Each fit in a worker process pickles the search: leave out what only `fit` needs.
        state = super().__getstate__()
        return {name: state[name] for name in state if name not in ("_callbacks", "_evaluation")}
