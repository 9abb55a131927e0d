"""Base class of the successive halving searches."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from skkeras.model_selection._brackets import Bracket, fill, tell
from skkeras.model_selection._candidate_sampler import CandidateSampler
from skkeras.model_selection._fit_pool import score_resumable
from skkeras.model_selection._halving_run import HalvingRun
from skkeras.model_selection._resumable_fit import epochs_name
from skkeras.model_selection._score_results import wrap
from skkeras.model_selection._search import SEARCH_CONSTRAINTS, SearchMixin

POSITIVE = Interval(Integral, 1, None, closed="left")


class BaseHalvingSearchCV(SearchMixin):
    """Base of the searches that train fewer candidates for more epochs in each rung.

    Subclasses define the brackets.

    Parameters
    ----------
    estimator : estimator object
        Estimator to tune: an skkeras network, alone, at the end of a `Pipeline` or in a
        `TransformedTargetRegressor`.
    space : dict, or list of dict
        Parameter names and what to draw from for each. With a list, each candidate is drawn from
        one of the spaces. Everything that `RandomizedSearchCV` and `BayesSearchCV` accept:

        - a list of values of any type;
        - a distribution of `scipy.stats`, or any object with a method ``rvs(random_state=)``;
        - a tuple of numbers ``(low, high)``, ``(low, high, prior)`` or ``(low, high, prior, base)``
          with a `prior` of ``"uniform"`` or ``"log-uniform"``. If both bounds are integers, only
          integers are drawn;
        - a dimension of `skopt.space`.

        No candidate is drawn twice.
    max_resources : int, default=81
        Number of epochs of a fully trained candidate. The candidate's `epochs` parameter is set to
        this value in every rung, so that learning rate schedules span the full budget.
    min_resources : int, default=1
        Minimum number of epochs of the first rung.
    factor : int or float, default=3
        One in `factor` candidates continues to the next rung, which has `factor` times as many
        epochs.
    resource : str, default="epochs"
        Resource that increases from rung to rung. Only "epochs" is supported.
    scoring : str, callable, list, tuple or dict, default=None
        As in `sklearn.model_selection.GridSearchCV`. With several scores, the score that `refit`
        names guides the search.
    n_jobs : int, default=None
        Number of jobs that joblib runs in parallel: threads for skkeras networks, which share
        compiled programs, and processes for other estimators or if `joblib.parallel_config` selects
        them. Trained candidates are transferred between processes.
    refit : bool, str or callable, default=True
        Whether to train the best candidate again, on all data and for `max_resources` epochs. With
        several scores, the name of the score that guides the search.
    verbose : int, default=0
        If at least 1, print a line for each candidate and rung: mean (standard deviation) and
        parameters. If at least 2, also print scikit-learn's lines for each fit.
    random_state : int, RandomState instance or None, default=None
        Pass an integer for reproducible draws.
    error_score : "raise" or float, default=nan
        Score of a candidate whose fit fails, or whose loss becomes NaN or infinite. The candidate
        is eliminated and the search continues. With "raise", a failed fit raises an error, but a
        loss that becomes NaN or infinite does not.

    Attributes
    ----------
    max_resources_ : int
        Number of epochs of a fully trained candidate.
    best_estimator_, best_score_, best_params_, best_index_
        The best of the candidates that were trained for the most epochs.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSearchCV._parameter_constraints,
        **SEARCH_CONSTRAINTS,
        "max_resources": [POSITIVE],
        "min_resources": [POSITIVE],
        "factor": [Interval(Real, 1, None, closed="neither")],
        "resource": [str],
        "random_state": ["random_state"],
    }

    estimator: Any
    scorer_: Any
    n_candidates_: Any
    n_resources_: Any

    def __init__(
        self,
        estimator: Any,
        space: Any,
        *,
        max_resources: int = 81,
        min_resources: int = 1,
        factor: float = 3,
        resource: str = "epochs",
        n_repeats: int = 1,
        keep: str | None = None,
        time_limit: float | None = None,
        max_parameters: int | None = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: float | str = np.nan,
        return_train_score: bool = False,
    ) -> None:
        super().__init__(
            estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.space = space
        self.max_resources = max_resources
        self.min_resources = min_resources
        self.factor = factor
        self.resource = resource
        self.n_repeats = n_repeats
        self.keep = keep
        self.time_limit = time_limit
        self.max_parameters = max_parameters
        self.random_state = random_state

    def _brackets(self) -> list[Bracket]:
        """Return the brackets, in their order."""
        raise NotImplementedError

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search for the best candidate.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Training data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
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
            If the estimator is not an skkeras network and does not end in one; if the space is
            invalid, is empty, includes the epochs or names parameters that the estimator does not
            have; if a rung would train for less than one epoch; if `scoring` needs a method that
            the estimator does not have; after the search, if no candidate has a score.
        """
        estimator = self.estimator
        try:
            super().fit(X, y, **params)
        except KeyboardInterrupt:
            for name in ("n_candidates_", "n_resources_"):  # of the rungs that were complete
                self.__dict__.pop(name, None)
            raise
        finally:
            self.estimator = estimator
            self.__dict__.pop("_halving", None)
        return self

    def _wrap_scorers(self, scorers: Any, copies: bool = True) -> Any:
        scorers = super()._wrap_scorers(scorers, copies)
        return wrap(scorers, functools.partial(score_resumable, self.error_score))

    # -- before the first fit ---------------------------------------------------------------

    def _examples(self) -> list[dict[str, Any]]:
        return CandidateSampler(self.space).examples()

    def _check_input_parameters(self, X: Any, y: Any, split_params: Any) -> None:
        if self.resource != "epochs":
            raise ValueError(
                f"resource must be 'epochs'; got {self.resource!r}. For rungs of another resource, "
                "such as n_samples, take sklearn.model_selection.HalvingRandomSearchCV."
            )
        if self.min_resources > self.max_resources:
            raise ValueError(
                f"The first rung has min_resources={self.min_resources} epochs, more than the last "
                f"one with max_resources={self.max_resources}."
            )
        space = CandidateSampler(self.space)
        resource = epochs_name(self.estimator, space.examples())
        routed = f"{resource.removesuffix('epochs')}fit__epochs"
        if clash := {resource, routed} & space.names or {routed} & set(self.estimator.get_params()):
            raise ValueError(
                f"Epochs are what the search deals out; leave {clash.pop()!r} out, and say by "
                "max_resources for how many epochs to train at most."
            )
        for bracket in self._brackets():
            bracket.check()
        self._halving = HalvingRun(self, resource)
        super()._check_input_parameters(X, y, split_params)
        # scikit-learn clones this next; `_run_search` restores the estimator.
        self.estimator = self._halving.pool

    def _check_candidate(self, candidate: dict[str, Any]) -> Any:
        estimator = super()._check_candidate(candidate)
        if (resource := self._halving.pool.resource) not in estimator.get_params():
            raise ValueError(
                f"The resource of the search is {resource!r}, which is not a parameter of "
                f"{estimator!r}. An estimator that learns from a teacher needs a student, as in "
                f"student=KerasMLPClassifier()."
            )
        return estimator

    # -- the search -------------------------------------------------------------------------

    def _run_search(self, evaluate_candidates: Callable, *, callback_ctx: Any = None) -> None:
        halving = self._halving
        self.estimator = halving.pool.estimator
        brackets, candidates = self._draw()
        self._evaluation.limit.refit_size = self.max_resources
        halving.run(evaluate_candidates, brackets, candidates, callback_ctx)
        self._evaluation.finish()
        self.max_resources_ = self.max_resources
        self.n_candidates_ = [counts for counts in halving.n_candidates if counts]
        self.n_resources_ = [counts for counts in halving.n_resources if counts]
        brackets_done = zip(self.n_candidates_, self.n_resources_, strict=True)
        told = [tell(*rungs, self.max_resources, self.factor) for rungs in brackets_done]
        self.__dict__.update({name: [one[name] for one in told] for name in told[0]})
        if halving.pool.ran_away:
            warnings.warn(
                f"{len(halving.pool.ran_away)} of {len(candidates)} candidates were left behind, "
                "for their losses became NaN or infinite. Search lower learning rates, set "
                "clipnorm, or scale the data.",
                ConvergenceWarning,
                stacklevel=2,
            )

    def _draw(self) -> tuple[list[Bracket], list[dict[str, Any]]]:
        brackets = self._brackets()
        n_wanted = sum(bracket.n_candidates for bracket in brackets)
        rng = check_random_state(self.random_state)
        candidates = CandidateSampler(self.space).candidates(n_wanted, rng)
        epochs_name(self.estimator, candidates)
        if len(candidates) < n_wanted:
            warnings.warn(
                f"The space holds {len(candidates)} candidates, fewer than the {n_wanted} that the "
                "rungs start with: each is taken once, and the rungs are smaller.",
                UserWarning,
                stacklevel=2,
            )
        if len(small := self._evaluation.keep_small(candidates)) < n_wanted:
            if not small:
                self._evaluation.size.check()
            brackets, candidates = fill(brackets, len(small)), small
        return brackets, candidates

    def _format_results(
        self, candidate_params: list, n_splits: int, out: list, more_results: Any = None
    ) -> dict[str, Any]:
        self._halving.pool.collect(out)
        return super()._format_results(candidate_params, n_splits, out, self._halving.columns)

    @staticmethod
    def _select_best_index(refit: Any, refit_metric: str, results: dict[str, Any]) -> int:
        if callable(refit):
            return BaseSearchCV._select_best_index(refit, refit_metric, results)
        scores = results[f"mean_test_{refit_metric}"]
        whole = np.where(results.get("timed_out", False), np.nan, scores)
        scores = scores if np.isnan(whole).all() else whole
        # Scores after few epochs are poor predictors of scores after many epochs.
        epochs = np.where(np.isnan(scores), 0, results["n_resources"])
        return int(np.argmax(np.where(epochs == epochs.max(), scores, -np.inf)))

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        state.pop("_halving", None)
        return state
