"""Layers for texts as sequences of word numbers, padded with 0 at the end."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="import skkeras")
class PaddingMask(keras.layers.Layer):
    """Return a boolean tensor that is true for words and false for padding."""

    def call(self, inputs: Any) -> Any:
        """Compare `inputs` of shape (batch, length) with 0."""
        return ops.not_equal(inputs, 0)


@keras.saving.register_keras_serializable(package="import skkeras")
class HashedBigrams(keras.layers.Layer):
    """Number the pairs of neighbouring words by hashing, so that no list of pairs is needed.

    It maps word numbers of shape (batch, length) to numbers of pairs of shape (batch, length - 1),
    from 1 to `n_pairs`, with 0 if the second word is padding.

    Parameters
    ----------
    n_pairs : int
        Number of different results; different pairs may get the same number.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, n_pairs: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_pairs = n_pairs

    def call(self, inputs: Any) -> Any:
        """Hash each word's number with the next one's."""
        first, second = inputs[:, :-1], inputs[:, 1:]
        # Products that are too large wrap around, which is fine for a hash.
        mixed = first * 1_000_003 + second * 7_919
        return ops.where(second == 0, 0, 1 + ops.mod(mixed, self.n_pairs))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "n_pairs": self.n_pairs}


@keras.saving.register_keras_serializable(package="import skkeras")
class PositionalEncoding(keras.layers.Layer):
    """Add sines and cosines of the position of each word."""

    def call(self, inputs: Any) -> Any:
        """Add the encoding to `inputs` of shape (batch, length, channels)."""
        length, n_channels = inputs.shape[1:]
        rates = 10_000.0 ** (-2 * np.arange((n_channels + 1) // 2) / n_channels)
        angles = np.arange(length)[:, np.newaxis] * rates
        waves = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
        waves = waves.reshape(length, -1)[:, :n_channels]
        return inputs + ops.convert_to_tensor(waves.astype("float32"), dtype=inputs.dtype)
