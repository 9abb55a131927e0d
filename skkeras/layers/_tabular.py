"""Layers of networks for tabular data.

Some layers store a variable divided by `factor` and multiply it by `factor` in `call`. Adam's steps
have the same size for all variables, so these learn with `factor` times the learning rate. Their
weight decay is multiplied by ``factor ** 2``, as in the implementation of RealMLP's authors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from skkeras.layers._variables import to_numpy


@keras.saving.register_keras_serializable(package="import skkeras")
class Columns(keras.layers.Layer):
    """Select the columns from `start` to before `stop`.

    Parameters
    ----------
    start, stop : int
        Range of the columns.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, start: int, stop: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start, self.stop = start, stop

    def call(self, inputs: Any) -> Any:
        """Select columns of `inputs` of shape (batch, n_columns)."""
        return inputs[:, self.start : self.stop]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "start": self.start, "stop": self.stop}


@keras.saving.register_keras_serializable(package="import skkeras")
class CategoryVectors(keras.layers.Layer):
    """Embed the integer codes of several categorical features, with one variable for all.

    It maps (batch, n_categories) to (batch, n_categories * units).

    Parameters
    ----------
    sizes : sequence of int
        Number of codes of each feature.
    units : int
        Length of an embedding vector.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, sizes: Sequence[int], units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sizes, self.units = tuple(sizes), units
        self.vector_start = keras.initializers.RandomNormal(stddev=1.0)

    def build(self, input_shape: Any) -> None:
        """Create the variable."""
        shape = (sum(self.sizes), self.units)
        self.embeddings = self.add_weight(shape, self.vector_start, name="embeddings")

    def call(self, inputs: Any) -> Any:
        """Look up the vectors of the codes in `inputs`."""
        first = np.cumsum([0, *self.sizes[:-1]], dtype="int32")
        vectors = ops.take(self.embeddings, ops.cast(inputs, "int32") + first, axis=0)
        return ops.reshape(vectors, (-1, len(first) * self.units))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return input_shape[0], len(self.sizes) * self.units

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "sizes": self.sizes, "units": self.units}


@keras.saving.register_keras_serializable(package="import skkeras")
class PeriodicEmbedding(keras.layers.Layer):
    """Embed each number as itself and linear combinations of its cosines, "PBLD" in the paper.

    It maps (batch, n_numbers) to (batch, n_numbers * units).

    Parameters
    ----------
    units : int
        Number of outputs per number, including the number itself.
    n_frequencies : int
        Number of cosines per number.
    sigma : float
        Standard deviation of the initial frequencies.
    factor : float
        Factor of the learning rate of its variables.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(
        self, units: int, n_frequencies: int, sigma: float, factor: float, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.n_frequencies = units, n_frequencies
        self.sigma, self.factor = sigma, factor
        bound = 1 / math.sqrt(n_frequencies) / factor
        self.frequency_start = keras.initializers.RandomNormal(stddev=sigma / factor)
        self.phase_start = keras.initializers.RandomUniform(-math.pi / factor, math.pi / factor)
        self.weight_start = keras.initializers.RandomUniform(-bound, bound)
        self.bias_start = keras.initializers.RandomUniform(-bound, bound)

    def build(self, input_shape: Any) -> None:
        """Create the variables."""
        n, k, m = input_shape[-1], self.n_frequencies, self.units - 1
        self.frequency = self.add_weight(
            shape=(n, k), initializer=self.frequency_start, name="frequency"
        )
        self.phase = self.add_weight(shape=(n, k), initializer=self.phase_start, name="phase_bias")
        self.kernel = self.add_weight(shape=(n, k, m), initializer=self.weight_start, name="kernel")
        self.bias = self.add_weight(shape=(n, m), initializer=self.bias_start, name="bias")
        self.frequency.decay_factor = self.kernel.decay_factor = self.factor**2

    def call(self, inputs: Any) -> Any:
        """Embed each column of `inputs`."""
        f = self.factor
        # The axis of numbers comes first, so that matrices are contiguous when multiplied.
        x = ops.transpose(inputs)[:, :, None]
        angles = x * (2 * math.pi * f * self.frequency)[:, None] + (f * self.phase)[:, None]
        waves = ops.matmul(ops.cos(angles), f * self.kernel) + (f * self.bias)[:, None]
        every = ops.transpose(ops.concatenate([x, waves], axis=-1), (1, 0, 2))
        return ops.reshape(every, (-1, inputs.shape[1] * self.units))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return input_shape[0], input_shape[1] * self.units

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        own = ("units", "n_frequencies", "sigma", "factor")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


@keras.saving.register_keras_serializable(package="import skkeras")
class Scale(keras.layers.Layer):
    """Multiply each feature by a learned scale, initially 1.

    Parameters
    ----------
    factor : float
        Factor of the learning rate of the scales.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, factor: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape: Any) -> None:
        """Create the variable."""
        start = keras.initializers.Constant(1 / self.factor)
        self.scale = self.add_weight(shape=(input_shape[-1],), initializer=start, name="scale")
        self.scale.decay_factor = self.factor**2

    def call(self, inputs: Any) -> Any:
        """Scale `inputs` of shape (batch, n_features)."""
        return inputs * (self.factor * self.scale)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable(package="import skkeras")
class NTKDense(keras.layers.Layer):
    """Dense layer in the neural tangent parametrisation: ``x W / sqrt(n_inputs) + b``.

    Parameters
    ----------
    units : int
        Number of outputs.
    activation : str or None, default=None
        Activation.
    factor : float, default=0.1
        Factor of the learning rate of the biases.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(
        self, units: int, activation: Any = None, factor: float = 0.1, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.factor = units, factor
        self.activation = keras.activations.get(activation)
        self.kernel_start = keras.initializers.RandomNormal(stddev=1.0)

    def build(self, input_shape: Any) -> None:
        """Create the variables."""
        shape = (input_shape[-1], self.units)
        self.kernel = self.add_weight(shape=shape, initializer=self.kernel_start, name="kernel")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def call(self, inputs: Any) -> Any:
        """Compute outputs of `inputs` of shape (batch, n_inputs)."""
        root = math.sqrt(self.kernel.shape[0])
        # The bias is added right after the product, because libraries fuse the two operations.
        outputs = ops.matmul(inputs, self.kernel) + root * self.factor * self.bias
        return self.activation(outputs / root)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return *input_shape[:-1], self.units

    def adapt(self, x: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Initialize so that outputs have standard deviation 1 and are 0 somewhere among the rows.

        The columns of the kernel are rescaled. The bias of a neuron is minus a randomly weighted
        mean of its outputs for five random rows.

        Parameters
        ----------
        x : ndarray of shape (n_rows, n_inputs)
            Inputs.
        random : Generator
            Source of random numbers.

        Returns
        -------
        ndarray of shape (n_rows, units)
            Outputs before the activation.
        """
        kernel = to_numpy(self.kernel).astype(np.float64)
        # `einsum` sums in a fixed order, without threads: equal to the last bit everywhere.
        outputs = np.einsum("ri,iu->ru", x, kernel) / math.sqrt(len(kernel))
        deviation = outputs.std(axis=0)
        deviation[deviation < 1e-9] = 1.0
        outputs /= deviation
        rows = random.integers(len(x), size=(5, self.units))
        shares = random.exponential(size=(5, self.units))
        shares /= shares.sum(axis=0)
        bias = -(outputs[rows, np.arange(self.units)] * shares).sum(axis=0)
        self.kernel.assign(kernel / deviation)
        self.bias.assign(bias / self.factor)
        return outputs + bias

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        activation = keras.activations.serialize(self.activation)
        own = {"units": self.units, "activation": activation, "factor": self.factor}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="import skkeras")
class ParametricActivation(keras.layers.Layer):
    """Interpolate between a neuron's input and its activation by a learned share, initially 1.

    Parameters
    ----------
    activation : str
        Activation.
    factor : float
        Factor of the learning rate of the shares.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, activation: Any, factor: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation, self.factor = keras.activations.get(activation), factor

    def build(self, input_shape: Any) -> None:
        """Create the variable."""
        start = keras.initializers.Constant(1 / self.factor)
        self.share = self.add_weight(shape=(input_shape[-1],), initializer=start, name="share")
        self.share.decay_factor = self.factor**2

    def call(self, inputs: Any) -> Any:
        """Activate `inputs` of shape (batch, n_neurons)."""
        share = self.factor * self.share
        if self.activation is keras.activations.mish:
            # tanh(softplus(x)) is 2 / (1 + (1 - sigmoid(x))^2) - 1, which takes fewer passes.
            rest = ops.sigmoid(inputs) - 1.0
            curve = ops.reciprocal(ops.square(rest) + 1.0)
            return inputs * (2.0 * share * curve + (1.0 - 2.0 * share))
        return inputs + share * (self.activation(inputs) - inputs)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "activation": activation, "factor": self.factor}
