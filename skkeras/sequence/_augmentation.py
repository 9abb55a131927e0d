"""Random augmentation of series during training."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from skkeras.layers import read_steps, uniform
from skkeras.utils import strengths_of

# Number of waves that a random warp of time is the sum of.
_N_WAVES = 4
# In the order of application: the default and the maximum strength.
_STRENGTHS: dict[str, tuple[Any, Any]] = {
    "window_slicing": (0.1, 0.9),
    "time_warping": (0.5, 1.0),
    "scaling": (0.1, 1.0),
    "jitter": (0.05, math.inf),
}


def augmentations(value: Any) -> dict[str, float]:
    """Return the strengths of the changes in a parameter `augmentation` by name."""
    return strengths_of(value, _STRENGTHS)


@keras.saving.register_keras_serializable(package="import skkeras")
class SeriesAugmentation(keras.layers.Layer):
    """Change series at random in training, and return them unchanged otherwise.

    A series keeps its length, and its padding stays 0.

    Parameters
    ----------
    strengths : dict
        Strengths of the changes, as `augmentations` returns them.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, strengths: dict[str, float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.strengths = dict(strengths)
        self.seed_generator = keras.random.SeedGenerator()
        self.built = True

    def call(self, inputs: Any, is_step: Any, training: bool = False) -> Any:
        """Change series of shape (batch, time, channels), of which `is_step` says what is padding.

        Parameters
        ----------
        inputs : tensor of shape (batch, time, channels)
            Series, with 0 after their last step.
        is_step : tensor of shape (batch, time), bool
            True for steps, false for padding.
        training : bool, default=False
            Whether to change the series.
        """
        if not training:
            return inputs
        n_channels = inputs.shape[-1]
        shape = ops.shape(inputs)[0], 1 + _N_WAVES + n_channels
        draws = uniform(shape, self.seed_generator.next())
        series = inputs
        if self.strengths.keys() & {"window_slicing", "time_warping"}:
            places = self._places(draws[:, :1], draws[:, 1 : 1 + _N_WAVES], is_step)
            series = read_steps(series, places)
        if "scaling" in self.strengths:
            factors = 1 + self.strengths["scaling"] * _normal(draws[:, 1 + _N_WAVES :])
            series = series * ops.cast(factors, series.dtype)[:, None]
        if "jitter" in self.strengths:
            noise = _normal(uniform(ops.shape(inputs), self.seed_generator.next()))
            series = series + ops.cast(self.strengths["jitter"] * noise, series.dtype)
        return ops.where(is_step[..., None], series, 0.0)

    def _places(self, start: Any, waves: Any, is_step: Any) -> Any:
        """Return the place, between 0 and the last step, that each step is read at."""
        last = ops.sum(ops.cast(is_step, "float32"), axis=1, keepdims=True) - 1
        steps = ops.arange(ops.shape(is_step)[1], dtype="float32")[None]
        time = ops.minimum(steps / ops.maximum(last, 1.0), 1.0)
        if "time_warping" in self.strengths:
            # The sum has the slope 1 +- strength, and starts at 0 and ends at 1.
            slopes = (2 * waves - 1) * (self.strengths["time_warping"] / _N_WAVES)
            warped = time
            for number, slope in enumerate(ops.unstack(slopes, _N_WAVES, axis=1), start=1):
                wave = ops.sin(math.pi * number * time) / (math.pi * number)
                warped = warped + slope[:, None] * wave
            time = ops.clip(warped, 0.0, 1.0)
        cut = self.strengths.get("window_slicing", 0.0)
        return (start * cut + (1 - cut) * time) * last

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "strengths": self.strengths}


def _normal(drawn: Any) -> Any:
    """Return standard normal numbers for uniform ones from [0, 1)."""
    return math.sqrt(2) * ops.erfinv((2 * drawn - 1) * (1 - 2.0**-23))
