"""Base class of classifiers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags, check_array, column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skkeras.base._estimator import BaseKerasEstimator
from skkeras.base._named_parameters import with_checked_arguments
from skkeras.base.data import LabelEncoder, check_probabilities, is_missing, with_class_weight
from skkeras.utils import is_one_hot_loss


class BaseKerasClassifier(ClassifierMixin, BaseKerasEstimator):
    """Base class of classifiers: encodes labels, predicts labels and probabilities."""

    class_weight: Any = None
    # Classes that were given to the first `partial_fit`, during that call.
    _classes: np.ndarray | None = None

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.target_tags.multi_output = False
        return tags

    @property
    def target_encoder(self) -> Any:
        """Unfitted encoder of the labels."""
        known = self._known_classes()
        one_hot = is_one_hot_loss(getattr(self, "loss", None))
        return LabelEncoder(
            loss="categorical_crossentropy" if one_hot else None,
            categories="auto" if known is None else [known],
        )

    def _known_classes(self) -> np.ndarray | None:
        """Return the classes if they are known independently of y, otherwise None."""
        return self._classes

    def _decode(self, y: Any, *, reset: bool) -> Any:
        """Return y as one column if a subclass can decode it; here, return it unchanged."""
        return y

    def _check_y(self, y: Any, *, reset: bool) -> np.ndarray:
        y = self._decode(y, reset=reset)
        y = check_array(
            y,
            accept_sparse=True,
            dtype=None,
            ensure_all_finite="allow-nan",
            ensure_2d=False,
            estimator=self,
            input_name="y",
        )
        if hasattr(y, "toarray"):
            y = y.toarray()
        if y.ndim == 1 or y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if _has_missing(y):
            raise ValueError("Input y contains NaN or None; drop these rows or fill them.")
        check_classification_targets(y)
        if reset:
            self.target_type_ = type_of_target(y, input_name="y")
            self.y_dtype_, self.y_ndim_ = y.dtype, y.ndim
            if y.ndim == 1 and (known := self._known_classes()) is not None:
                _check_known(y, known)
                self.target_type_ = "multiclass" if len(known) > 2 else "binary"
        else:
            self._check_same_kind(y)
        return y

    def _check_same_kind(self, y: np.ndarray) -> None:
        if y.ndim != self.y_ndim_:
            raise ValueError(
                f"y has {y.ndim} dimension(s), but this {type(self).__name__} was fitted on "
                f"{self.y_ndim_}; give targets of the same kind."
            )
        if y.ndim == 1:
            _check_known(y, self.classes_)

    def _weigh_classes(self, weights: np.ndarray | None, y: np.ndarray) -> np.ndarray | None:
        return with_class_weight(weights, self.class_weight, y)

    @with_checked_arguments
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch, continuing from the current state.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that occur in any call; required in the first call if its `y` lacks some.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows.

        Returns
        -------
        self
            The estimator.
        """
        first = not self.initialized_
        if first and classes is not None:
            self._classes = np.unique(np.asarray(classes))
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise ValueError(
                f"classes={classes!r} is not the same as on the last call to partial_fit, which "
                f"had {self.classes_!r}."
            )
        try:
            self._validate_params()
            return self._fit(X, y, sample_weight, reset=first, epochs=1)
        finally:
            self._classes = None

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, with columns in the order of `classes_`. For multilabel targets, each
            column is the probability of one label.
        """
        outputs = self._class_outputs(X)
        found = self.target_encoder_.inverse_transform(outputs, return_proba=True)
        if isinstance(self.target_encoder_, LabelEncoder):
            exclusive = self.target_type_ in ("binary", "multiclass")
            check_probabilities(type(self).__name__, found, exclusive=exclusive)
        return found

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Logarithms of the probabilities that `predict_proba` returns.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Labels.
        """
        outputs = self._class_outputs(X)
        return self.target_encoder_.inverse_transform(outputs)

    def _class_outputs(self, X: Any) -> Any:
        """Return the outputs of the model, for which the threshold is 0.5."""
        return self._outputs(X)

    @staticmethod
    def scorer(y_true: Any, y_pred: Any, **kwargs: Any) -> float:
        """Return the accuracy of predictions; `score` uses this function."""
        return accuracy_score(y_true, y_pred, **kwargs)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy on test data.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        float
            Fraction of rows that are predicted correctly.
        """
        predicted = self.predict(X)
        return self.scorer(self._decode(y, reset=False), predicted, sample_weight=sample_weight)


def _has_missing(y: np.ndarray) -> bool:
    if y.dtype.kind == "f":
        return bool(np.isnan(y).any())
    return y.dtype.kind == "O" and any(map(is_missing, y.ravel()))


def _check_known(y: np.ndarray, known: np.ndarray) -> None:
    if not (found := np.isin(y, known)).all():
        raise ValueError(
            f"y contains labels that were not there in the first fit: "
            f"{np.unique(y[~found])[:5].tolist()}; known are {known[:10].tolist()}. Give all "
            f"labels as classes= to the first partial_fit, or fit anew."
        )
