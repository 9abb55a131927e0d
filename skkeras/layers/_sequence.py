"""Layers for series that are padded with NaN at the end.

A recurrent layer that reads from the start sees padding only after a series' last step, so its
outputs until then are those of the series alone. The padding has to be left out in two places only:
where a series is turned round, and where its steps become one vector. Masks inside the recurrent
layers, as `keras.layers.Masking` makes them, say the same and take three times as long to train.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

POOLINGS = ("last", "average", "max", "attention")


@keras.saving.register_keras_serializable(package="import skkeras")
class SplitPadding(keras.layers.Layer):
    """Tell a series' steps from its padding.

    Takes a tensor of shape (batch, time, channels); gives it with 0 for NaN, and a boolean tensor
    of shape (batch, time) that is true for a step.
    """

    def call(self, inputs: Any) -> tuple[Any, Any]:
        """Split off the padding."""
        missing = ops.isnan(inputs)
        return ops.where(missing, 0.0, inputs), ops.logical_not(missing[..., 0])


@keras.saving.register_keras_serializable(package="import skkeras")
class ReversePadded(keras.layers.Layer):
    """Turn each series round, and leave its padding where it is."""

    def call(self, inputs: Any, is_step: Any) -> Any:
        """Turn `inputs` of shape (batch, time, channels)."""
        length = ops.sum(ops.cast(is_step, "int32"), axis=1, keepdims=True)
        place = ops.arange(ops.shape(inputs)[1], dtype="int32")[None]
        source = ops.where(is_step, length - 1 - place, place)
        return ops.take_along_axis(inputs, source[..., None], axis=1)


@keras.saving.register_keras_serializable(package="import skkeras")
class Pool(keras.layers.Layer):
    """Make one vector of each series' steps.

    Parameters
    ----------
    how : {"last", "average", "max", "attention"}
        Take the last step, the mean or the greatest of each channel, or a mean that is weighted by
        the softmax of scores.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, how: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.how = how

    def call(self, inputs: Any, is_step: Any, scores: Any = None) -> Any:
        """Pool `inputs` of shape (batch, time, channels); `scores` has shape (batch, time, 1)."""
        is_step = is_step[..., None]
        if self.how == "max":
            return ops.max(ops.where(is_step, inputs, -float("inf")), axis=1)
        if self.how == "attention":
            weights = ops.softmax(ops.where(is_step, scores, -float("inf")), axis=1)
        else:
            weights = ops.cast(is_step, inputs.dtype)
            if self.how == "last":
                weights = weights - ops.pad(weights[:, 1:], [[0, 0], [0, 1], [0, 0]])
            else:
                weights = weights / ops.sum(weights, axis=1, keepdims=True)
        return ops.sum(inputs * weights, axis=1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "how": self.how}


@keras.saving.register_keras_serializable(package="import skkeras")
class ZeroPadding(keras.layers.Layer):
    """Set what stands behind a series' last step to zero, as a convolution pads it itself."""

    def call(self, inputs: Any, is_step: Any) -> Any:
        """Take `inputs` of shape (batch, time, channels) where `is_step` of (batch, time) holds."""
        return ops.where(is_step[..., None], inputs, 0.0)
