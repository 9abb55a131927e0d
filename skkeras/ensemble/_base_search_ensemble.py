"""Base of the ensembles of the candidates of searches."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    MetaEstimatorMixin,
    clone,
)
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import get_scorer_names
from sklearn.utils import Tags, check_random_state, get_tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d

from skkeras._docs import DocumentedMixin
from skkeras._feature_attributes import copy_feature_attributes
from skkeras.ensemble._same_rows import check_same_folds, check_same_target, planned_folds
from skkeras.ensemble._selection import select
from skkeras.model_selection import SearchMixin, in_class_order, predictions, threads_for


class BaseSearchEnsemble(DocumentedMixin, MetaEstimatorMixin, BaseEstimator):
    """Base of the ensembles.

    Parameters
    ----------
    search : search, FrozenEstimator, or list of these
        The searches whose candidates can become members: `GridSearchCV`, `RandomizedSearchCV`,
        `BayesSearchCV`, `SuccessiveHalvingSearchCV` or `HyperbandSearchCV` of
        `skkeras.model_selection`, of any estimators. They must have the same folds. `fit` runs
        clones of them; a search that has been run already is used as it is if it is in a
        `sklearn.frozen.FrozenEstimator` and was run with `keep`.
    n_members : int, default=50
        Number of selections in each bag. A candidate can be selected several times.
    n_bags : int, default=1
        Number of bags, each of which selects from a random half of the candidates, which prevents
        overfitting if there are hundreds of them. With 1, it selects from all candidates.
    scoring : str or callable, default=None
        Score that the selection maximizes. None means minus the log loss for a classifier, and
        minus the root mean squared error for a regressor.
    refit : bool, default=False
        Whether the selected candidates are fitted again on all rows. Otherwise, a candidate
        predicts the mean of the estimators that were fitted on the folds.
    n_jobs : int, default=None
        Number of candidates that are fitted in parallel if `refit` is True.
    random_state : int, RandomState instance or None, default=None
        Draws the bags. Pass an integer for reproducible ensembles.

    Attributes
    ----------
    weights_ : dict of ndarray
        The selected candidates as a table, the greatest weight first: index of the ``search``, row
        of the ``candidate`` in its `cv_results_`, its ``params``, its ``score`` and its ``weight``.
        ``pandas.DataFrame(ensemble.weights_)`` shows it.
    best_score_ : float
        Out-of-fold score of the ensemble.
    selection_scores_ : ndarray of shape (n_members,)
        Score after each selection, as the mean over the bags.
    candidate_scores_ : ndarray of shape (n_candidates,)
        Score of each candidate alone, without those that failed on a fold.
    score_name_ : str
        Name of the score, such as ``"neg_log_loss"``.
    searches_ : list of search
        The searches that were run.
    estimators_ : list of list of estimator
        For each row of `weights_`, the fitted estimators whose predictions are averaged.
    n_features_in_, feature_names_in_
        Those of the first fitted estimator, if it has them.

    Notes
    -----
    Members are selected one by one, with replacement, so that the mean of their
    out-of-fold predictions has the best score [1]_. The score of the ensemble is computed on rows
    that the selection used, and is therefore slightly optimistic.

    References
    ----------
    .. [1] Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble selection from
       libraries of models", ICML 2004.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "search": [HasMethods(["fit"]), list, tuple],
        "n_members": [Interval(Integral, 1, None, closed="left")],
        "n_bags": [Interval(Integral, 1, None, closed="left")],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "refit": ["boolean"],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }
    classes_: Any = None
    _default_score: ClassVar[str]

    def __init__(
        self,
        search: Any,
        *,
        n_members: int = 50,
        n_bags: int = 1,
        scoring: Any = None,
        refit: bool = False,
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.search = search
        self.n_members = n_members
        self.n_bags = n_bags
        self.scoring = scoring
        self.refit = refit
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: Any, **params: Any) -> Self:
        """Run the searches, select members and fit them again if `refit` is True.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Training data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.
        **params : dict
            Parameters for the `fit` of the searches, such as `sample_weight` and `groups`.

        Returns
        -------
        self

        Raises
        ------
        TypeError
            If a search is not one of `skkeras.model_selection`.
        ValueError
            If a search has been run on other rows, folds or targets, or does not keep what the
            ensemble needs.
        """
        self._validate_params()
        given = self._given()
        for search in given:
            self._check_search(search)
        y = self._checked_target(y)
        if len(given) > 1 and not params:
            check_same_folds([planned_folds(search, X, y) for search in given])
        self.searches_ = [self._run(search, X, y, params) for search in given]
        check_same_folds([search.cv_test_indices_ for search in self.searches_])
        for number, search in enumerate(self.searches_):
            check_same_target(number, search.cv_target_, y)
        self._select(y)
        self._fit_members(X, y, params)
        copy_feature_attributes(self.estimators_[0][0], self)
        return self

    def _given(self) -> list[Any]:
        given = self.search if isinstance(self.search, (list, tuple)) else [self.search]
        if not given:
            raise ValueError("search is an empty list; give at least one search.")
        return list(given)

    def _check_search(self, search: Any) -> None:
        inner = search.estimator if isinstance(search, FrozenEstimator) else search
        if not isinstance(inner, SearchMixin):
            raise TypeError(
                f"search must be a search of skkeras.model_selection, such as GridSearchCV, or a "
                f"list of them; got {type(inner).__name__}, which keeps no predictions."
            )
        if inner is search:
            return
        check_is_fitted(inner)
        if not hasattr(inner, "cv_predictions_"):
            raise ValueError(
                "The frozen search has kept no predictions. Run it with keep='predictions', or "
                "keep='estimators', or give the search without FrozenEstimator to run it again."
            )
        if not self.refit and not hasattr(inner, "cv_estimators_"):
            raise ValueError(
                "The frozen search has kept predictions, but no estimators to predict with. Set "
                "refit=True, or run it with keep='estimators'."
            )

    def _run(self, search: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
        if isinstance(search, FrozenEstimator):
            return search.estimator
        search = clone(search).set_params(keep="predictions" if self.refit else "estimators")
        if search.refit is True:
            search.set_params(refit=False)
        return search.fit(X, y, **params)

    def _select(self, y: np.ndarray) -> None:
        """Set the attributes that tell which candidates are members."""
        every, members = [], []
        for number, search in enumerate(self.searches_):
            kept = search.cv_predictions_
            if search.n_repeats > 1:
                kept = kept.mean(axis=1)
            for row, params in enumerate(search.cv_results_["params"]):
                every.append(kept[row])
                members.append((number, row, params))
        has_value = [np.isfinite(one).reshape(len(one), -1).all(axis=1) for one in every]
        held_out = np.any(has_value, axis=0)
        usable = [place for place, rows in enumerate(has_value) if rows[held_out].all()]
        score, values = self._score(np.array([every[i][held_out] for i in usable]), y[held_out])
        chosen = select(
            values, score, self.n_members, self.n_bags, check_random_state(self.random_state)
        )
        alone = score(values)
        self.selection_scores_, self.candidate_scores_ = chosen.scores, alone
        self.score_name_ = self.scoring if isinstance(self.scoring, str) else self._default_score
        if callable(self.scoring):
            self.score_name_ = getattr(self.scoring, "__name__", "score")
        mean = np.tensordot(chosen.weights.astype(values.dtype), values, axes=1)
        self.best_score_ = float(score(mean[None])[0])
        order = np.argsort(-chosen.weights, kind="stable")
        order = order[chosen.weights[order] > 0]
        params = np.empty(len(order), dtype=object)
        params[:] = [members[usable[i]][2] for i in order]
        self.weights_ = {
            "search": np.array([members[usable[i]][0] for i in order]),
            "candidate": np.array([members[usable[i]][1] for i in order]),
            "params": params,
            "score": alone[order],
            "weight": chosen.weights[order],
        }

    def _fit_members(self, X: Any, y: Any, params: dict[str, Any]) -> None:
        places = list(zip(self.weights_["search"], self.weights_["candidate"], strict=True))
        if not self.refit:
            self.estimators_ = [self.searches_[s].cv_estimators_[row] for s, row in places]
            return

        def fitted(search: Any, row: int) -> list[Any]:
            model = clone(search.estimator).set_params(
                **clone(search.cv_results_["params"][row], safe=False)
            )
            routed = search._get_routed_params_for_fit(dict(params)).estimator.fit
            return [model.fit(X, y, **routed)]

        with threads_for([search.estimator for search in self.searches_], self.n_jobs):
            self.estimators_ = Parallel(n_jobs=self.n_jobs)(
                delayed(fitted)(self.searches_[s], row) for s, row in places
            )

    def _mean(self, X: Any) -> np.ndarray:
        """Return the weighted mean of the members' predictions."""
        check_is_fitted(self)
        total: Any = 0
        for weight, estimators in zip(self.weights_["weight"], self.estimators_, strict=True):
            for estimator in estimators:
                values = in_class_order(*predictions(estimator, X), self.classes_)
                total = total + values.astype(np.float64) * (weight / len(estimators))
        return np.asarray(total)

    # -- what the classifier and the regressor define ---------------------------------------

    def _checked_target(self, y: Any) -> np.ndarray:
        """Return the target as an array."""
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        y = check_array(y, ensure_2d=False, dtype=None, input_name="y")
        return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _score(self, values: np.ndarray, y: np.ndarray) -> tuple[Callable, np.ndarray]:
        """Return the score to maximize, and the values of which it scores means."""
        raise NotImplementedError

    # -- scikit-learn -----------------------------------------------------------------------

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "estimators_")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        given = self.search if isinstance(self.search, (list, tuple)) else [self.search]
        if given and hasattr(given[0], "__sklearn_tags__"):
            inner = get_tags(given[0])
            tags.input_tags, tags.target_tags = inner.input_tags, inner.target_tags
            if inner.classifier_tags is not None and tags.classifier_tags is not None:
                tags.classifier_tags = inner.classifier_tags
        return tags

    def get_metadata_routing(self) -> MetadataRouter:
        """Return how metadata are routed to the searches."""
        router = MetadataRouter(owner=self)
        mapping = MethodMapping().add(caller="fit", callee="fit")
        return router.add(
            **{f"search{i}": search for i, search in enumerate(self._given())},
            method_mapping=mapping,
        )
