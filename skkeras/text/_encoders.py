"""Four encoders that map the integer-encoded words of a text to one vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from skkeras.layers import (
    HashedBigrams,
    PaddingMask,
    Pool,
    PositionalEncoding,
    ReversePadded,
    ZeroPadding,
)

_WIDTHS = (3, 4, 5)
_HEADS = 4


def average(ids: Any, vectors: Any, units: int, n_pairs: int) -> Any:
    """Average the vectors of words and of pairs of neighbouring words."""
    is_word = PaddingMask()(ids)
    if n_pairs and ids.shape[1] > 1:
        pairs = HashedBigrams(n_pairs)(ids)
        table = keras.layers.Embedding(n_pairs + 1, vectors.shape[-1], name="pair_vectors")
        vectors = keras.layers.Concatenate(axis=1)([vectors, table(pairs)])
        is_word = keras.layers.Concatenate(axis=1)([is_word, PaddingMask()(pairs)])
    return Pool("average")(vectors, is_word)


def convolution(ids: Any, vectors: Any, units: int, n_pairs: int) -> Any:
    """Apply convolution filters of three widths, and take each filter's maximum over the text."""
    is_word = PaddingMask()(ids)
    vectors = ZeroPadding()(vectors, is_word)
    answers = [
        keras.layers.Conv1D(units, width, padding="same", activation="relu")(vectors)
        for width in _WIDTHS
    ]
    return keras.layers.Concatenate()([Pool("max")(answer, is_word) for answer in answers])


def recurrent(ids: Any, vectors: Any, units: int, n_pairs: int) -> Any:
    """Apply a bidirectional GRU, and take each unit's maximum over the text."""
    is_word = PaddingMask()(ids)
    ways = {"forward": vectors, "backward": ReversePadded()(vectors, is_word)}
    outputs = [
        keras.layers.GRU(units, return_sequences=True, name=name)(way) for name, way in ways.items()
    ]
    return keras.layers.Concatenate()([Pool("max")(output, is_word) for output in outputs])


def transformer(ids: Any, vectors: Any, units: int, n_pairs: int) -> Any:
    """Apply a block of self-attention, and average over the words."""
    is_word = PaddingMask()(ids)
    dim = vectors.shape[-1]
    x = PositionalEncoding()(vectors)
    normal = keras.layers.LayerNormalization()(x)
    attention = keras.layers.MultiHeadAttention(_HEADS, max(1, dim // _HEADS))
    mask = keras.layers.Reshape((1, -1))(is_word)
    x = keras.layers.Add()([x, attention(normal, normal, attention_mask=mask)])
    wide = keras.layers.Dense(units, activation="gelu")(keras.layers.LayerNormalization()(x))
    x = keras.layers.Add()([x, keras.layers.Dense(dim)(wide)])
    return Pool("average")(keras.layers.LayerNormalization()(x), is_word)


ENCODERS: dict[str, Callable[[Any, Any, int, int], Any]] = {
    "average": average,
    "convolution": convolution,
    "recurrent": recurrent,
    "transformer": transformer,
}
