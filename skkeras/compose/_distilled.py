"""Distillation: small networks that learn from what a teacher says."""

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
    """Network that learns from a teacher's probabilities beside the labels.

    A small, quick network comes closer to a large or slow classifier by learning how probable that
    one finds every class, not the right class alone [1]_. Predictions are the student's: the
    teacher is not needed for them.

    Parameters
    ----------
    student : estimator, default=None
        The network to train: any classifier of this package. A clone of it is trained, with its own
        parameters. None takes `KerasMLPClassifier()`.
    teacher : estimator, default=None
        Classifier with `predict_proba`: a forest, a large network, an ensemble, a pipeline. Clones
        of it are fitted on the same rows as the student; one that is fitted is used as it is. None
        takes `ExtraTreesClassifier()`.
    temperature : float, default=2.0
        What the logarithms of both ones' probabilities are divided by before they are compared; the
        higher it is, the more it counts which of the wrong classes are nearly right. Probabilities
        of less than 1e-7 count as 1e-7.
    alpha : float, default=0.5
        Share of the teacher in the loss, in [0, 1]; the rest is the student's own loss on the
        labels. The teacher's part is multiplied by the square of `temperature`, so that this share
        is that of its gradients.
    {cv}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    {attributes}

    Notes
    -----
    What the student holds out for early stopping is validated with the same loss, and so are
    `X_val` and `y_val`; metrics are those of the labels. A class that the teacher has never seen is
    one that it gives no probability; classes that only the teacher knows are left out.

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
        """Return the probability of each class, by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, columns in the order of `classes_`; for several labels, one column a
            label with its own probability.
        """
        check_is_fitted(self)
        return self.student_.predict_proba(X)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the probability of each class, by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Logarithms of what `predict_proba` gives.
        """
        check_is_fitted(self)
        return self.student_.predict_log_proba(X)


@dataclass(kw_only=True, eq=False, repr=False)
class KerasDistilledRegressor(RegressorMixin, KerasDistilled):
    """Network that learns from a teacher's predictions beside the target.

    The student learns ``alpha * prediction + (1 - alpha) * y``. Under a squared error this is the
    loss to the teacher's predictions and that to the target, mixed in these shares: both have the
    same gradient. The teacher smooths what is noise in the target, and out of folds what it smooths
    is not what it knows by heart.

    Parameters
    ----------
    student : estimator, default=None
        The network to train: any regressor of this package. A clone of it is trained, with its own
        parameters. None takes `KerasMLPRegressor()`.
    teacher : estimator, default=None
        Regressor: a forest, gradient boosting, an ensemble, a pipeline. Clones of it are fitted on
        the same rows as the student; one that is fitted is used as it is. None takes
        `ExtraTreesRegressor()`.
    alpha : float, default=0.5
        Share of the teacher's predictions in what the student learns, in [0, 1].
    {cv}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    What the student holds out for early stopping is validated by the same blend, and so are `X_val`
    and `y_val`.

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
