"""Base class of the families' classifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import keras
from sklearn.utils._param_validation import StrOptions

from skkeras.base._family import KerasFamily
from skkeras.base._model_spec import ModelParams, ModelSpec
from skkeras.base._one_hot import OneHotTargets


@dataclass(kw_only=True, eq=False, repr=False)
class FamilyClassifier(OneHotTargets, KerasFamily):
    """Base class of the families' classifiers.

    Parameters
    ----------
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" makes them inversely proportional to frequencies.
    loss : str, class, function or keras.losses.Loss, default=None
        Any Keras loss. None and scikit-learn's "log_loss" are the cross-entropy for the type of the
        target. Columns of 0 and 1 with a single 1 in each row are decoded as one-hot classes; with
        "binary_crossentropy", each column is a separate label.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    """

    class_weight: dict | str | None = None

    _loss_names: ClassVar[dict[str, Any]] = {"log_loss": None}
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "class_weight": [None, dict, StrOptions({"balanced"})]
    }

    @classmethod
    def _output_layer(cls, params: ModelParams, spec: ModelSpec) -> keras.Layer:
        if spec.target_type == "binary":
            return keras.layers.Dense(1, activation="sigmoid", name="probability")
        if spec.target_type == "multiclass-multioutput":
            raise ValueError(
                f"{cls.__name__} learns one column of classes, or several of 0 and 1; for "
                f"several columns of classes put it into sklearn.multioutput.MultiOutputClassifier."
            )
        several = spec.target_type == "multilabel-indicator"
        return keras.layers.Dense(
            spec.n_classes, activation="sigmoid" if several else "softmax", name="probability"
        )

    @classmethod
    def _default_loss(cls, params: ModelParams, spec: ModelSpec) -> Any:
        if spec.target_type == "multiclass":
            return "sparse_categorical_crossentropy"
        return "binary_crossentropy"
