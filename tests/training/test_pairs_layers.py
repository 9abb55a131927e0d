"""Arguments of Keras' own layers, and of what they are given: regularizers, constraints, ..."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from keras import constraints, initializers, layers, regularizers

from tests.training.pairs import Pairs, regressor, stack

PAIRS = Pairs()

SHAPES = {"table": (5,), "images": (6, 6, 2), "sequences": (6, 3), "tokens": (5,)}


def build(kind: Any, arguments: dict[str, Any], data: str, before: Any) -> keras.Model:
    """Build a model with one layer of a kind between others; functions make its arguments."""
    made = {name: v() if hasattr(v, "__code__") else v for name, v in arguments.items()}
    return stack(*before(), kind(**made), layers.Flatten(), shape=SHAPES[data])


def _dense() -> list[keras.Layer]:
    return [layers.Dense(6)]


def vary(
    kind: Any,
    argument: str,
    a: Any,
    b: Any,
    *,
    data: str = "table",
    before: Any = None,
    by: str = "weights",
    label: str = "",
    fit: dict[str, Any] | None = None,
    **fixed: Any,
) -> None:
    """Add a pair of models with a layer of a kind, whose one argument is `a` or `b`.

    `before` makes the layers in front of it; in a table, a dense layer is the default.
    """
    before = before or (_dense if data == "table" else list)

    def make(value: Any) -> Any:
        given = {**fixed, argument: value}
        return regressor(lambda: build(kind, given, data, before), **(fit or {}))

    PAIRS.add(f"{kind.__name__} {label or argument}", make, a, b, by=by, data=data)


# -- noise -----------------------------------------------------------------------------------------

vary(layers.Dropout, "rate", 0.1, 0.8)
vary(layers.Dropout, "rate", 0.1, 0.8, label="rate under XLA", fit={"trainer": "xla"})
vary(layers.Dropout, "rate", 0.1, 0.8, label="rate by fit", fit={"trainer": "fit"})
vary(layers.Dropout, "noise_shape", None, (None, 1), rate=0.5)
vary(layers.Dropout, "seed", 1, 2, rate=0.5)
vary(layers.GaussianNoise, "stddev", 0.1, 0.5)
vary(layers.RandomFlip, "mode", "horizontal", "vertical", data="images")

# -- activations -----------------------------------------------------------------------------------

vary(layers.LeakyReLU, "negative_slope", 0.1, 0.5)
vary(layers.PReLU, "alpha_initializer", "zeros", initializers.Constant(0.5))

# -- normalisation ---------------------------------------------------------------------------------

vary(layers.LayerNormalization, "epsilon", 1e-3, 0.5)
vary(layers.BatchNormalization, "momentum", 0.99, 0.5, by="predictions")
vary(layers.BatchNormalization, "trainable", True, False)
vary(layers.Normalization, "mean", 0.0, 1.0, variance=1.0)

# -- penalties and constraints ---------------------------------------------------------------------

vary(layers.ActivityRegularization, "l2", 0.01, 0.3)
_PARTS = {
    "kernel_regularizer": (lambda: regularizers.L2(0.1), lambda: regularizers.L2(0.5)),
    "bias_regularizer": (lambda: regularizers.L1(0.1), lambda: regularizers.L2(0.1)),
    "activity_regularizer": (lambda: regularizers.L1(0.01), lambda: regularizers.L1(0.2)),
    "kernel_constraint": (lambda: constraints.MaxNorm(0.2), lambda: constraints.MaxNorm(0.6)),
}
for name, (one, other) in _PARTS.items():
    vary(layers.Dense, name, one, other, units=4)

# -- which weights are trained, in which type ------------------------------------------------------

vary(layers.Dense, "trainable", True, False, units=4)
vary(layers.Dense, "dtype", "float32", "mixed_bfloat16", units=4, label="dtype policy")

# -- initial values --------------------------------------------------------------------------------

_INITIALIZERS = {
    "constant": (initializers.Constant(0.1), initializers.Constant(0.2)),
    "seed": (initializers.HeNormal(seed=1), initializers.HeNormal(seed=2)),
}
for name, (one, other) in _INITIALIZERS.items():
    vary(layers.Dense, "kernel_initializer", one, other, units=4, label=f"initializer {name}")

# -- images, sequences, tokens ---------------------------------------------------------------------


def _pooled(kind: type[keras.Layer]) -> Any:
    def made(**arguments: Any) -> keras.Layer:
        return keras.Sequential([kind(**arguments), layers.GlobalMaxPooling2D()])

    made.__name__ = kind.__name__
    return made


vary(_pooled(layers.Conv2D), "strides", 1, 2, data="images", filters=3, kernel_size=3)
vary(_pooled(layers.Conv2D), "dilation_rate", 1, 2, data="images", filters=3, kernel_size=2)
vary(layers.MaxPooling2D, "pool_size", 2, 3, data="images", padding="same", strides=2)

vary(layers.SimpleRNN, "recurrent_dropout", 0.1, 0.7, data="sequences", units=3)


def _before_rnn(kind: type[keras.Layer]) -> Any:
    def made(**arguments: Any) -> keras.Layer:
        return keras.Sequential([kind(**arguments), layers.SimpleRNN(3)])

    made.__name__ = kind.__name__
    return made


vary(_before_rnn(layers.Masking), "mask_value", 0.0, 1.0, data="sequences")
vary(
    _before_rnn(layers.Embedding),
    "mask_zero",
    False,
    True,
    data="tokens",
    input_dim=6,
    output_dim=3,
)


# -- attention -------------------------------------------------------------------------------------


def attend(layer: keras.Layer, **call: Any) -> keras.Model:
    inputs = keras.Input((6, 3))
    x = layers.Flatten()(layer(inputs, inputs, **call))
    return keras.Model(inputs, layers.Dense(1)(x))


@PAIRS.pair(0.0, 0.7, data="sequences")
def multi_head_attention_dropout(rate):
    return regressor(lambda: attend(layers.MultiHeadAttention(2, 3, dropout=rate)))


# -- Lambda ----------------------------------------------------------------------------------------


@PAIRS.pair(1.0, -0.5)
def lambda_layer_closure(factor):
    return regressor(lambda: stack(layers.Dense(6), layers.Lambda(lambda x: x * factor)))


@pytest.mark.parametrize("name", PAIRS)
def test_pair(name, tmp_path):
    PAIRS[name].check(tmp_path)
