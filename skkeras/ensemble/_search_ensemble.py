"""Ensembles of the candidates that searches have evaluated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    RegressorMixin,
)
from sklearn.metrics import get_scorer
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skkeras._docs import inherit_docs
from skkeras.ensemble._base_search_ensemble import BaseSearchEnsemble
from skkeras.ensemble._selection import (
    log_likelihood,
    minus_rmse,
    scores_of,
    true_probabilities,
)


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


@inherit_docs
class SearchEnsembleClassifier(ClassifierMixin, BaseSearchEnsemble):
    """Weighted mean of the probabilities of candidates of searches.

    A search trains many models and keeps one. This classifier selects those whose mean predicts
    best the rows that were held out.

    Parameters
    ----------
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
        return log_likelihood, true_probabilities(values, y, self.classes_)

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
        values = self._mean(X)
        if self.classes_ is None:
            return values
        # Means of float32 differ from 1 by more than scikit-learn's metrics accept.
        normalized: np.ndarray = values / values.sum(axis=1, keepdims=True)
        return normalized

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
class SearchEnsembleRegressor(RegressorMixin, BaseSearchEnsemble):
    """Weighted mean of the predictions of candidates of searches.

    A search trains many models and keeps one. This regressor selects those whose mean predicts best
    the rows that were held out.

    Parameters
    ----------
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
