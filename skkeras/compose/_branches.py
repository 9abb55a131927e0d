"""The part of a network that makes one vector of each branch's columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import keras

from skkeras.sequence._architectures import ARCHITECTURES
from skkeras.sequence._layers import Pool, Steps
from skkeras.sequence._rnn import CELLS
from skkeras.text._encoders import ENCODERS
from skkeras.text._words import N_SPECIAL
from skkeras.wrappers._params import sizes, whole

if TYPE_CHECKING:
    from skkeras.compose._multi_input import KerasMultiInput

SERIES_ENCODERS = ("lstm", "gru", "fcn", "resnet", "inception", "lite")


def numbers(shape: tuple[int, ...], encoder: Any, family: KerasMultiInput) -> keras.Model:
    """Put one layer on top of the numbers."""
    inputs = keras.layers.Input(shape)
    units = whole(family.units)
    return keras.Model(inputs, keras.layers.Dense(units, activation=family.activation)(inputs))


def categories(shape: tuple[int, ...], encoder: Any, family: KerasMultiInput) -> keras.Model:
    """Put the vectors of all columns' categories side by side."""
    inputs = keras.layers.Input(shape, dtype="int32")
    # An unknown category stays at zero, which says nothing.
    table = keras.layers.Embedding(
        encoder.n_vectors_, whole(family.category_dim), embeddings_initializer="zeros"
    )
    return keras.Model(inputs, keras.layers.Flatten()(table(inputs)))


def texts(shape: tuple[int, ...], encoder: Any, family: KerasMultiInput) -> keras.Model:
    """Read texts as `KerasTextClassifier` does."""
    ids = keras.layers.Input(shape, dtype="int32")
    table = keras.layers.Embedding(
        N_SPECIAL + whole(family.max_features), whole(family.embedding_dim), name="word_vectors"
    )
    read = ENCODERS[family.text_encoder]
    return keras.Model(ids, read(ids, table(ids), whole(family.units), whole(family.n_pairs)))


def images(shape: tuple[int, ...], encoder: Any, family: KerasMultiInput) -> keras.Model:
    """Convolve, normalise and pool as often as there are filters, and average over all pixels."""
    inputs = x = keras.layers.Input(shape)
    for filters in sizes(family.filters):
        x = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = keras.layers.MaxPooling2D(padding="same")(x)
        x = keras.layers.BatchNormalization(momentum=0.9)(x)
        x = keras.layers.Activation(family.activation)(x)
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x))


def series(shape: tuple[int, ...], encoder: Any, family: KerasMultiInput) -> keras.Model:
    """Read series by a recurrent layer or an architecture of `KerasTimeSeriesClassifier`."""
    inputs = keras.layers.Input((None, shape[1]))
    x, is_step = Steps()(inputs)
    if family.series_encoder in CELLS:
        x = CELLS[family.series_encoder](whole(family.units), return_sequences=True)(x)
        return keras.Model(inputs, Pool("last")(x, is_step))
    return keras.Model(inputs, ARCHITECTURES[family.series_encoder](x, is_step))


BRANCHES: dict[str, Callable[[tuple[int, ...], Any, KerasMultiInput], keras.Model]] = {
    "numbers": numbers,
    "categories": categories,
    "texts": texts,
    "images": images,
    "series": series,
}
