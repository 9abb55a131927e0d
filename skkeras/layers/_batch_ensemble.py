"""Layers of several networks in one, which share most of their weights."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="import skkeras")
class RandomSigns(keras.initializers.RandomUniform):
    """Draw 1 or -1 with equal probability.

    Parameters
    ----------
    seed : int or None, default=None
        Seed; None draws one.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(-1.0, 1.0, seed=seed)

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        """Draw an array of signs."""
        return ops.where(super().__call__(shape, dtype) < 0, -1.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same initializer."""
        return {"seed": super().get_config()["seed"]}


@keras.saving.register_keras_serializable(package="import skkeras")
class SharedUniform(keras.initializers.RandomUniform):
    """Draw uniform numbers for the first row, and repeat it in all others."""

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        """Draw equal rows."""
        row = super().__call__((1, *shape[1:]), dtype)
        return ops.broadcast_to(row, shape)


def _uniform(n_inputs: int) -> dict[str, float]:
    """Return the limits of initial weights that the authors of TabM use in linear layers."""
    limit = n_inputs**-0.5
    return {"minval": -limit, "maxval": limit}


@keras.saving.register_keras_serializable(package="import skkeras")
class BatchEnsembleDense(keras.layers.Layer):
    """Dense layer of several networks that share its kernel.

    Network k computes ``s_k * ((r_k * x) W) + b_k`` from its input x [1]_. Only W is large.

    Parameters
    ----------
    units : int
        Number of outputs of each network.
    n_members : int
        Number of networks.
    signs : bool, default=False
        Whether r is initialized with random signs, which make the networks differ, instead of 1.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    References
    ----------
    .. [1] Wen, Tran and Ba, "BatchEnsemble: an alternative approach to efficient ensemble and
       lifelong learning", ICLR 2020. https://arxiv.org/abs/2002.06715
    """

    # Twice as slow as a graph, on a CPU.
    slow_under_xla = True

    def __init__(self, units: int, n_members: int, *, signs: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.n_members, self.signs = units, n_members, signs

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights."""
        n_inputs = int(input_shape[-1] or 0)
        limits = _uniform(n_inputs)
        self.kernel_initializer = keras.initializers.RandomUniform(**limits)
        self.bias_initializer = SharedUniform(**limits)
        self.input_initializer = RandomSigns() if self.signs else keras.initializers.Ones()
        self.kernel = self.add_weight((n_inputs, self.units), self.kernel_initializer)
        self.input_scale = self.add_weight((self.n_members, n_inputs), self.input_initializer)
        self.output_scale = self.add_weight((self.n_members, self.units), "ones")
        self.bias = self.add_weight((self.n_members, self.units), self.bias_initializer)

    def call(self, inputs: Any) -> Any:
        """Map (batch, n_inputs) or (batch, n_members, n_inputs) to (batch, n_members, units)."""
        if len(inputs.shape) == 2:
            inputs = inputs[:, None]
        rows = ops.reshape(inputs * self.input_scale, (-1, self.kernel.shape[0]))
        outputs = ops.reshape(rows @ self.kernel, (-1, self.n_members, self.units))
        return outputs * self.output_scale + self.bias

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (batch, n_members, units)."""
        return (input_shape[0], self.n_members, self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        own = {"units": self.units, "n_members": self.n_members, "signs": self.signs}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="import skkeras")
class MemberDense(keras.layers.Layer):
    """Dense layer of several networks that share no weights.

    Parameters
    ----------
    units : int
        Number of outputs of each network.
    activation : str, callable or None, default=None
        Activation.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, units: int, *, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.activation = units, keras.activations.get(activation)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights."""
        _, n_members, n_inputs = input_shape
        limits = _uniform(int(n_inputs or 0))
        self.kernel_initializer = keras.initializers.RandomUniform(**limits)
        self.bias_initializer = keras.initializers.RandomUniform(**limits)
        self.kernel = self.add_weight((n_members, n_inputs, self.units), self.kernel_initializer)
        self.bias = self.add_weight((n_members, self.units), self.bias_initializer)

    def call(self, inputs: Any) -> Any:
        """Map (batch, n_members, n_inputs) to (batch, n_members, units)."""
        return self.activation(ops.einsum("bki,kio->bko", inputs, self.kernel) + self.bias)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (batch, n_members, units)."""
        return (*input_shape[:2], self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "units": self.units, "activation": activation}
