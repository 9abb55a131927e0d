"""Ensembles of the candidates that searches have evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MetaEstimatorMixin,
    RegressorMixin,
    clone,
)
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import get_scorer, get_scorer_names
from sklearn.utils import Tags, check_random_state, get_tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _num_samples, check_array, check_is_fitted, column_or_1d

from skkeras._docs import DocumentedMixin, inherit_docs
from skkeras.ensemble._selection import log_likelihood, minus_rmse, scores_of, select
from skkeras.model_selection import SearchMixin, in_class_order, predictions, threads_for


class _Predicted(BaseEstimator):
    """A fitted estimator that predicts stored values, for scorers."""

    def __init__(self, values: Any, classes: Any) -> None:
        self.values = values
        self.classes = self.classes_ = classes

    def __sklearn_is_fitted__(self) -> bool:
        return True


class _PredictedClasses(ClassifierMixin, _Predicted):
    def predict_proba(self, X: Any) -> Any:
        return self.values

    def predict(self, X: Any) -> Any:
        return _labels(self.values, self.classes_)


class _PredictedNumbers(RegressorMixin, _Predicted):
    def predict(self, X: Any) -> Any:
        return self.values


class _SearchEnsemble(DocumentedMixin, MetaEstimatorMixin, BaseEstimator):
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
        Score that the selection maximizes.
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
            _check_same_folds([_planned_folds(search, X, y) for search in given])
        self.searches_ = [self._run(search, X, y, params) for search in given]
        _check_same_folds([search.cv_test_indices_ for search in self.searches_])
        for number, search in enumerate(self.searches_):
            _check_same_target(number, search.cv_target_, y)
        self._select(y)
        self._fit_members(X, y, params)
        first = self.estimators_[0][0]
        for name in ("n_features_in_", "feature_names_in_"):
            self.__dict__.pop(name, None)
            if hasattr(first, name):
                setattr(self, name, getattr(first, name))
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


@inherit_docs
class SearchEnsembleClassifier(ClassifierMixin, _SearchEnsemble):
    """Weighted mean of the probabilities of candidates of searches.

    A search trains many models and keeps one. This classifier selects those whose mean predicts
    best the rows that were held out.

    Parameters
    ----------
    scoring : str or callable, default=None
        Score that the selection maximizes. None means minus the log loss.
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,) or None
        Classes; None for a multilabel problem.
    {attributes}

    Notes
    -----
    {notes}

    References
    ----------
    {references}

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skkeras.ensemble import SearchEnsembleClassifier
    >>> from skkeras.model_selection import GridSearchCV
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [3, 9, 27]})
    >>> ensemble = SearchEnsembleClassifier(search, random_state=0).fit(X, y)
    >>> ensemble.predict_proba(X).shape
    (150, 3)
    """

    _default_score: ClassVar[str] = "neg_log_loss"

    def _checked_target(self, y: Any) -> np.ndarray:
        y = super()._checked_target(y)
        check_classification_targets(y)
        several = type_of_target(y) == "multilabel-indicator"
        self.classes_ = None if several else np.unique(y)
        return y

    def _score(self, values: np.ndarray, y: np.ndarray) -> tuple[Callable, np.ndarray]:
        if self.scoring is not None:
            scorer = get_scorer(self.scoring)
            return scores_of(scorer, y, lambda mean: _PredictedClasses(mean, self.classes_)), values
        if self.classes_ is None:
            return log_likelihood, np.where(y == 1, values, 1 - values)
        columns = np.searchsorted(self.classes_, y)
        return log_likelihood, values[:, np.arange(len(y)), columns]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities of the classes, or of the labels of a multilabel problem.
        """
        return self._mean(X)

    def predict(self, X: Any) -> np.ndarray:
        """Predict the most probable class, or the labels whose probability is above 0.5.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
        """
        return _labels(self._mean(X), self.classes_)


@inherit_docs
class SearchEnsembleRegressor(RegressorMixin, _SearchEnsemble):
    """Weighted mean of the predictions of candidates of searches.

    A search trains many models and keeps one. This regressor selects those whose mean predicts best
    the rows that were held out.

    Parameters
    ----------
    scoring : str or callable, default=None
        Score that the selection maximizes. None means minus the root mean squared error.
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    {notes}

    References
    ----------
    {references}

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> from skkeras.ensemble import SearchEnsembleRegressor
    >>> from skkeras.model_selection import GridSearchCV
    >>> X, y = load_diabetes(return_X_y=True)
    >>> search = GridSearchCV(Ridge(), {"alpha": [0.01, 0.1, 1.0]})
    >>> SearchEnsembleRegressor(search, random_state=0).fit(X, y).predict(X[:2]).shape
    (2,)
    """

    _default_score: ClassVar[str] = "neg_root_mean_squared_error"

    def _score(self, values: np.ndarray, y: np.ndarray) -> tuple[Callable, np.ndarray]:
        if self.scoring is None:
            return minus_rmse(y.astype(np.float64)), values.astype(np.float64)
        scorer = get_scorer(self.scoring)
        return scores_of(scorer, y, lambda mean: _PredictedNumbers(mean, None)), values

    def predict(self, X: Any) -> np.ndarray:
        """Predict the target.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        return self._mean(X)


def _labels(probabilities: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
    if classes is None:
        return (probabilities > 0.5).astype(int)
    labels: np.ndarray = classes[probabilities.argmax(axis=1)]
    return labels


def _planned_folds(search: Any, X: Any, y: Any) -> list[np.ndarray]:
    if isinstance(search, FrozenEstimator):
        folds: list[np.ndarray] = search.estimator.cv_test_indices_
        return folds
    return search.test_indices(X, y)


def _check_same_folds(folds: Sequence[Sequence[np.ndarray]]) -> None:
    first, *others = folds
    for number, other in enumerate(others, start=1):
        if len(first) != len(other):
            raise ValueError(
                f"The searches must hold out the same rows; search 0 has {len(first)} folds and "
                f"search {number} has {len(other)}. Give all of them the same cv."
            )
        for fold, (ours, theirs) in enumerate(zip(first, other, strict=True)):
            if not np.array_equal(ours, theirs):
                raise ValueError(
                    f"The searches must hold out the same rows; fold {fold} of search 0 holds out "
                    f"{_shown(ours)} and that of search {number} {_shown(theirs)}. Give all of "
                    "them the same cv, such as StratifiedKFold(5, shuffle=True, random_state=0)."
                )


def _shown(rows: np.ndarray) -> str:
    return f"{len(rows)} rows from {rows[:3].tolist()} on"


def _check_same_target(number: int, kept: np.ndarray, y: Any) -> None:
    if len(kept) != _num_samples(y):
        raise ValueError(
            f"Search {number} was run on {len(kept)} rows, and y has {_num_samples(y)}. Give the "
            "data of the search."
        )
    given = np.asarray(y)
    different = np.flatnonzero((kept != given).reshape(len(given), -1).any(axis=1))
    if kept.shape != given.shape or len(different):
        row = different[0] if len(different) else 0
        raise ValueError(
            f"Search {number} was run on another target: in row {row} it is {kept[row]!r}, and y "
            f"has {given[row]!r}. Give the data of the search."
        )
