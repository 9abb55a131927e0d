"""Successive halving: many candidates for few epochs, few candidates for many epochs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from skkeras._docs import inherit_docs
from skkeras.model_selection._base_halving import POSITIVE, BaseHalvingSearchCV
from skkeras.model_selection._brackets import Bracket, halving, tell


@inherit_docs
class SuccessiveHalvingSearchCV(BaseHalvingSearchCV):
    """Search hyperparameters with cross-validation by successive halving over epochs.

    All candidates are trained for a few epochs. The best third continues to three times as many
    epochs, and so on (Jamieson and Talwalkar 2016). Training continues as if it had never stopped,
    with the same weights, optimizer state and order of rows, so that no epoch is trained twice. The
    other steps of a pipeline are fitted once for each candidate and split.

    Parameters
    ----------
    {parameters}
    n_candidates : int or "exhaust", default="exhaust"
        Number of candidates in the first rung. "exhaust" takes as many as leave one candidate in
        the last rung. With fewer candidates, there are fewer rungs and the first one trains for
        more epochs.

    Attributes
    ----------
    cv_results_ : dict of ndarray
        One row for each candidate and rung, in the order of evaluation. ``iter`` is the number of
        the rung. ``n_resources`` is the number of epochs that the candidate was trained for by the
        end of the rung, which is also among its parameters. ``bracket`` is the number of times that
        candidates are eliminated.
    n_candidates_, n_resources_ : list of int
        Numbers of candidates and epochs of each rung.
    n_iterations_ : int
        Number of rungs.
    n_required_iterations_ : int
        Number of rungs after which fewer than `factor` candidates remain.
    n_possible_iterations_ : int
        Number of rungs that are possible from `min_resources_` up to `max_resources_` epochs.
    n_remaining_candidates_ : int
        Number of candidates that would continue after the last rung.
    min_resources_ : int
        Number of epochs of the first rung.
    {attributes}

    References
    ----------
    K. Jamieson, A. Talwalkar, "Non-stochastic best arm identification and hyperparameter
    optimization", AISTATS 2016.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skkeras import KerasMLPClassifier
    >>> from skkeras.model_selection import SuccessiveHalvingSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"learning_rate": (1e-4, 1e-1, "log-uniform"), "alpha": (1e-6, 1e-1, "log-uniform")}
    >>> model = KerasMLPClassifier(random_state=0)
    >>> search = SuccessiveHalvingSearchCV(model, space, max_resources=9, cv=3, random_state=0)
    >>> search.fit(X, y).n_candidates_, search.n_resources_
    ([9, 3, 1], [1, 3, 9])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseHalvingSearchCV._parameter_constraints,
        "n_candidates": [POSITIVE, StrOptions({"exhaust"})],
    }

    def __init__(
        self,
        estimator: Any,
        space: Any,
        *,
        n_candidates: int | str = "exhaust",
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
            space,
            max_resources=max_resources,
            min_resources=min_resources,
            factor=factor,
            resource=resource,
            n_repeats=n_repeats,
            keep=keep,
            time_limit=time_limit,
            max_parameters=max_parameters,
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
        self.n_candidates = n_candidates

    def _brackets(self) -> list[Bracket]:
        n_candidates = None if isinstance(self.n_candidates, str) else self.n_candidates
        return [halving(self.max_resources, self.min_resources, self.factor, n_candidates)]

    def _run_search(self, evaluate_candidates: Callable, *, callback_ctx: Any = None) -> None:
        super()._run_search(evaluate_candidates, callback_ctx=callback_ctx)
        (self.n_candidates_,), (self.n_resources_,) = self.n_candidates_, self.n_resources_
        rungs = self.n_candidates_, self.n_resources_
        self.__dict__.update(tell(*rungs, self.max_resources, self.factor))
