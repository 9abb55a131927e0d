"""Bayesian search over hyperparameters."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
import skopt
from scipy.optimize import OptimizeResult
from scipy.stats import rankdata
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from skopt.callbacks import check_callback
from skopt.utils import eval_callbacks

from skkeras.model_selection._dimensions import parse_spaces
from skkeras.model_selection._proposer import Proposer
from skkeras.model_selection._search import N_REPEATS_CONSTRAINT, SearchMixin
from skkeras.serialization import is_without_code

_MAX_SEED = 2**31 - 1
# What of skopt's results is kept in files that hold no code.
_KEPT = ("x", "fun", "func_vals", "x_iters", "space")


class BayesSearchCV(SearchMixin, skopt.BayesSearchCV):
    """Search hyperparameters with cross-validation, led by a model of the scores so far.

    A Gaussian process learns from the candidates evaluated so far where good scores are to be
    expected, and proposes the next ones there (Snoek et al. 2012). The first 10 are drawn at
    random. No candidate is evaluated twice.

    Parameters
    ----------
    estimator : estimator object
        What to tune: any scikit-learn estimator or pipeline.
    search_spaces : dict, or list of dict and of (dict, int)
        Parameter names and what to search in for each:

        - a tuple of numbers ``(low, high)``, ``(low, high, prior)`` or ``(low, high, prior, base)``
          with a `prior` of ``"uniform"`` or ``"log-uniform"``; two integers search integers;
        - a list of values of any types, tuples and None among them;
        - a dimension of `skopt.space`.

        A list of such dicts is searched one after the other, `n_iter` candidates each or as many
        as stand beside it.
    n_iter : int, default=50
        Number of candidates for each search space. A space that holds fewer is searched in full.
    n_points : int, default=1
        Number of candidates proposed and evaluated at a time. A batch keeps ``n_points * cv`` jobs
        busy, but its candidates do not know each other's scores.
    n_repeats : int, default=1
        How often each candidate is fitted on each split, with different seeds: every
        ``random_state`` in the estimator is varied. Candidates are ranked by the mean over all.
    optimizer_kwargs : dict, default=None
        Parameters of `skopt.Optimizer` that replace the ones chosen here, which propose faster.
    scoring : str, callable, list, tuple or dict, default=None
        As in `sklearn.model_selection.GridSearchCV`. With many scores, the one that `refit` names
        leads the search.
    n_jobs : int, default=None
        Number of jobs that joblib runs in parallel: threads for networks of skkeras, which share
        compiled programs, and processes for all else or where `joblib.parallel_config` says so.
    refit : bool or str, default=True
        Fit the best candidate on all data; the name of the leading score where there are many.
    cv : int, splitter or iterable, default=None
        As in `sklearn.model_selection.GridSearchCV`; all candidates get the same splits.
    verbose : int, default=0
        From 1 on, one line a candidate: mean (standard deviation) and parameters. From 2 on also
        scikit-learn's lines for each fit.
    pre_dispatch : int or str, default="2*n_jobs"
        Number of jobs handed out at a time.
    random_state : int, RandomState instance or None, default=None
        An integer makes the proposals repeatable.
    error_score : "raise" or float, default=nan
        Score of a candidate whose fit fails. The search goes on, and takes it for a bad one.
    return_train_score : bool, default=False
        Whether `cv_results_` has the scores on the training folds, and their ranks.

    Attributes
    ----------
    cv_results_ : dict of ndarray
        One row a candidate, in the order of evaluation. With repeats, ``split0_test_score`` and so
        on are means over the seeds, ``repeat0_test_score`` and so on means over the splits, and
        ``std_repeats_test_score`` is the standard deviation between seeds.
    best_estimator_, best_score_, best_params_, best_index_
        The best candidate, as in `sklearn.model_selection.GridSearchCV`.
    optimizer_results_ : list of OptimizeResult
        skopt's view of each search space, for `skopt.plots`; None where no score was finite.
        `skkeras.save` leaves the models out. The parameters stand in the order of their names.
        Values of mixed types, tuples, lists and objects are shown by their representations; scores
        that are not finite, or far below all others, as less bad ones.
    scorer_, n_splits_, refit_time_, multimetric_, n_features_in_, feature_names_in_, classes_
        As in `sklearn.model_selection.GridSearchCV`.

    References
    ----------
    J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian optimization of machine learning
    algorithms", NeurIPS 2012.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skkeras.model_selection import BayesSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": (1e-3, 1e3, "log-uniform"), "kernel": ["linear", "rbf"]}
    >>> search = BayesSearchCV(SVC(), space, n_iter=5, random_state=0).fit(X, y)
    >>> len(search.cv_results_["params"])
    5
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSearchCV._parameter_constraints,
        "search_spaces": [dict, list, tuple],
        "n_iter": [Interval(Integral, 1, None, closed="left")],
        "n_points": [Interval(Integral, 1, None, closed="left")],
        **N_REPEATS_CONSTRAINT,
        "optimizer_kwargs": [dict, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Any,
        search_spaces: Any,
        *,
        n_iter: int = 50,
        n_points: int = 1,
        n_repeats: int = 1,
        optimizer_kwargs: dict[str, Any] | None = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: bool | str = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: float | str = np.nan,
        return_train_score: bool = False,
    ) -> None:
        # skopt's own constructor checks the spaces and takes parameters that do nothing.
        BaseSearchCV.__init__(
            self,
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
        self.search_spaces = search_spaces
        self.n_iter = n_iter
        self.n_points = n_points
        self.n_repeats = n_repeats
        self.optimizer_kwargs = optimizer_kwargs
        self.random_state = random_state

    @property
    def total_iterations(self) -> int:
        """Number of candidates that `fit` evaluates, unless a discrete space holds fewer."""
        return sum(n_iter for _, n_iter in parse_spaces(self.search_spaces, self.n_iter))

    def fit(self, X: Any, y: Any = None, *, callback: Any = None, **params: Any) -> Self:
        """Search for the best candidate.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Target.
        callback : callable or list of callable, default=None
            skopt's callbacks, called with an OptimizeResult after each batch of candidates; one
            that returns True ends the search of the space.
        **params : dict
            Parameters for the estimator's `fit`, the scorer and the splitter, such as
            `sample_weight` and `groups`, as in `sklearn.model_selection.GridSearchCV`.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If the search spaces are none, name parameters that the estimator does not have, or are
            empty; if `scoring` needs what the estimator does not have; after the search, if no
            candidate got a score.
        """
        if callable(self.refit):
            raise ValueError(
                "BayesSearchCV needs a score to be led by, so `refit` cannot be a function; "
                f"got {self.refit!r}. Give the name of a score, True or False."
            )
        # Not kept after the fit: callbacks often cannot be pickled.
        self._callbacks = check_callback(callback)
        try:
            super().fit(X, y, **params)
        finally:
            del self._callbacks
        # As skopt ranks them, and as scikit-learn ranks what has no score.
        for name in [name for name in self.cv_results_ if name.startswith("mean_train_")]:
            means = self.cv_results_[name]
            worst = np.nanmin(means, initial=np.inf) - 1
            ranks = rankdata(-np.where(np.isnan(means), worst, means), method="min")
            self.cv_results_[name.replace("mean", "rank", 1)] = ranks.astype(int)
        return self

    def _examples(self) -> list[dict[str, Any]]:
        return [space.example() for space, _ in parse_spaces(self.search_spaces, self.n_iter)]

    def _run_search(self, evaluate_candidates: Callable, *, callback_ctx: Any = None) -> None:
        rng = check_random_state(self.random_state)
        plans = []
        for space, n_iter in parse_spaces(self.search_spaces, self.n_iter):
            proposer = Proposer(space, self.optimizer_kwargs or {}, rng.randint(_MAX_SEED))
            if proposer.n_points < n_iter:
                warnings.warn(
                    f"A search space holds {proposer.n_points} candidates, fewer than "
                    f"n_iter={n_iter}: each is evaluated once.",
                    UserWarning,
                    stacklevel=2,
                )
                n_iter = int(proposer.n_points)
            plans.append((proposer, n_iter))

        self._evaluation.n_planned = sum(n_iter for _, n_iter in plans)
        search_ctx = callback_ctx.subcontext(
            task_name="search",
            max_subtasks=sum(math.ceil(n_iter / self.n_points) for _, n_iter in plans),
        ).call_on_fit_task_begin(estimator=self)
        optimizer_results = []
        for proposer, n_iter in plans:
            result, stop = None, False
            while n_iter > 0 and not stop:
                candidates = proposer.ask(min(n_iter, self.n_points))
                scores, stop = self._evaluation.scores(evaluate_candidates, candidates, search_ctx)
                result = proposer.tell(scores)
                n_iter -= len(candidates)
                if result is not None:
                    stop |= bool(eval_callbacks(self._callbacks, result))
            optimizer_results.append(result)
        search_ctx.call_on_fit_task_end(estimator=self)
        self._evaluation.finish()
        self._optim_results = optimizer_results

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if is_without_code() and "_optim_results" in state:
            # The models are large, and may be of any class; the points say what was found.
            state["_optim_results"] = [
                result and OptimizeResult({name: result[name] for name in _KEPT if name in result})
                for result in state["_optim_results"]
            ]
        return state
