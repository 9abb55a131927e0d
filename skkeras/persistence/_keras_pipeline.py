"""A fitted pipeline as one Keras model: scalers, network, and the units of the target."""

from __future__ import annotations

from typing import Any, NoReturn

import keras
import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skkeras.base import BaseKerasEstimator
from skkeras.base.data import (
    LabelEncoder,
    RegressionTarget,
    is_hinge,
    is_of_logits,
    shift_and_scale,
)
from skkeras.image import PixelScaler
from skkeras.persistence._trusted_types import is_own_estimator

# Normalization divides by no less, and its variance is a float32.
_SCALES = 1e-6, 1e18


class KerasPipeline:
    """Scalers and a network that can be computed by one Keras model.

    Parameters
    ----------
    estimator : estimator
        Fitted network, pipeline of scalers and a network, or search over these.

    Raises
    ------
    ValueError
        If a part cannot become a layer; the message names it.
    """

    def __init__(self, estimator: Any) -> None:
        check_is_fitted(estimator)
        *before, network = _parts(estimator)
        is_network = isinstance(network, BaseKerasEstimator) and (
            is_classifier(network) or is_regressor(network)
        )
        kind = type(network)
        if not is_network or not is_own_estimator(f"{kind.__module__}.{kind.__name__}"):
            _refuse(network, "only classifiers and regressors of skkeras with one network can")
        if type(network.feature_encoder_) not in (type(None), PixelScaler):
            _refuse(network, "it encodes X by more than a scale")
        if type(network.target_encoder_) not in (LabelEncoder, RegressionTarget):
            _refuse(network, "it has a target encoder of your own")
        model = network.model_
        if not isinstance(model, keras.Function | keras.Sequential) or not (
            len(model.inputs) == len(model.outputs) == 1
        ):
            _refuse(network, "its model is not a functional one of one input and one output")
        self.network, self.scalers = network, []
        for scaler in before:
            scales = shift_and_scale(scaler)
            if scales is None or getattr(scaler, "clip", False):
                _refuse(
                    scaler,
                    "only StandardScaler, MinMaxScaler, RobustScaler and MaxAbsScaler can, "
                    "without clip",
                )
            self.scalers.append((scaler, scales))

    def model(self) -> keras.Model:
        """Return a model from rows to probabilities, or to numbers in the target's units."""
        network, inner = self.network, self.network.model_
        layers = [_normalization(scaler, *scales) for scaler, scales in self.scalers]
        shape = network.X_shape_[1:]
        if shape != inner.input_shape[1:]:
            layers.append(keras.layers.Reshape(inner.input_shape[1:]))
        encoder = network.feature_encoder_
        if encoder is not None:
            layers.append(_normalization(network, encoder.mean_, encoder.scale_))
        dtype = keras.config.floatx() if layers else inner.inputs[0].dtype
        inputs = x = keras.layers.Input(shape, dtype=dtype, name="X")
        for layer in [*layers, inner]:
            x = layer(x)
        decode = _probabilities if is_classifier(network) else _numbers
        return keras.Model(inputs, decode(network, x))

    def rows(self, X: Any) -> np.ndarray:
        """Return rows X as the model takes them."""
        if self.scalers:
            return np.asarray(X, keras.config.floatx())
        network = self.network
        rows = network._check_X(X, reset=False)
        rows = rows.toarray() if hasattr(rows, "toarray") else rows  # files of images
        return np.asarray(rows, network.model_.inputs[0].dtype).reshape(-1, *network.X_shape_[1:])


def _parts(estimator: Any) -> list[Any]:
    """Return the steps of a pipeline, also of those in it and in searches."""
    if isinstance(estimator, Pipeline):
        return [part for _, step in estimator.steps for part in _parts(step)]
    for name in ("best_estimator_", "student_"):
        if hasattr(estimator, name):
            return _parts(getattr(estimator, name))
    return [] if estimator is None or estimator == "passthrough" else [estimator]


def _probabilities(network: Any, x: Any) -> Any:
    loss, exclusive = network.model_.loss, network.target_type_ != "multilabel-indicator"
    n_units = x.shape[-1] if len(x.shape) > 1 else 1
    x = keras.layers.Reshape((n_units,))(x)
    if is_of_logits(loss):
        x = keras.layers.Activation("softmax" if exclusive and n_units > 1 else "sigmoid")(x)
    elif is_hinge(loss):
        x = keras.layers.Rescaling(0.5, 0.5)(x)
    if network.target_type_ == "binary" and n_units == 1:
        other = keras.layers.Rescaling(-1.0, 1.0)(x)
        x = keras.layers.Concatenate()([other, x])
    return x


def _numbers(network: Any, x: Any) -> Any:
    target = network.target_encoder_
    x = keras.layers.Reshape((target.n_outputs_,))(x)
    if not target.scale:
        return x
    return _normalization(network, target.scaler_.mean_, target.scaler_.scale_, invert=True)(x)


def _normalization(
    part: Any, shift: np.ndarray, scale: np.ndarray, *, invert: bool = False
) -> keras.Layer:
    low, high = _SCALES
    if not ((scale > low) & (scale < high)).all():
        _refuse(
            part,
            f"it has scales from {scale.min():.2g} to {scale.max():.2g}, and float32 "
            f"needs them from {low:.0e} to {high:.0e}",
        )
    return keras.layers.Normalization(mean=shift, variance=scale**2, invert=invert)


def _refuse(part: Any, why: str) -> NoReturn:
    raise ValueError(
        f"{type(part).__name__} cannot become a part of a Keras model, because {why}. Export with "
        f'format="onnx", or save by skkeras.save.'
    )
