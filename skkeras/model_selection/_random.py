"""scikit-learn's random search with repeats and verbose output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import ParameterSampler

from skkeras._docs import inherit_docs
from skkeras.model_selection._dimensions import refuse_ranges
from skkeras.model_selection._search import SEARCH_CONSTRAINTS, SearchMixin


@inherit_docs
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
    random_state : int, RandomState instance or None, default=None
        Pass an integer for reproducible draws.
    {parameters}

    Attributes
    ----------
    {attributes}

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
        **SEARCH_CONSTRAINTS,
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 10,
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
        self.keep = keep
        self.time_limit = time_limit
        self.max_parameters = max_parameters

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
