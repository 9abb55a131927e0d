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

from skkeras._docs import inherit_docs
from skkeras.model_selection._dimensions import parse_spaces
from skkeras.model_selection._proposer import Proposer
from skkeras.model_selection._search import SEARCH_CONSTRAINTS, SearchMixin
from skkeras.serialization import is_without_code

_MAX_SEED = 2**31 - 1
# Entries of skopt's results that are kept in files without code.
_KEPT = ("x", "fun", "func_vals", "x_iters", "space")


@inherit_docs
class BayesSearchCV(SearchMixin, skopt.BayesSearchCV):
    """Search hyperparameters with cross-validation by Bayesian optimization.

    A Gaussian process is fitted to the scores of the candidates evaluated so far, and the next
    candidates are proposed where it predicts good scores (Snoek et al. 2012). The first 10
    candidates are drawn at random. No candidate is evaluated twice.

    Parameters
    ----------
    estimator : estimator object
        Estimator to tune: any scikit-learn estimator or pipeline.
    search_spaces : dict, or list of dict and of (dict, int)
        Parameter names and a dimension for each:

        - a tuple of numbers ``(low, high)``, ``(low, high, prior)`` or ``(low, high, prior, base)``
          with a `prior` of ``"uniform"`` or ``"log-uniform"``. If both bounds are integers, only
          integers are searched;
        - a list of values of any type, including tuples and None;
        - a dimension of `skopt.space`.

        The dicts of a list are searched one after the other, with `n_iter` candidates each, or with
        the number in a ``(dict, int)`` pair.
    n_iter : int, default=50
        Number of candidates for each search space. A space with fewer candidates is searched fully.
    n_points : int, default=1
        Number of candidates proposed and evaluated at a time. A batch keeps ``n_points * cv`` jobs
        busy, but its candidates are proposed without each other's scores.
    optimizer_kwargs : dict, default=None
        Parameters of `skopt.Optimizer` that override the defaults used here, which propose faster.
    scoring : str, callable, list, tuple or dict, default=None
        As in `sklearn.model_selection.GridSearchCV`. With several scores, the score that `refit`
        names guides the search.
    refit : bool or str, default=True
        Whether to fit the best candidate on all data. With several scores, the name of the score
        that guides the search.
    verbose : int, default=0
        If at least 1, print a line for each candidate: mean (standard deviation) and parameters. If
        at least 2, also print scikit-learn's lines for each fit.
    random_state : int, RandomState instance or None, default=None
        Pass an integer for reproducible proposals.
    error_score : "raise" or float, default=nan
        Score of a candidate whose fit fails. The search continues and treats it as a bad one.
    return_train_score : bool, default=False
        Whether `cv_results_` includes the scores on the training folds and their ranks.
    {parameters}

    Attributes
    ----------
    cv_results_ : dict of ndarray
        One row per candidate, in the order of evaluation. With repeats, ``split0_test_score`` etc.
        are means over the seeds, ``repeat0_test_score`` etc. are means over the splits, and
        ``std_repeats_test_score`` is the standard deviation between seeds.
    optimizer_results_ : list of OptimizeResult
        skopt's result for each search space, for `skopt.plots`; None if no score was finite.
        `skkeras.save` omits the surrogate models. The parameters are sorted by name. Values of
        mixed types, tuples, lists and objects are replaced by their representations. Scores that
        are not finite or are far below all others are replaced by less extreme ones.
    {attributes}

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
        **SEARCH_CONSTRAINTS,
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
        keep: str | None = None,
        time_limit: float | None = None,
        max_parameters: int | None = None,
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
        # skopt's constructor checks the spaces and has parameters without effect.
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
        self.keep = keep
        self.time_limit = time_limit
        self.max_parameters = max_parameters
        self.optimizer_kwargs = optimizer_kwargs
        self.random_state = random_state

    @property
    def total_iterations(self) -> int:
        """Number of candidates that `fit` evaluates, unless a discrete space has fewer."""
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
            Callbacks of skopt, called with an OptimizeResult after each batch of candidates. A
            callback that returns True stops the search of the current space.
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
            are empty; if `scoring` needs a method that the estimator does not have; after the
            search, if no candidate has a score.
        """
        if callable(self.refit):
            raise ValueError(
                "BayesSearchCV needs a score to be led by, so `refit` cannot be a function; "
                f"got {self.refit!r}. Give the name of a score, True or False."
            )
        # Deleted after the fit, because callbacks often cannot be pickled.
        self._callbacks = check_callback(callback)
        try:
            super().fit(X, y, **params)
        finally:
            del self._callbacks
        # skopt also ranks training scores; as in scikit-learn, NaN gets the worst rank.
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
                small = self._evaluation.keep_small(candidates)
                found, stop = self._evaluation.scores(evaluate_candidates, small, search_ctx)
                stop |= self._evaluation.limit.is_binding
                scores = dict(zip(map(id, small), found, strict=True))
                result = proposer.tell([scores.get(id(one), math.nan) for one in candidates])
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
            # Omit the surrogate models, which are large and can be of any class.
            state["_optim_results"] = [
                result and OptimizeResult({name: result[name] for name in _KEPT if name in result})
                for result in state["_optim_results"]
            ]
        return state
