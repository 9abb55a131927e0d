"""The network that is trained on top of a backbone, with or without the backbone's last layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from skkeras.base import ModelParams, ModelSpec
from skkeras.image._backbones import find_architecture, pooling_layer
from skkeras.layers import Dropout
from skkeras.utils import as_int, sizes


def transfer_model(
    params: ModelParams,
    spec: ModelSpec,
    output_layer: Callable[[ModelParams, ModelSpec], keras.Layer],
) -> keras.Model:
    """Build the network of `KerasTransfer`.

    Parameters
    ----------
    params : ModelParams
        Parameters of the estimator.
    spec : ModelSpec
        Specification of the model. `encoding` is the size of the backbone's input images if its
        last layers are part of the network, otherwise None.
    output_layer : callable
        Creates the output layer. It is called last, because layers draw their seeds when they are
        created.

    Returns
    -------
    keras.Model
        The uncompiled network.
    """
    inputs = x = keras.layers.Input(spec.input_shape)
    if spec.encoding is not None:
        backbone = find_architecture(params.backbone, spec.encoding)
        x = pooling_layer(params.pooling)(backbone.upper(as_int(params.n_unfrozen))(x))
        # This layer is frozen, so it only scales by its weights.
        scaler = keras.layers.BatchNormalization(
            epsilon=0.0, center=False, trainable=False, name="scaler"
        )
        x = scaler(x)
    x = _left_out(x, params)
    for place, units in enumerate(sizes(params.dense_units)):
        dense = keras.layers.Dense(units, activation=params.activation, name=f"dense_{place}")
        x = _left_out(_penalised(dense, params, spec)(x), params)
    output = _penalised(output_layer(params, spec), params, spec)
    return keras.Model(inputs, output(x))


def _left_out(x: Any, params: ModelParams) -> Any:
    return Dropout(float(params.dropout))(x) if params.dropout else x


def _penalised(layer: keras.Layer, params: ModelParams, spec: ModelSpec) -> keras.Layer:
    if params.alpha:
        penalty = 0.5 * float(params.alpha) / spec.n_rows
        layer.kernel_regularizer = keras.regularizers.L2(penalty)
    return layer
