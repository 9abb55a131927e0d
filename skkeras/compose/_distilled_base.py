"""Base class of the networks that learn from a teacher."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.ensemble._base import _set_random_states
from sklearn.frozen import FrozenEstimator
from sklearn.utils import Tags, check_random_state, get_tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import _make_indexable, _num_samples, check_is_fitted

from skkeras._docs import DocumentedMixin, inherit_docs
from skkeras._weight_count import is_counting
from skkeras.base import (
    BaseKerasEstimator,
    NamedParameters,
    with_checked_arguments,
)
from skkeras.base.data import check_weights, is_several
from skkeras.compose._teacher_predictions import (
    Ask,
    folds,
    is_fitted,
    out_of_fold_predictions,
    take_rows,
)
from skkeras.utils import check_constraints

if TYPE_CHECKING:
    from skopt.space import Dimension


def of_student(name: str, what: str) -> property:
    return property(lambda self: getattr(self.student_, name), doc=what)


@dataclass(kw_only=True, eq=False, repr=False)
class KerasDistilled(DocumentedMixin, CallbackSupportMixin, NamedParameters):
    """Base class of the distilled classifier and the distilled regressor.

    Parameters
    ----------
    cv : int, splitter, iterable or None, default=5
        Cross-validation splits for an unfitted teacher: the student learns from the teacher's
        out-of-fold predictions, as in scikit-learn's `StackingClassifier`. An int is the number of
        folds, stratified by classes. None fits the teacher on all rows only and predicts the same
        rows, which saves the other fits. Use None for teachers that do not memorise rows, unlike
        forests.
    random_state : int, RandomState instance or None, default=None
        Seed of the student and of an unfitted teacher, instead of their own `random_state`; None
        keeps theirs.

    Attributes
    ----------
    student_ : estimator
        The trained student, a normal estimator that can be saved separately or trained further.
    teacher_ : estimator
        The teacher, fitted on all rows or as the user passed it.
    model_ : keras.Model
        The student's model.
    history_ : dict of str to list of float
        The student's loss and metrics, one value per epoch; the loss is the mixed one.
    loss_curve_ : list of float
        The student's training loss of each epoch: ``history_["loss"]``.
    n_iter_ : int
        Number of epochs for which the student was trained.
    trainer_ : str
        Trainer of the student.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if all of them are strings.

    Notes
    -----
    A fitted teacher stays fitted in clones of this estimator, and therefore in searches:
    clones wrap it in a `sklearn.frozen.FrozenEstimator`. Scores are unbiased only if it has not
    seen the rows that they are computed on.

    `SuccessiveHalvingSearchCV` and `HyperbandSearchCV` allocate ``student__epochs``: they fit the
    teacher and compute its predictions once, and continue the training of the student.
    `partial_fit` is a method of the student, `student_`.

    `skkeras.save` also saves the fitted teacher; its types must be trusted if it is gradient
    boosting (see there). This is not needed to save only the trained student, `student_`.
    """

    student: Any = None
    teacher: Any = None
    alpha: float = 0.5
    cv: Any = 5
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "student": "no_validation",
        "teacher": "no_validation",
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "cv": ["cv_object"],
        "random_state": ["random_state"],
    }
    # Training in parts is the same as for other networks; the teacher's predictions are kept.
    fit_until = BaseKerasEstimator.fit_until
    summary = BaseKerasEstimator.summary
    _target_epochs = BaseKerasEstimator._target_epochs
    # Type of the student, defaults of student and teacher, and the teacher's prediction method.
    _kind: ClassVar[type[BaseKerasEstimator]]
    _defaults: ClassVar[tuple[type, type]]
    _method: ClassVar[str]
    # Parameter with the number of epochs.
    _resource: ClassVar[str] = "student__epochs"

    model_ = of_student("model_", "The student's model.")
    history_ = of_student("history_", "The student's loss and metrics, one value an epoch.")
    loss_curve_ = of_student("loss_curve_", "The student's training loss of each epoch.")
    n_iter_ = of_student("n_iter_", "Number of epochs that the student was trained.")
    trainer_ = of_student("trainer_", "What trained the student.")
    n_features_in_ = of_student("n_features_in_", "Number of features.")
    feature_names_in_ = of_student("feature_names_in_", "Names of the features.")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        inherit_docs(cls)

    # -- scikit-learn -----------------------------------------------------------------------

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        student, teacher = get_tags(self._student), get_tags(self._teacher)
        tags.input_tags, tags.target_tags = student.input_tags, student.target_tags
        tags.input_tags.sparse &= teacher.input_tags.sparse
        tags.input_tags.allow_nan &= teacher.input_tags.allow_nan
        tags.target_tags.multi_output &= teacher.target_tags.multi_output
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return "student_" in vars(self) and self.student_.initialized_

    def __sklearn_clone__(self) -> Self:
        copied = super().__sklearn_clone__()
        # A clone of a fitted teacher would not be fitted.
        if is_fitted(self._teacher) and not isinstance(self.teacher, FrozenEstimator):
            copied.teacher = FrozenEstimator(self.teacher)
        return copied

    @property
    def _student(self) -> Any:
        return self._defaults[0]() if self.student is None else self.student

    @property
    def _teacher(self) -> Any:
        return self._defaults[1]() if self.teacher is None else self.teacher

    def search_space(self, size: str = "small") -> dict[str, Dimension]:
        """Return the search space of the parameters that are worth tuning.

        Parameters
        ----------
        size : {"small", "medium", "large"}, default="small"
            Size of the student's search space.

        Returns
        -------
        dict of str to skopt.space.Dimension
            Dimensions by name: `alpha` and, for classifiers, `temperature`, then those of the
            student's own `search_space`.
        """
        from skopt.space import Real

        own = {"alpha": Real(0.0, 1.0)}
        if hasattr(self, "temperature"):
            own = {"temperature": Real(1.0, 10.0, "log-uniform"), **own}
        if not hasattr(self.student, "search_space"):
            return own
        space = self.student.search_space(size)
        return {**own, **{f"student__{name}": dimension for name, dimension in space.items()}}

    # -- fit --------------------------------------------------------------------------------

    @with_checked_arguments
    @with_callbacks
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        groups: Any = None,
    ) -> Self:
        """Fit the teacher, if it is not fitted, and train the student on its predictions.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input of both the student and the teacher.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows, for both; a row of weight 0 is ignored.
        X_val, y_val : array-like, default=None
            Validation data of the student after each epoch, instead of a part of X and y.
        groups : array-like of shape (n_samples,), default=None
            Groups of rows, for `cv` and for the student's hold-out.

        Returns
        -------
        self
            The estimator.

        Raises
        ------
        TypeError
            If student or teacher is not a suitable estimator.
        ValueError
            If a parameter or the data is invalid, or the teacher's classes or outputs are not those
            of `y`. In this case, the student is not trained.
        """
        until, so_far = self._target_epochs, self.__dict__.pop("_so_far", None)
        if until is None or so_far is None:
            so_far = (*self._check_student_and_teacher(), None)
        student, teacher, said = so_far
        if is_counting():  # before the teacher is fitted
            student.fit(X, y)
        context = self._init_callback_context(max_subtasks=1)
        context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        _, target, weights, groups_left = student._check_rows(
            X, y, sample_weight, groups, reset=True
        )
        encoder = student._fit_encoder(target, weights)
        student.__dict__.update(getattr(encoder, "get_metadata", dict)())
        validation = student._check_validation(X_val, y_val, {})
        X = X if is_several(X) else _make_indexable(X)
        given = check_weights(sample_weight, _num_samples(y))
        kept = np.ones(len(target), dtype=bool) if given is None else given > 0
        X = X if kept.all() else take_rows(X, np.flatnonzero(kept), len(kept))
        if said is None:
            ask = self._ask_teacher(student, target)
            splits = self.cv
            if splits is not None:
                stratified = is_classifier(self)
                splits = folds(splits, target, groups_left, kept, stratified=stratified)
            teacher, answers = out_of_fold_predictions(teacher, ask, X, target, weights, splits)
            said = answers, None if validation is None else ask(teacher, X_val)
        if validation is not None:
            y_val = self._soft_targets(validation[1], said[1])
        training = context.subcontext(task_name="student")
        with training.propagate_callback_context(student):
            training.call_on_fit_task_begin(estimator=self, X=X, y=target)
            soft_targets = self._soft_targets(target, said[0])
            student._target_epochs = until
            try:
                self._fit_student(student, X, soft_targets, weights, X_val, y_val, groups_left)
            finally:
                student._target_epochs = None
            training.call_on_fit_task_end(estimator=self, X=X, y=target)
        self.student_, self.teacher_ = student, teacher
        if until is not None:
            self._so_far = (student, teacher, said)
        context.call_on_fit_task_end(estimator=self, X=X, y=target)
        return self

    def _check_student_and_teacher(self) -> tuple[Any, Any]:
        """Return the student to train, and the teacher, which may be fitted."""
        check_constraints(
            self._parameter_constraints, self.get_params(deep=False), type(self).__name__
        )
        student, teacher = self._student, self._teacher
        if not isinstance(student, self._kind):
            raise TypeError(
                f"student must be a network of skkeras such as {self._defaults[0].__name__}(); got "
                f"{student!r}. What comes before the network goes before this estimator, in a "
                f"pipeline."
            )
        # Stacking has its methods only after `fit`; its default final estimators have both.
        unsaid = getattr(teacher, "final_estimator", teacher) is None
        if isinstance(teacher, type) or not (unsaid or hasattr(teacher, self._method)):
            raise TypeError(
                f"teacher must be an estimator with {self._method}, such as "
                f"{self._defaults[1].__name__}(); got {teacher!r}."
            )
        student = clone(student)
        teacher = teacher if is_fitted(teacher) else clone(teacher)
        if self.random_state is not None:
            draws = check_random_state(self.random_state)
            _set_random_states(student, draws)
            if not is_fitted(teacher):
                _set_random_states(teacher, draws)
        student._validate_params()
        return student, teacher

    def _ask_teacher(self, student: Any, y: np.ndarray) -> Ask:
        """Return a function that returns a fitted teacher's predictions for rows."""
        raise NotImplementedError

    def _soft_targets(self, y: np.ndarray, answers: np.ndarray) -> np.ndarray:
        """Combine the target with the teacher's predictions."""
        raise NotImplementedError

    def _fit_student(self, student: Any, *rows: Any) -> None:
        """Train the student."""
        raise NotImplementedError

    def predict(self, X: Any) -> np.ndarray:
        """Predict with the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Labels, or numbers in the target's units.
        """
        check_is_fitted(self)
        return self.student_.predict(X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the student's own `score` on test data.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target, as in `fit`.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        float
            Accuracy of a classifier, R² of a regressor.
        """
        check_is_fitted(self)
        return self.student_.score(X, y, sample_weight)
