"""The part of a network that makes one vector of each branch's columns."""

from __future__ import annotations

from collections.abc import Callable

import keras

from skkeras.sequence._architectures import ARCHITECTURES
from skkeras.sequence._layers import Pool, Steps
from skkeras.sequence._rnn import CELLS
from skkeras.text._encoders import ENCODERS
from skkeras.text._words import N_SPECIAL
from skkeras.wrappers._model_spec import ModelParams
from skkeras.wrappers._params import sizes, whole

SERIES_ENCODERS = ("lstm", "gru", "fcn", "resnet", "inception", "lite")


def numbers(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Put one layer on top of the numbers."""
    inputs = keras.layers.Input(shape)
    units = whole(params.units)
    return keras.Model(inputs, keras.layers.Dense(units, activation=params.activation)(inputs))


def categories(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Put the vectors of all columns' categories side by side."""
    inputs = keras.layers.Input(shape, dtype="int32")
    # An unknown category stays at zero, which says nothing.
    table = keras.layers.Embedding(
        n_vectors, whole(params.category_dim), embeddings_initializer="zeros"
    )
    return keras.Model(inputs, keras.layers.Flatten()(table(inputs)))


def texts(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Read texts as `KerasTextClassifier` does."""
    ids = keras.layers.Input(shape, dtype="int32")
    table = keras.layers.Embedding(
        N_SPECIAL + whole(params.max_features), whole(params.embedding_dim), name="word_vectors"
    )
    read = ENCODERS[params.text_encoder]
    return keras.Model(ids, read(ids, table(ids), whole(params.units), whole(params.n_pairs)))


def images(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Convolve, normalise and pool as often as there are filters, and average over all pixels."""
    inputs = x = keras.layers.Input(shape)
    for filters in sizes(params.filters):
        x = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = keras.layers.MaxPooling2D(padding="same")(x)
        x = keras.layers.BatchNormalization(momentum=0.9)(x)
        x = keras.layers.Activation(params.activation)(x)
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x))


def series(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Read series by a recurrent layer or an architecture of `KerasTimeSeriesClassifier`."""
    inputs = keras.layers.Input((None, shape[1]))
    x, is_step = Steps()(inputs)
    if params.series_encoder in CELLS:
        x = CELLS[params.series_encoder](whole(params.units), return_sequences=True)(x)
        return keras.Model(inputs, Pool("last")(x, is_step))
    return keras.Model(inputs, ARCHITECTURES[params.series_encoder](x, is_step))


BRANCHES: dict[str, Callable[[tuple[int, ...], int | None, ModelParams], keras.Model]] = {
    "numbers": numbers,
    "categories": categories,
    "texts": texts,
    "images": images,
    "series": series,
}
