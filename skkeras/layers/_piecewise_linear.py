"""Piecewise-linear embeddings of numbers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="import skkeras")
class PiecewiseLinear(keras.layers.Layer):
    """Embed each feature by a linear function plus one that bends at its quantiles [1]_.

    It maps (batch, n_features) to (batch, n_features * units). The function also bends at values
    that many rows have, and the quantiles are those of the other rows.

    Parameters
    ----------
    units : int
        Length of the embedding of a number.
    n_bins : int
        Number of bins per feature, unless it has fewer distinct values.
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
        """Create the weights; before `adapt`, the function does not bend."""
        n_features = int(input_shape[-1] or 0)
        limit = self.units**-0.5
        self.kernel_initializer = keras.initializers.RandomUniform(-limit, limit)
        self.bias_initializer = keras.initializers.RandomUniform(-limit, limit)
        shape = (n_features, self.units)
        self.kernel = self.add_weight(shape, self.kernel_initializer)
        self.bias = self.add_weight(shape, self.bias_initializer)
        # Initially 0, so that an embedding starts linear and learns where to bend.
        self.bends = self.add_weight((n_features, self.n_bins, self.units), "zeros")
        shape = (n_features, self.n_bins)
        self.starts = self.add_weight(shape, "zeros", trainable=False)
        self.slopes = self.add_weight(shape, "zeros", trainable=False)

    def adapt(self, X: np.ndarray) -> None:
        """Set the edges of the bins to frequent values and quantiles of each feature.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Inputs of the layer.
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
        # The axis of features comes first, so that matrices are contiguous when multiplied.
        x = ops.transpose(inputs)[:, :, None]
        # Six times the part of a number in a bin, because there is a kernel that clips to 6.
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
    """Return the edges of bins with about the same number of rows, as far as values differ.

    Quantiles of a column that is mostly 0 are mostly 0, which leaves few bins for other values. So
    a value that fills a bin is an edge itself, and the other edges are quantiles of the rest.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        Numbers.
    n_pieces : int
        Maximum number of bins.

    Returns
    -------
    ndarray of shape (n_edges,)
        Edges in ascending order, at most n_pieces + 1.
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
        # Without these rows, other values may fill a bin too.
        alone |= more
    return distinct
