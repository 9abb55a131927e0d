"""Encoders of targets for a network, and of its outputs back to predictions."""

from __future__ import annotations

import copy
from typing import Any

import keras
import numpy as np
from sklearn.preprocessing import StandardScaler

from skkeras.utils import (
    ClassifierLabelEncoder,
    RegressorTargetEncoder,
    is_one_hot_loss,
    to_python,
)

# Relative differences between scales of the same rows in another order.
_ROUNDING = 1e-9


class LabelEncoder(ClassifierLabelEncoder):
    """SciKeras' label encoder, for any number of rows.

    Parameters
    ----------
    loss : str, keras.losses.Loss or None, default=None
        The model's loss; with a categorical cross-entropy, classes are one-hot encoded.
    categories : "auto" or list of ndarray, default="auto"
        The classes, if they are known before `fit`.
    """

    def fit(self, y: np.ndarray) -> LabelEncoder:
        """Learn the classes.

        Parameters
        ----------
        y : ndarray of shape (n_rows,) or (n_rows, n_labels)
            Targets.

        Returns
        -------
        LabelEncoder
            The fitted encoder.

        Raises
        ------
        ValueError
            If there is only one class, or if there are several columns of classes.
        """
        kind = self._type_of_target(y)
        if kind == "multiclass-multioutput":
            raise ValueError(
                f"y has {y.shape[1]} columns of classes, and one network output cannot predict "
                f"them. Use sklearn.multioutput.MultiOutputClassifier, or a subclass whose "
                f"target_encoder gives one target for each output of the network."
            )
        if kind not in ("binary", "multiclass") or is_one_hot_loss(self.loss):
            return super().fit(y)
        # SciKeras does the same by a pipeline of encoders, which takes longer than many fits.
        self.classes_ = np.unique(y) if self.categories == "auto" else self.categories[0]
        self.n_classes_ = len(self.classes_)
        self.n_outputs_ = self.n_outputs_expected_ = 1
        self._target_type, self._y_shape = kind, y.shape
        if self.n_classes_ == 1:
            raise ValueError(
                f"A classifier needs at least 2 classes to learn from; got 1 class: "
                f"{to_python(self.classes_[0])!r}. Check the target, or how the rows were split."
            )
        return self

    def transform(self, y: np.ndarray) -> np.ndarray:
        """Encode classes as integers, or one-hot for a categorical cross-entropy.

        Parameters
        ----------
        y : ndarray of shape (n_rows,) or (n_rows, n_labels)
            Targets.

        Returns
        -------
        ndarray of shape (n_rows, 1), (n_rows, n_classes) or (n_rows, n_labels)
            Targets of the network, of dtype `keras.config.floatx`.
        """
        if y.shape[1:] != self._y_shape[1:]:
            raise ValueError(
                f"y has rows of shape {y.shape[1:]}, but the first fit had {self._y_shape[1:]}; "
                f"give as many columns."
            )
        if hasattr(self, "_final_encoder"):
            return super().transform(y).astype(keras.config.floatx(), copy=False)
        codes = np.searchsorted(self.classes_, y)
        return codes.astype(keras.config.floatx()).reshape(-1, 1)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Return one column per class, also if the network has one output for two classes."""
        if self._target_type != "binary" or outputs.shape[1:] not in ((), (1,)):
            return outputs
        positive = outputs.reshape(-1)
        return np.column_stack([1 - positive, positive])

    def inverse_transform(self, y: np.ndarray, return_proba: bool = False) -> np.ndarray:
        """Convert a network's outputs to labels or probabilities.

        Parameters
        ----------
        y : ndarray of shape (n_rows,) or (n_rows, n_outputs)
            Outputs of the network.
        return_proba : bool, default=False
            Whether to return probabilities.

        Returns
        -------
        ndarray of shape (n_rows,), (n_rows, n_labels) or (n_rows, n_classes)
            Labels, of the dtype of y in `fit`, or of int64 for multilabel targets, as in
            scikit-learn's MLPClassifier; or probabilities.
        """
        outputs = self.probabilities(y)
        if return_proba:
            return outputs
        if self._target_type in ("binary", "multiclass"):
            return self.classes_[np.argmax(outputs, axis=-1)]
        if self._target_type == "multilabel-indicator":
            return (np.asarray(outputs) > 0.5).astype(np.int64)
        return super().inverse_transform(outputs).astype(np.int64, copy=False)


class RegressionTarget(RegressorTargetEncoder):
    """SciKeras' regression target, optionally scaled to mean 0 and standard deviation 1.

    Parameters
    ----------
    scale : bool, default=False
        Whether to standardise each output.
    """

    def __init__(self, scale: bool = False) -> None:
        self.scale = scale

    def fit(self, y: np.ndarray, sample_weight: np.ndarray | None = None) -> RegressionTarget:
        """Learn the number of outputs and their scales."""
        super().fit(y)
        if self.scale:
            rows = y.reshape(len(y), -1).astype(np.float64)
            self.scaler_ = StandardScaler().fit(rows, sample_weight=sample_weight)
        return self

    def partial_fit(
        self, y: np.ndarray, sample_weight: np.ndarray | None = None
    ) -> RegressionTarget:
        """Update the scales, which are then those of the rows of all calls.

        If the rows have the scales that are known, these stay the same to the last bit.
        """
        if not hasattr(self, "n_outputs_"):
            return self.fit(y, sample_weight)
        if self.scale:
            rows = y.reshape(len(y), -1).astype(np.float64)
            known = self.scaler_
            self.scaler_ = copy.deepcopy(known).partial_fit(rows, sample_weight=sample_weight)
            shift = np.abs(self.scaler_.mean_ - known.mean_).max() / known.scale_.min()
            if shift < _ROUNDING and np.allclose(self.scaler_.scale_, known.scale_, _ROUNDING, 0):
                for name in ("mean_", "var_", "scale_"):
                    setattr(self.scaler_, name, getattr(known, name))
        return self

    def transform(self, y: np.ndarray) -> np.ndarray:
        """Return the target of the network, of dtype `keras.config.floatx`."""
        if y.shape[1:] != self._y_shape[1:]:
            raise ValueError(
                f"y has rows of shape {y.shape[1:]}, but the first fit had {self._y_shape[1:]}; "
                f"give as many columns."
            )
        if self.scale:
            y = self.scaler_.transform(y.reshape(len(y), -1)).reshape(y.shape)
        return y.astype(keras.config.floatx())

    def inverse_transform(self, y: np.ndarray, **_: Any) -> np.ndarray:
        """Return predictions in the target's units, float64."""
        rows = np.asarray(y, dtype=np.float64).reshape(-1, self.n_outputs_)
        if self.scale:
            rows = self.scaler_.inverse_transform(rows)
        return super().inverse_transform(rows)
