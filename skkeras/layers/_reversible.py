"""Dense layers that are applied in both directions."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="import skkeras")
class ReversibleDense(keras.layers.Layer):
    """Dense layer that is also applied in reverse, by its transposed kernel and a second bias.

    It maps (batch, n_features) to (batch, units), and in reverse (batch, units) to (batch,
    n_features). It must be called forwards first.

    Parameters
    ----------
    units : int
        Number of outputs.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape: Any) -> None:
        """Create the variables."""
        n_features = input_shape[-1]
        self.kernel = self.add_weight((n_features, self.units), "glorot_uniform", name="kernel")
        self.bias = self.add_weight((self.units,), "zeros", name="bias")
        self.reverse_bias = self.add_weight((n_features,), "zeros", name="reverse_bias")

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        """Return ``inputs @ kernel + bias``, or in reverse ``inputs @ kernel.T + reverse_bias``."""
        if reverse:
            return ops.matmul(inputs, ops.transpose(self.kernel)) + self.reverse_bias
        return ops.matmul(inputs, self.kernel) + self.bias

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "units": self.units}
