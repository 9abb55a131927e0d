"""Piecewise-linear embeddings of numbers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="import skkeras")
class PiecewiseLinear(keras.layers.Layer):
    """Embed each number by a linear function of its own and one that bends at quantiles [1]_.

    Maps (batch, n_features) to (batch, n_features * units). A value that many rows have is a place
    to bend at, and quantiles are those of the other rows.

    Parameters
    ----------
    units : int
        Length of a number's embedding.
    n_bins : int
        Pieces a feature has, unless it has fewer different values.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    References
    ----------
    .. [1] Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in tabular deep
       learning", NeurIPS 2022. https://arxiv.org/abs/2203.05556
    """

    def __init__(self, units: int, n_bins: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.n_bins = units, n_bins

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights; before `adapt`, no piece bends."""
        n_features = int(input_shape[-1] or 0)
        limit = self.units**-0.5
        self.kernel_initializer = keras.initializers.RandomUniform(-limit, limit)
        self.bias_initializer = keras.initializers.RandomUniform(-limit, limit)
        shape = (n_features, self.units)
        self.kernel = self.add_weight(shape, self.kernel_initializer)
        self.bias = self.add_weight(shape, self.bias_initializer)
        # From 0 on: at the start an embedding is linear, and learns where to bend.
        self.bends = self.add_weight((n_features, self.n_bins, self.units), "zeros")
        shape = (n_features, self.n_bins)
        self.starts = self.add_weight(shape, "zeros", trainable=False)
        self.slopes = self.add_weight(shape, "zeros", trainable=False)

    def adapt(self, X: np.ndarray) -> None:
        """Put the ends of the pieces at frequent values and quantiles of each feature.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Numbers as the layer will get them.
        """
        starts, slopes = np.zeros(self.starts.shape), np.zeros(self.slopes.shape)
        for feature, values in enumerate(np.transpose(X)):
            edges = _edges(values, self.n_bins)
            n_pieces = len(edges) - 1
            starts[feature, :n_pieces] = edges[:-1]
            slopes[feature, :n_pieces] = 1 / np.diff(edges)
        self.starts.assign(starts)
        self.slopes.assign(slopes)

    def call(self, inputs: Any) -> Any:
        """Embed numbers."""
        # Features first: products of matrices that lie as they are multiplied.
        x = ops.transpose(inputs)[:, :, None]
        # Six times a piece of a number, for there is a kernel that clips to 6.
        pieces = ops.relu6((x - self.starts[:, None]) * (6.0 * self.slopes)[:, None])
        embedded = x * self.kernel[:, None] + self.bias[:, None]
        embedded = embedded + ops.matmul(pieces, self.bends / 6.0)
        return ops.reshape(ops.transpose(embedded, (1, 0, 2)), (-1, inputs.shape[1] * self.units))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (batch, n_features * units)."""
        return (input_shape[0], input_shape[1] * self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "units": self.units, "n_bins": self.n_bins}


def _edges(values: np.ndarray, n_pieces: int) -> np.ndarray:
    """Return the edges of pieces that hold about as many rows each, as far as values differ.

    Quantiles of a column that is mostly 0 are mostly 0, and leave few pieces for all else. So a
    value that fills a piece is an end by itself, and the rest shares the other ends.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        Numbers.
    n_pieces : int
        The most pieces.

    Returns
    -------
    ndarray of shape (n_edges,)
        From low to high, n_pieces + 1 at most.
    """
    distinct, counts = np.unique(values, return_counts=True)
    alone = np.zeros(len(distinct), bool)
    while not alone.all():
        n_left, n_rows = n_pieces + 1 - alone.sum(), counts[~alone].sum()
        more = ~alone & (counts * n_left >= n_rows)
        if not more.any():
            rest = np.repeat(distinct[~alone], counts[~alone])
            shared = np.quantile(rest, np.linspace(0, 1, n_left))
            return np.unique(np.concatenate([distinct[alone], shared]))
        # Without these rows, others may have more than their share of what is left.
        alone |= more
    return distinct
