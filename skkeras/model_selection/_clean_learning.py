"""Classifier that is trained without the rows that cross-validation finds mislabelled."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone, is_classifier
from sklearn.model_selection import check_cv
from sklearn.utils import Tags, _safe_indexing, get_tags
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    get_routing_for_object,
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_method_params,
    _check_sample_weight,
    _check_y,
    _estimator_has,
    _make_indexable,
    check_is_fitted,
)

from skkeras._docs import DocumentedMixin
from skkeras._feature_attributes import copy_feature_attributes
from skkeras._sample_weight import weights_argument
from skkeras.inspection import label_issues
from skkeras.model_selection._grid import GridSearchCV
from skkeras.model_selection._out_of_fold import integer_splits


class CleanLearningClassifier(ClassifierMixin, DocumentedMixin, MetaEstimatorMixin, BaseEstimator):
    """Train a classifier without the rows whose labels are likely wrong.

    `fit` predicts the probabilities of each row by cross-validation, finds label issues with them
    by confident learning [1]_, and trains the classifier on the other rows. Before that, it may
    repeat the cross-validation, each time without the issues of the one before [2]_.

    Parameters
    ----------
    estimator : estimator
        A classifier with `predict_proba`, of this package or any other, or a pipeline.
    cv : int, splitter or iterable, default=5
        Cross-validation splits for the probabilities; an int is the number of stratified folds.
        Rows that no split holds out have no label issues.
    issue_weight : float, default=0.0
        Weight of the rows with label issues in the last fit, in [0, 1], relative to the other rows.
        With 0, these rows are left out; otherwise the classifier must take sample weights.
    max_iter : int, default=1
        Maximum number of cross-validations. In each one after the first, the training folds lack
        the rows with issues of the one before, or have them with `issue_weight`; all rows are
        judged again. If many labels are wrong, 3 finds more of them. It ends when the issues do not
        change.
    n_jobs : int, default=None
        Number of folds that are fitted in parallel, as in `GridSearchCV`.

    Attributes
    ----------
    estimator_ : estimator
        The classifier, trained on the rows without label issues.
    label_issues_ : dict of ndarray
        The table that `skkeras.inspection.label_issues` returns, the most suspicious row first.
        ``pandas.DataFrame(model.label_issues_)`` shows it.
    n_iter_ : int
        Number of cross-validations.
    classes_ : ndarray of shape (n_classes,)
        Classes.
    n_features_in_, feature_names_in_
        Those of `estimator_`, if it has them.

    Notes
    -----
    If all rows of a class have label issues, they are not left out, because the classifier could
    not learn the class. A warning names the class.

    References
    ----------
    .. [1] Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset
       labels", JAIR 70, 2021.
    .. [2] Chen, Liao, Chen and Zhang, "Understanding and utilizing deep neural networks trained
       with noisy labels", ICML 2019.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skkeras.model_selection import CleanLearningClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> y[7] = 2
    >>> tree = DecisionTreeClassifier(min_samples_leaf=2, random_state=0)
    >>> tree.fit(X, y).predict_proba(X[[7]])
    array([[0.75, 0.  , 0.25]])
    >>> model = CleanLearningClassifier(tree).fit(X, y)
    >>> model.predict_proba(X[[7]])
    array([[1., 0., 0.]])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods("fit")],
        "cv": ["cv_object"],
        "issue_weight": [Interval(Real, 0, 1, closed="both")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        estimator: Any,
        *,
        cv: Any = 5,
        issue_weight: float = 0.0,
        max_iter: int = 1,
        n_jobs: int | None = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.issue_weight = issue_weight
        self.max_iter = max_iter
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        """Find label issues by cross-validation, and train the classifier without them.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Training data.
        y : array-like of shape (n_samples,)
            Classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in all fits, and in finding label issues. In a pipeline, its last
            step gets them.
        **params : dict
            Other parameters for the classifier's `fit`, and `groups` for `cv`.

        Returns
        -------
        self

        Raises
        ------
        TypeError
            If the estimator is not a classifier with `predict_proba`.
        ValueError
            If sample weights are given, or needed for `issue_weight`, and the classifier takes
            none; if y is not one column of classes.
        """
        self._validate_params()
        self._check_estimator()
        X, y = _make_indexable(X), _check_y(y)
        check_classification_targets(y)
        if sample_weight is None and self.issue_weight > 0:
            sample_weight = np.ones(len(y))
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, y)
            params = {self._weights_argument(): sample_weight, **params}
        self._routed(params)  # raises errors before training
        cv = check_cv(self.cv, y, classifier=True)  # once, as it may be a generator
        issue = np.zeros(len(y), dtype=bool)
        for iteration in range(self.max_iter):
            before, self.n_iter_ = issue, iteration + 1
            self.label_issues_ = self._find_issues(X, y, sample_weight, cv, before, params)
            issue = np.zeros(len(y), dtype=bool)
            issue[self.label_issues_["row"][self.label_issues_["is_issue"]]] = True
            if np.array_equal(issue, before):
                break
        routed = self._routed(self._reweighted(params, sample_weight, issue))
        if self.issue_weight == 0:
            lost = _of_lost_classes(issue, y, sample_weight)
            if lost.any():
                warnings.warn(
                    f"All rows of the classes {np.unique(y[lost]).tolist()} have label issues. "
                    "They are not left out, because the classifier could not learn these classes.",
                    stacklevel=2,
                )
            rows = np.flatnonzero(~issue | lost)
            routed = _check_method_params(X, routed, indices=rows)
            X, y = _safe_indexing(X, rows), y[rows]
        self.estimator_ = clone(self.estimator).fit(X, y, **routed)
        self.classes_ = self.estimator_.classes_
        copy_feature_attributes(self.estimator_, self)
        return self

    def _find_issues(
        self,
        X: Any,
        y: np.ndarray,
        sample_weight: np.ndarray | None,
        cv: Any,
        known: np.ndarray,
        params: dict[str, Any],
    ) -> dict[str, np.ndarray]:
        """Return the table of label issues, found by models that train without the known ones."""
        search = GridSearchCV(
            self.estimator,
            {},
            keep="predictions",
            scoring=_no_score,
            n_jobs=self.n_jobs,
            refit=False,
            cv=_TrainWithout(cv, known) if self.issue_weight == 0 else cv,
            error_score="raise",
        ).fit(X, y, **self._reweighted(params, sample_weight, known))
        return label_issues(search, sample_weight=sample_weight)

    def _reweighted(
        self, params: dict[str, Any], sample_weight: np.ndarray | None, issue: np.ndarray
    ) -> dict[str, Any]:
        """Return the parameters of `fit`, with other weights if rows with issues have one."""
        if self.issue_weight == 0:
            return params
        weights = np.where(issue, self.issue_weight, 1.0) * sample_weight
        return params | {self._weights_argument(): weights}

    def _check_estimator(self) -> None:
        if not is_classifier(self.estimator) or not hasattr(self.estimator, "predict_proba"):
            raise TypeError(
                "estimator must be a classifier with predict_proba, because label issues are found "
                f"by probabilities; got {self.estimator!r}. For a classifier without them, give "
                "CalibratedClassifierCV of it."
            )

    def _weights_argument(self) -> str:
        name = weights_argument(self.estimator)
        if name is None:
            raise ValueError(
                f"{self.estimator!r} takes no sample_weight. Give none and set issue_weight=0, or "
                "use a classifier that takes sample weights."
            )
        return name

    def _routed(self, params: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters for the classifier's `fit`."""
        if not sklearn.get_config()["enable_metadata_routing"]:
            return {name: value for name, value in params.items() if name != "groups"}
        routed: dict[str, Any] = process_routing(self, "fit", **params).estimator.fit
        if self.issue_weight > 0 and "sample_weight" not in routed:
            raise ValueError(
                f"issue_weight={self.issue_weight} needs sample weights, which {self.estimator!r} "
                "does not request. Call its set_fit_request(sample_weight=True)."
            )
        return routed

    def predict(self, X: Any) -> np.ndarray:
        """Predict classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            Classes.
        """
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict(X))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict the probabilities of classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, with columns in the order of `classes_`.
        """
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict_proba(X))

    @available_if(_estimator_has("predict_log_proba"))
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Predict the logarithms of what `predict_proba` returns.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict_log_proba(X))

    @available_if(_estimator_has("decision_function"))
    def decision_function(self, X: Any) -> np.ndarray:
        """Return the decision function of the classifier.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        check_is_fitted(self)
        return np.asarray(self.estimator_.decision_function(X))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator)
        tags.input_tags = inner.input_tags
        if tags.classifier_tags is not None and inner.classifier_tags is not None:
            tags.classifier_tags.multi_class = inner.classifier_tags.multi_class
        return tags

    def get_metadata_routing(self) -> MetadataRouter:
        """Return how metadata are routed to the classifier and to `cv`."""
        fit = MethodMapping().add(caller="fit", callee="fit")
        split = MethodMapping().add(caller="fit", callee="split")
        return (
            MetadataRouter(owner=self)
            .add_self_request(self)
            .add(estimator=self.estimator, method_mapping=fit)
            .add(splitter=self.cv, method_mapping=split)
        )


class _TrainWithout:
    """A splitter whose training folds lack some rows, unless a class would be lost."""

    def __init__(self, cv: Any, left_out: np.ndarray) -> None:
        self.cv, self.left_out = cv, left_out

    def __repr__(self) -> str:
        return repr(self.cv)  # for messages of the search

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        return int(self.cv.get_n_splits(X, y, groups))

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[np.ndarray, ...]]:
        for train, test in integer_splits(self.cv, X, y, groups=groups):
            out = self.left_out[train]
            yield train[~out | _of_lost_classes(out, np.asarray(y)[train])], test

    def get_metadata_routing(self) -> Any:
        return get_routing_for_object(self.cv)


def _no_score(estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> float:
    """Return 0: only the predictions are used."""
    return 0.0


def _of_lost_classes(
    left_out: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None
) -> np.ndarray:
    """Return which rows are of classes of which no row has a weight if some rows are left out."""
    codes = np.unique(y, return_inverse=True)[1]
    weights = ~left_out if sample_weight is None else ~left_out * sample_weight
    lost: np.ndarray = np.bincount(codes, weights) == 0
    return lost[codes]
