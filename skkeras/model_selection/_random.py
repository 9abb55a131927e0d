"""scikit-learn's random search with repeats and verbose output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import ParameterSampler

from skkeras.model_selection._dimensions import refuse_ranges
from skkeras.model_selection._search import N_REPEATS_CONSTRAINT, SearchMixin


class RandomizedSearchCV(SearchMixin, model_selection.RandomizedSearchCV):
    """Search randomly drawn combinations of values with cross-validation.

    It differs from `sklearn.model_selection.RandomizedSearchCV` as follows:

    - candidates can be fitted with several seeds;
    - `verbose` and progress bars show scores while the search runs;
    - search spaces and scorers are checked before the first fit;
    - numbers are converted to plain Python values;
    - candidates whose fits all fail get the score `error_score`, and the search raises an error if
      no candidate has a score;
    - the task tree of callbacks has one more level, for batches of candidates.

    Parameters
    ----------
    estimator : estimator object
        Estimator to tune: any scikit-learn estimator or pipeline.
    param_distributions : dict or list of dict
        Parameter names and what to draw from: lists of values, distributions of `scipy.stats`, or
        any other object with a method ``rvs(random_state=)`` that draws one value.
    n_iter : int, default=10
        Number of candidates.
    n_repeats : int, default=1
        Number of times that each candidate is fitted on each split, with different seeds: every
        ``random_state`` in the estimator is varied. Candidates are ranked by the mean over all
        repeats.
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
        All candidates use the same splits.
    verbose : int, default=0
        If at least 1, print a line for each candidate: mean (standard deviation) and parameters. If
        at least 2, also print scikit-learn's lines for each fit. With several jobs, candidates are
        then dispatched in batches of at least four fits per job.
    pre_dispatch : int or str, default="2*n_jobs"
        Number of jobs that are dispatched at a time.
    random_state : int, RandomState instance or None, default=None
        Pass an integer for reproducible draws.
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
        The best candidate, as in scikit-learn.
    scorer_, n_splits_, refit_time_, multimetric_, n_features_in_, feature_names_in_, classes_
        As in scikit-learn.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skkeras.model_selection import RandomizedSearchCV
    >>> search = RandomizedSearchCV(SVC(), {"C": loguniform(1, 100)}, n_iter=3, random_state=0)
    >>> search.fit(*load_iris(return_X_y=True)).cv_results_["mean_test_score"].shape
    (3,)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **model_selection.RandomizedSearchCV._parameter_constraints,
        **N_REPEATS_CONSTRAINT,
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 10,
        n_repeats: int = 1,
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
            param_distributions,
            n_iter=n_iter,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            random_state=random_state,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.n_repeats = n_repeats

    def _examples(self) -> list[dict[str, Any]]:
        spaces = self.param_distributions
        refuse_ranges(spaces, "random", "a list of values or a distribution as in scipy.stats")
        spaces = [spaces] if isinstance(spaces, Mapping) else spaces
        return [next(iter(ParameterSampler(space, 1, random_state=0))) for space in spaces]

    def _run_search(self, evaluate_candidates: Callable, *, callback_ctx: Any = None) -> None:
        sampler = ParameterSampler(
            self.param_distributions, self.n_iter, random_state=self.random_state
        )
        candidates = [
            {
                name: value.item() if isinstance(value, np.generic) else value
                for name, value in drawn.items()
            }
            for drawn in sampler
        ]
        self._evaluate_all(evaluate_candidates, candidates, callback_ctx)
