"""Layers for series that are padded with NaN at the end.

A recurrent layer that reads from the start reaches the padding only after a series' last step, so
its outputs up to that step do not depend on the padding. The padding must be excluded only where a
series is reversed and where its steps are pooled to one vector. Masks inside the recurrent layers,
as with `keras.layers.Masking`, give the same results and take three times as long to train.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

POOLINGS = ("last", "average", "max", "attention")


def read_steps(series: Any, places: Any) -> Any:
    """Read each series between its steps, by linear interpolation.

    Parameters
    ----------
    series : tensor of shape (batch, time, channels)
        Series.
    places : tensor of shape (batch, n_places), float32
        Places to read, where 1.5 is halfway between the second and the third step. None may be
        beyond the last step of its series.

    Returns
    -------
    tensor of shape (batch, n_places, channels)
        Values at these places.
    """
    below = ops.floor(places)
    share = ops.cast(places - below, series.dtype)[..., None]
    below = ops.cast(below, "int32")[..., None]
    above = ops.minimum(below + 1, ops.shape(series)[1] - 1)
    first, second = (ops.take_along_axis(series, at, axis=1) for at in (below, above))
    return first + share * (second - first)


def stretched(series: Any, is_step: Any, target: Any) -> Any:
    """Stretch or compress each series to the length of another.

    Parameters
    ----------
    series : tensor of shape (batch, time, channels)
        Series.
    is_step, target : tensor of shape (batch, time), bool
        True for the steps of the series, and for those of the other one.

    Returns
    -------
    tensor of shape (batch, time, channels)
        Series, with 0 for padding.
    """
    last, last_target = (
        ops.sum(ops.cast(mask, "float32"), axis=1, keepdims=True) - 1 for mask in (is_step, target)
    )
    steps = ops.arange(ops.shape(target)[1], dtype="float32")[None]
    places = ops.minimum(steps * (last / ops.maximum(last_target, 1.0)), last)
    return ops.where(target[..., None], read_steps(series, places), 0.0)


@keras.saving.register_keras_serializable(package="import skkeras")
class SplitPadding(keras.layers.Layer):
    """Separate the steps of a series from its padding.

    It takes a tensor of shape (batch, time, channels) and returns it with NaN replaced by 0, and a
    boolean tensor of shape (batch, time) that is true for steps.
    """

    def call(self, inputs: Any) -> tuple[Any, Any]:
        """Return the inputs without NaN, and which of them are steps."""
        missing = ops.isnan(inputs)
        return ops.where(missing, 0.0, inputs), ops.logical_not(missing[..., 0])


@keras.saving.register_keras_serializable(package="import skkeras")
class ReversePadded(keras.layers.Layer):
    """Reverse each series, and leave its padding at the end."""

    def call(self, inputs: Any, is_step: Any) -> Any:
        """Reverse `inputs` of shape (batch, time, channels)."""
        length = ops.sum(ops.cast(is_step, "int32"), axis=1, keepdims=True)
        place = ops.arange(ops.shape(inputs)[1], dtype="int32")[None]
        source = ops.where(is_step, length - 1 - place, place)
        return ops.take_along_axis(inputs, source[..., None], axis=1)


@keras.saving.register_keras_serializable(package="import skkeras")
class Pool(keras.layers.Layer):
    """Pool the steps of each series to one vector.

    Parameters
    ----------
    how : {"last", "average", "max", "attention"}
        Take the last step, the mean or the maximum of each channel, or a mean that is weighted by
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
    """Set values after a series' last step to zero, as a convolution pads its inputs."""

    def call(self, inputs: Any, is_step: Any) -> Any:
        """Mask `inputs` of shape (batch, time, channels) by `is_step` of shape (batch, time)."""
        return ops.where(is_step[..., None], inputs, 0.0)
