"""Three fusions, which combine the vectors of all branches to one vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

_HEADS = 4


def concatenation(vectors: list[Any], units: int) -> Any:
    """Concatenate the vectors."""
    return _side_by_side(vectors)


def gating(vectors: list[Any], units: int) -> Any:
    """Sum the vectors, weighted in each unit by gates that depend on all branches."""
    together = _side_by_side(vectors)
    shares = []
    for vector in vectors:
        gate = keras.layers.Dense(units, activation="sigmoid")(together)
        features = keras.layers.Dense(units, activation="tanh")(vector)
        shares.append(keras.layers.Multiply()([gate, features]))
    return keras.layers.Add()(shares) if len(shares) > 1 else shares[0]


def attention(vectors: list[Any], units: int) -> Any:
    """Apply self-attention between the branches, and average."""
    tokens = [
        keras.layers.Reshape((1, units))(keras.layers.Dense(units)(vector)) for vector in vectors
    ]
    x = _side_by_side(tokens, axis=1)
    normal = keras.layers.LayerNormalization()(x)
    look = keras.layers.MultiHeadAttention(_HEADS, max(1, units // _HEADS))
    x = keras.layers.Add()([x, look(normal, normal)])
    return keras.layers.GlobalAveragePooling1D()(keras.layers.LayerNormalization()(x))


def _side_by_side(parts: list[Any], axis: int = -1) -> Any:
    return keras.layers.Concatenate(axis=axis)(parts) if len(parts) > 1 else parts[0]


FUSIONS: dict[str, Callable[[list[Any], int], Any]] = {
    "concatenation": concatenation,
    "gating": gating,
    "attention": attention,
}
