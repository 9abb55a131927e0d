"""Classifier and regressor that choose, tune and combine models themselves."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skkeras._docs import inherit_docs
from skkeras.auto._base_auto import BaseKerasAuto
from skkeras.auto._scoring import LogLikelihood
from skkeras.ensemble import SearchEnsembleClassifier, SearchEnsembleRegressor


@inherit_docs
class KerasAutoClassifier(ClassifierMixin, BaseKerasAuto):
    """Ensemble of networks and classic classifiers, which are chosen and tuned in a given time.

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
    >>> from skkeras import KerasAutoClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = KerasAutoClassifier(
    ...     time_limit=None, n_candidates=2, candidates=["linear", "RandomForest"], random_state=0
    ... )
    >>> model.fit(X, y).predict_proba(X).shape
    (150, 3)
    >>> sorted(model.leaderboard_["model"])
    ['RandomForest', 'linear']
    """

    _ensemble: ClassVar[type] = SearchEnsembleClassifier

    def _checked_target(self, y: Any) -> np.ndarray:
        y = super()._checked_target(y)
        check_classification_targets(y)
        several = type_of_target(y) == "multilabel-indicator"
        self.classes_ = None if several else np.unique(y)
        if self.classes_ is not None and len(self.classes_) < 2:
            raise ValueError(
                f"y has one class, {self.classes_[0]!r}; a classifier needs at least two."
            )
        return y

    def _scoring(self) -> LogLikelihood:
        return LogLikelihood(self.classes_)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict probabilities with the ensemble.

        Parameters
        ----------
        X : array-like, data frame or list
            Rows of the kind in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities of the classes, or of the labels of a multilabel problem.
        """
        X = self._checked(X)
        predicted: np.ndarray = self.ensemble_.predict_proba(X)
        return predicted


@inherit_docs
class KerasAutoRegressor(RegressorMixin, BaseKerasAuto):
    """Ensemble of networks and classic regressors, which are chosen and tuned in a given time.

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
    >>> from skkeras import KerasAutoRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = KerasAutoRegressor(
    ...     time_limit=None, n_candidates=2, candidates=["linear", "RandomForest"], random_state=0
    ... )
    >>> model.fit(X, y).predict(X).shape
    (442,)
    """

    _ensemble: ClassVar[type] = SearchEnsembleRegressor

    def _scoring(self) -> str:
        return "neg_root_mean_squared_error"
