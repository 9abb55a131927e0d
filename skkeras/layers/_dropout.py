"""Dropout that draws random numbers fast with every compiler."""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator
from typing import Any

import keras
from keras import ops


def _random_bits(shape: Any, key: Any) -> Any:
    """Hash each element's index to 32 random bits, the same with all compilers and backends.

    References
    ----------
    The mixing steps and constants are "lowbias32" of Chris Wellons' hash-prospector, which is in
    the public domain.
    """
    # TensorFlow holds seed states as int64, JAX as uint32.
    key = ops.cast(key, "uint32")
    # If the shape is known, its product is a Python number: JAX does not accept a computed size.
    x = ops.cast(ops.arange(math.prod(shape), dtype="int32"), "uint32")
    # With only one xor of the index, any two masks would be permutations of each other.
    outer = _mix(ops.bitwise_xor(key[0], _mix(key[1])))
    x = _mix(ops.bitwise_xor(x, outer), ops.bitwise_xor(key[0], _mix(outer)))
    return ops.reshape(x, shape)


class _Setting(threading.local):
    hashes = keras.backend.backend() != "tensorflow"


_setting = _Setting()


@contextlib.contextmanager
def drawing_by_hashes() -> Iterator[None]:
    """Draw random numbers by hashes in code traced in this block: XLA has no other fast way."""
    before, _setting.hashes = _setting.hashes, True
    try:
        yield
    finally:
        _setting.hashes = before


def uniform(shape: Any, key: Any) -> Any:
    """Draw float32 numbers from [0, 1).

    Parameters
    ----------
    shape : tuple of int or tensor
        Shape of the result; at most 2**32 elements.
    key : tensor of shape (2,), integer
        State of a `keras.random.SeedGenerator`.

    Returns
    -------
    tensor, float32
        Numbers that depend on the key, and on whether they are drawn by hashes. XLA compiles a hash
        to one piece of machine code. A TensorFlow graph needs 15 kernels for it, but only one for
        TensorFlow's generator.
    """
    if not _setting.hashes:
        import tensorflow as tf

        # The algorithm is given, because TensorFlow's default depends on the device.
        return tf.random.stateless_uniform(shape, ops.cast(key, "int64"), alg="philox")
    # A float32 holds 24 bits exactly.
    bits = ops.right_shift(_random_bits(shape, key), ops.cast(8, "uint32"))
    return ops.cast(bits, "float32") * 2.0**-24


def _mix(x: Any, key: Any = None) -> Any:
    def word(value: int) -> Any:
        return ops.cast(value, "uint32")

    x = ops.bitwise_xor(x, ops.right_shift(x, word(16)))
    x = ops.multiply(x, word(0x7FEB352D))
    if key is not None:
        x = ops.bitwise_xor(x, key)
    x = ops.bitwise_xor(x, ops.right_shift(x, word(15)))
    x = ops.multiply(x, word(0x846CA68B))
    return ops.bitwise_xor(x, ops.right_shift(x, word(16)))


@keras.saving.register_keras_serializable(package="import skkeras")
class Dropout(keras.layers.Layer):
    """Set a share of the inputs to zero while training, and scale up the others.

    It differs from `keras.layers.Dropout` in two ways. The mask is drawn in the way that is fast
    with the compiler: by TensorFlow's generator, or under XLA by a hash of the element's index and
    of the layer's seed state. And `rate` may change without compiling again, so that a search over
    it shares one training program.

    Parameters
    ----------
    rate : float
        Share of the inputs to set to zero, at least 0 and below 1.
    seed : int or None, default=None
        Seed of the layer's generator; None draws one.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    Raises
    ------
    ValueError
        If `rate` is outside [0, 1).
    """

    def __init__(self, rate: float, *, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"The rate of Dropout must be at least 0 and below 1, got {rate!r}.")
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Drop inputs in training, otherwise return them unchanged."""
        if not training:
            return inputs
        key = self.seed_generator.next()
        rate = self._rate_at(key[1])
        drawn = uniform(ops.shape(inputs), key)
        scale = ops.where(drawn >= rate, 1.0 / (1.0 - rate), 0.0)
        return inputs * ops.cast(scale, inputs.dtype)

    def _rate_at(self, step: Any) -> Any:
        """Return the rate at a step; it is constant unless a subclass overrides this."""
        return ops.cast(self.rate, "float32")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape: the input's."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
