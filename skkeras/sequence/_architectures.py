"""Convolutional architectures for time series, as functions of series and their padding mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from skkeras.layers import Dropout, Pool, ZeroPadding


@keras.saving.register_keras_serializable(package="import skkeras")
class MaskedMaxPool(keras.layers.Layer):
    """Max pooling over three time steps, without the padding after a series' last step."""

    def call(self, inputs: Any, is_step: Any) -> Any:
        """Pool `inputs` of shape (batch, time, channels); the length does not change."""
        steps = ops.where(is_step[..., None], inputs, -float("inf"))
        return ops.max_pool(steps, 3, strides=1, padding="same")


@keras.saving.register_keras_serializable(package="import skkeras")
class HandcraftedFilters(keras.layers.Layer):
    """Fixed convolution filters for rises, falls and peaks, whose outputs are summed over channels.

    These are the hand-crafted filters of LITE, which are not trained: 6 for rises and 6 for falls,
    of 2 to 64 steps, and 5 for peaks, of 6 to 96 steps.
    """

    def build(self, input_shape: Any) -> None:
        """Create the filters for the number of input channels."""
        self.filters = [
            np.repeat(one[:, np.newaxis, np.newaxis], input_shape[-1], axis=1).astype("float32")
            for one in _trend_filters()
        ]

    def call(self, inputs: Any) -> Any:
        """Return one channel per filter, after ReLU."""
        answers = [
            ops.conv(inputs, ops.convert_to_tensor(one, inputs.dtype), padding="same")
            for one in self.filters
        ]
        return ops.relu(ops.concatenate(answers, axis=-1))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return (*input_shape[:-1], len(_trend_filters()))


def _trend_filters() -> list[np.ndarray]:
    lengths = (2, 4, 8, 16, 32, 64)
    signs = [np.where(np.arange(length) % 2 == 0, -1.0, 1.0) for length in lengths]
    return [*signs, *(-one for one in signs), *(_peak(length) for length in lengths[1:])]


def _peak(length: int) -> np.ndarray:
    """Return a parabolic peak between two negative ones of half its height; 1.5 `length` long."""
    rise = np.linspace(0, 1, length // 4 + 1)[1:] ** 2
    bump = np.concatenate([rise, rise[::-1]])
    return np.concatenate([-bump, 2 * bump, -bump])


@keras.saving.register_keras_serializable(package="import skkeras")
class StepNormalization(keras.layers.BatchNormalization):
    """Batch normalisation over the time steps, without the padding."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = False  # otherwise Keras passes the mask to the next layers

    def call(self, inputs: Any, is_step: Any, training: bool = False) -> Any:
        """Normalise `inputs` of shape (batch, time, channels)."""
        return super().call(inputs, training=training, mask=is_step)


def _norm(x: Any, is_step: Any) -> Any:
    return StepNormalization(momentum=0.9)(x, is_step)


def _block(x: Any, is_step: Any, filters: int, kernel_size: int, activation: bool = True) -> Any:
    """Apply a convolution, batch normalisation over the steps, and ReLU."""
    x = keras.layers.Conv1D(filters, kernel_size, padding="same")(x)
    x = _norm(x, is_step)
    x = keras.layers.Activation("relu")(x) if activation else x
    return ZeroPadding()(x, is_step)


def fcn(x: Any, is_step: Any) -> Any:
    """Build the fully convolutional network of Wang et al. (2017)."""
    for filters, kernel_size in ((128, 8), (256, 5), (128, 3)):
        x = _block(x, is_step, filters, kernel_size)
    return Pool("average")(x, is_step)


def resnet(x: Any, is_step: Any) -> Any:
    """Build the residual network of Wang et al. (2017): three blocks of three convolutions."""
    for filters in (64, 128, 128):
        same = x.shape[-1] == filters
        shortcut = _norm(x, is_step) if same else _block(x, is_step, filters, 1, activation=False)
        for kernel_size in (8, 5, 3):
            x = _block(x, is_step, filters, kernel_size, activation=kernel_size != 3)
        x = keras.layers.Activation("relu")(keras.layers.Add()([x, shortcut]))
        x = ZeroPadding()(x, is_step)
    return Pool("average")(x, is_step)


def inception(x: Any, is_step: Any) -> Any:
    """Build one network of InceptionTime (Ismail Fawaz et al. 2020): six modules, two shortcuts."""
    start = x
    for depth in range(6):
        x = _inception_module(x, is_step)
        if depth % 3 == 2:
            shortcut = keras.layers.Conv1D(x.shape[-1], 1, padding="same", use_bias=False)(start)
            x = keras.layers.Add()([x, _norm(shortcut, is_step)])
            x = start = ZeroPadding()(keras.layers.Activation("relu")(x), is_step)
    return Pool("average")(x, is_step)


def _inception_module(x: Any, is_step: Any) -> Any:
    def convolve(source: Any, kernel_size: int) -> Any:
        return keras.layers.Conv1D(32, kernel_size, padding="same", use_bias=False)(source)

    narrow = convolve(x, 1) if x.shape[-1] > 1 else x
    highest = ZeroPadding()(MaskedMaxPool()(x, is_step), is_step)
    ways = [*(convolve(narrow, size) for size in (40, 20, 10)), convolve(highest, 1)]
    x = _norm(keras.layers.Concatenate()(ways), is_step)
    return ZeroPadding()(keras.layers.Activation("relu")(x), is_step)


def lite(x: Any, is_step: Any) -> Any:
    """Build one network of LITETime (Ismail-Fawaz et al. 2023), with its hand-crafted filters."""
    ways = [
        keras.layers.Conv1D(32, size, padding="same", use_bias=False)(x) for size in (40, 20, 10)
    ]
    x = _norm(keras.layers.Concatenate()([*ways, HandcraftedFilters()(x)]), is_step)
    x = ZeroPadding()(keras.layers.Activation("relu")(x), is_step)
    for kernel_size, dilation in ((20, 2), (10, 4)):
        x = keras.layers.SeparableConv1D(
            32, kernel_size, padding="same", dilation_rate=dilation, use_bias=False
        )(x)
        x = keras.layers.Activation("relu")(_norm(x, is_step))
        x = ZeroPadding()(x, is_step)
    return Pool("average")(x, is_step)


def lstm_fcn(x: Any, is_step: Any) -> Any:
    """Build LSTM-FCN (Karim et al. 2018): the FCN in parallel with an LSTM over the channels."""
    turned = keras.layers.Permute((2, 1))(x)
    read = Dropout(0.8)(keras.layers.LSTM(8)(turned))
    return keras.layers.Concatenate()([read, fcn(x, is_step)])


ARCHITECTURES: dict[str, Callable[[Any, Any], Any]] = {
    "fcn": fcn,
    "resnet": resnet,
    "inception": inception,
    "lite": lite,
    "lstm_fcn": lstm_fcn,
}
