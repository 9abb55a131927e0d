"""Knowledge distillation: small networks that learn from the predictions of a teacher."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.utils import Tags, get_tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skkeras.base import BaseKerasClassifier, BaseKerasRegressor
from skkeras.compose._distilled_base import KerasDistilled, of_student
from skkeras.compose._distilled_fit import fit_distilled, with_soft_targets
from skkeras.compose._teacher_predictions import (
    Ask,
    predict_classes,
    predict_labels,
    predict_numbers,
)
from skkeras.tabular import KerasMLPClassifier, KerasMLPRegressor


@dataclass(kw_only=True, eq=False, repr=False)
class KerasDistilledClassifier(ClassifierMixin, KerasDistilled):
    """Network that learns from the labels and from the probabilities of a teacher.

    In knowledge distillation, a small and fast network (the student) approximates a large or slow
    classifier (the teacher) better if it learns the teacher's probabilities of all classes instead
    of only the right class [1]_. Predictions are those of the student, without the teacher.

    Parameters
    ----------
    student : estimator, default=None
        The network to train: any classifier of this package. A clone of it is trained, with its own
        parameters. None uses `KerasMLPClassifier()`.
    teacher : estimator, default=None
        Classifier with `predict_proba`: a forest, a large network, an ensemble, a pipeline. Clones
        of it are fitted on the same rows as the student; a fitted teacher is used as it is. None
        uses `ExtraTreesClassifier()`.
    temperature : float, default=2.0
        Divisor of the logarithms of the student's and the teacher's probabilities before they are
        compared. The higher it is, the more the relative probabilities of wrong classes matter.
        Probabilities below 1e-7 are replaced by 1e-7.
    alpha : float, default=0.5
        Weight of the teacher in the loss, in [0, 1]; the student's own loss on the labels has the
        weight ``1 - alpha``. The teacher's part is multiplied by the square of `temperature`, so
        that `alpha` is also its share of the gradients.
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    {attributes}

    Notes
    -----
    The validation loss, on rows held out for early stopping or on `X_val` and `y_val`, is the same
    mixed loss; metrics are computed on the labels. A class that the teacher has never seen has
    probability 0; classes that only the teacher knows are ignored.

    {notes}

    References
    ----------
    .. [1] Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", NIPS Deep
       Learning Workshop, 2015. https://arxiv.org/abs/1503.02531

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.ensemble import ExtraTreesClassifier
    >>> from skkeras import KerasDistilledClassifier, KerasMLPClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> student = KerasMLPClassifier(hidden_layer_sizes=(16,), learning_rate=0.01, epochs=30)
    >>> model = KerasDistilledClassifier(
    ...     student=student, teacher=ExtraTreesClassifier(), random_state=0
    ... )
    >>> model.fit(X / 16, y).score(X / 16, y) > 0.9
    True
    """

    temperature: float = 2.0

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **KerasDistilled._parameter_constraints,
        "temperature": [Interval(Real, 0, None, closed="neither")],
    }
    _kind = BaseKerasClassifier
    _defaults = (KerasMLPClassifier, ExtraTreesClassifier)
    _method = "predict_proba"

    classes_ = of_student("classes_", "The classes.")
    score = KerasDistilled.score

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags = get_tags(self._student).classifier_tags
        if (teacher := get_tags(self._teacher).classifier_tags) is not None:
            tags.classifier_tags.multi_class &= teacher.multi_class
            tags.classifier_tags.multi_label &= teacher.multi_label
        return tags

    def _ask_teacher(self, student: Any, y: np.ndarray) -> Ask:
        if y.ndim == 1:
            return lambda teacher, X: predict_classes(teacher, X, student.classes_)
        return lambda teacher, X: predict_labels(teacher, X, y.shape[1])

    def _soft_targets(self, y: np.ndarray, answers: np.ndarray) -> np.ndarray:
        return with_soft_targets(y, answers)

    def _fit_student(self, student: Any, *rows: Any) -> None:
        fit_distilled(student, *rows, temperature=float(self.temperature), alpha=float(self.alpha))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the student's probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, with columns in the order of `classes_`; for multilabel targets, one
            column per label with its own probability.
        """
        check_is_fitted(self)
        return self.student_.predict_proba(X)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the student's probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Logarithms of the values that `predict_proba` returns.
        """
        check_is_fitted(self)
        return self.student_.predict_log_proba(X)


@dataclass(kw_only=True, eq=False, repr=False)
class KerasDistilledRegressor(RegressorMixin, KerasDistilled):
    """Network that learns from the target and from the predictions of a teacher.

    The student learns ``alpha * prediction + (1 - alpha) * y``. With the squared error, this has
    the same gradient as the loss on the teacher's predictions and the loss on the target, weighted
    by `alpha` and ``1 - alpha``. The teacher's predictions smooth the noise in the target, and
    out-of-fold predictions do not contain targets that the teacher has memorised.

    Parameters
    ----------
    student : estimator, default=None
        The network to train: any regressor of this package. A clone of it is trained, with its own
        parameters. None uses `KerasMLPRegressor()`.
    teacher : estimator, default=None
        Regressor: a forest, gradient boosting, an ensemble, a pipeline. Clones of it are fitted on
        the same rows as the student; a fitted teacher is used as it is. None uses
        `ExtraTreesRegressor()`.
    alpha : float, default=0.5
        Weight of the teacher's predictions in the student's target, in [0, 1].
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    The validation loss, on rows held out for early stopping or on `X_val` and `y_val`, uses the
    same mixed target.

    {notes}

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import RidgeCV
    >>> from skkeras import KerasDistilledRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = KerasDistilledRegressor(teacher=RidgeCV(), random_state=0).fit(X, y)
    >>> model.predict(X[:2]).shape
    (2,)
    """

    _kind = BaseKerasRegressor
    _defaults = (KerasMLPRegressor, ExtraTreesRegressor)
    _method = "predict"

    score = KerasDistilled.score

    def _ask_teacher(self, student: Any, y: np.ndarray) -> Ask:
        return lambda teacher, X: predict_numbers(teacher, X, y.shape[1:])

    def _soft_targets(self, y: np.ndarray, answers: np.ndarray) -> np.ndarray:
        return self.alpha * answers + (1 - self.alpha) * y

    def _fit_student(self, student: Any, *rows: Any) -> None:
        student._fit(*rows, reset=not student._resumes())
