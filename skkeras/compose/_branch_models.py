"""Parts of a multi-input network that map the columns of a branch to one vector."""

from __future__ import annotations

from collections.abc import Callable

import keras

from skkeras.base import ModelParams
from skkeras.layers import Pool, SplitPadding
from skkeras.sequence import ARCHITECTURES, CELLS
from skkeras.text import ENCODERS, N_SPECIAL
from skkeras.utils import as_int, sizes

SERIES_ENCODERS = ("lstm", "gru", "fcn", "resnet", "inception", "lite")


def numbers(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Apply one dense layer to the numbers."""
    inputs = keras.layers.Input(shape)
    units = as_int(params.units)
    return keras.Model(inputs, keras.layers.Dense(units, activation=params.activation)(inputs))


def categories(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Concatenate the embeddings of all columns' categories."""
    inputs = keras.layers.Input(shape, dtype="int32")
    # The embedding of an unknown category stays at zero, which carries no information.
    table = keras.layers.Embedding(
        n_vectors, as_int(params.category_dim), embeddings_initializer="zeros"
    )
    return keras.Model(inputs, keras.layers.Flatten()(table(inputs)))


def texts(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Encode texts as `KerasTextClassifier` does."""
    ids = keras.layers.Input(shape, dtype="int32")
    table = keras.layers.Embedding(
        N_SPECIAL + as_int(params.max_features), as_int(params.embedding_dim), name="word_vectors"
    )
    read = ENCODERS[params.text_encoder]
    return keras.Model(ids, read(ids, table(ids), as_int(params.units), as_int(params.n_pairs)))


def images(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Convolve, pool and normalise once for each of `filters`, and average over all pixels."""
    inputs = x = keras.layers.Input(shape)
    for filters in sizes(params.filters):
        x = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = keras.layers.MaxPooling2D(padding="same")(x)
        x = keras.layers.BatchNormalization(momentum=0.9)(x)
        x = keras.layers.Activation(params.activation)(x)
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x))


def series(shape: tuple[int, ...], n_vectors: int | None, params: ModelParams) -> keras.Model:
    """Encode series by a recurrent layer or an architecture of `KerasTimeSeriesClassifier`."""
    inputs = keras.layers.Input((None, shape[1]))
    x, is_step = SplitPadding()(inputs)
    if params.series_encoder in CELLS:
        x = CELLS[params.series_encoder](as_int(params.units), return_sequences=True)(x)
        return keras.Model(inputs, Pool("last")(x, is_step))
    return keras.Model(inputs, ARCHITECTURES[params.series_encoder](x, is_step))


BRANCHES: dict[str, Callable[[tuple[int, ...], int | None, ModelParams], keras.Model]] = {
    "numbers": numbers,
    "categories": categories,
    "texts": texts,
    "images": images,
    "series": series,
}
