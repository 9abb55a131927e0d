"""scikit-learn's grid search with repeats and verbose output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import ParameterGrid

from skkeras._docs import inherit_docs
from skkeras.model_selection._dimensions import refuse_ranges
from skkeras.model_selection._search import SEARCH_CONSTRAINTS, SearchMixin


@inherit_docs
class GridSearchCV(SearchMixin, model_selection.GridSearchCV):
    """Search all combinations of values with cross-validation.

    It differs from `sklearn.model_selection.GridSearchCV` as follows:

    - candidates can be fitted with several seeds;
    - `verbose` and progress bars show scores while the search runs;
    - search spaces and scorers are checked before the first fit;
    - candidates whose fits all fail get the score `error_score`, and the search raises an error if
      no candidate has a score;
    - the task tree of callbacks has one more level, for batches of candidates.

    Parameters
    ----------
    estimator : estimator object
        Estimator to tune: any scikit-learn estimator or pipeline.
    param_grid : dict or list of dict
        Parameter names and lists of values to try.
    {parameters}

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from skkeras.model_selection import GridSearchCV
    >>> forest = RandomForestClassifier(n_estimators=5, random_state=0)
    >>> search = GridSearchCV(forest, {"max_depth": [1, 3]}, n_repeats=3)
    >>> search.fit(*load_iris(return_X_y=True)).best_params_
    {'max_depth': 3}
    >>> search.cv_results_["std_repeats_test_score"].shape
    (2,)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **model_selection.GridSearchCV._parameter_constraints,
        **SEARCH_CONSTRAINTS,
    }

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
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
        error_score: float | str = np.nan,
        return_train_score: bool = False,
    ) -> None:
        super().__init__(
            estimator,
            param_grid,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.n_repeats = n_repeats
        self.keep = keep
        self.time_limit = time_limit
        self.max_parameters = max_parameters

    def _examples(self) -> list[dict[str, Any]]:
        refuse_ranges(self.param_grid, "grid", "a list of values")
        grids = [self.param_grid] if isinstance(self.param_grid, Mapping) else self.param_grid
        return [ParameterGrid(grid)[0] for grid in grids]

    def _run_search(self, evaluate_candidates: Callable, *, callback_ctx: Any = None) -> None:
        candidates = list(ParameterGrid(self.param_grid))
        self._evaluate_all(evaluate_candidates, candidates, callback_ctx)
