"""The classifier around a model of the user's own."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.utils._param_validation import StrOptions

from skkeras.wrappers._classifier import BaseKerasClassifier
from skkeras.wrappers._routed import RoutedEstimator
from skkeras.wrappers._routed_docs import with_routed_docs


@with_routed_docs
class KerasClassifier(BaseKerasClassifier, RoutedEstimator):
    """Classifier around a Keras model, with SciKeras' parameters.

    Parameters
    ----------
    {parameters}
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" makes them inverse to their frequencies.
    {kwargs}

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
        **RoutedEstimator._parameter_constraints,
        "class_weight": [None, dict, StrOptions({"balanced"})],
    }

    def __init__(self, model: Any = None, *, class_weight: Any = None, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self.class_weight = class_weight
