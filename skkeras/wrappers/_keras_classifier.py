"""Classifier around a Keras model that the user wrote."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils._param_validation import StrOptions

from skkeras._docs import inherit_docs
from skkeras.base import BaseKerasClassifier, with_checked_arguments
from skkeras.base.data import undo_logits
from skkeras.wrappers._predict_callbacks import predicting
from skkeras.wrappers._wrapper import KerasWrapper


@inherit_docs
class KerasClassifier(KerasWrapper, BaseKerasClassifier):
    """Classifier around a Keras model, with SciKeras' parameters.

    Parameters
    ----------
    {parameters}
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" makes them inversely proportional to frequencies.
    **kwargs : dict
        Routed parameters: `model__*` to the build function, `optimizer__*`, `loss__*`,
        `metrics__*` and `callbacks__*` to the objects that they name, `fit__*` and `predict__*`
        to Keras' methods, `score__*` to `scorer`. Other parameters go to the build function.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    {attributes}

    Examples
    --------
    >>> import keras
    >>> from sklearn.datasets import load_iris
    >>> from skkeras import KerasClassifier
    >>> def build(meta, hidden=16):
    ...     return keras.Sequential(
    ...         [
    ...             keras.layers.Input((meta["n_features_in_"],)),
    ...             keras.layers.Dense(hidden, "relu"),
    ...             keras.layers.Dense(meta["n_classes_"], "softmax"),
    ...         ]
    ...     )
    >>> X, y = load_iris(return_X_y=True)
    >>> model = KerasClassifier(
    ...     build,
    ...     loss="sparse_categorical_crossentropy",
    ...     optimizer="adam",
    ...     optimizer__learning_rate=0.01,
    ...     model__hidden=32,
    ...     epochs=20,
    ...     random_state=0,
    ... )
    >>> model.fit(X, y).score(X, y) > 0.9
    True
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **KerasWrapper._parameter_constraints,
        "class_weight": [None, dict, StrOptions({"balanced"})],
    }

    def __init__(self, model: Any = None, *, class_weight: Any = None, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self.class_weight = class_weight

    def _class_outputs(self, X: Any) -> Any:
        outputs = super()._class_outputs(X)
        if not isinstance(outputs, np.ndarray):  # several outputs
            return outputs
        loss = self._live_network().model.loss
        return undo_logits(outputs, loss, exclusive=self.target_type_ != "multilabel-indicator")

    @with_checked_arguments
    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None, **kwargs: Any
    ) -> Self:
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
        **kwargs : dict
            Arguments of `keras.Model.fit`, for this call only.

        Returns
        -------
        self
            The estimator.
        """
        return self._fit_part(kwargs, X, y, classes, sample_weight)

    def predict_proba(self, X: Any, **kwargs: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.
        **kwargs : dict
            As in `predict`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, with columns in the order of `classes_`. For multilabel targets, each
            column is the probability of one label.
        """
        return super(KerasWrapper, predicting(self, kwargs)).predict_proba(X)
