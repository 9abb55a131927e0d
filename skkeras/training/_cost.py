"""Number of multiplications of a model per row."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import tree

# Multiplications per block of rows: large enough that the overhead of a call is small, and small
# enough that the prediction of one row, which is computed as a full block, is fast.
_BLOCK = 2**27
_BLOCK_ROWS = (8, 256)


def multiplications(model: keras.Model) -> int:
    """Count the multiplications of a model per row, from its weights.

    Parameters
    ----------
    model : keras.Model
        Built model.

    Returns
    -------
    int
        Multiplications per row.
    """
    work = 1
    for layer in model._flatten_layers():
        if not list(layer._flatten_layers(include_self=False)):
            # An embedding looks up one vector at a time.
            looks_up = isinstance(layer, keras.layers.Embedding)
            weights = layer.output_dim if looks_up else layer.count_params()
            work += weights * _positions(layer)
    return work


def _positions(layer: keras.Layer) -> int:
    """Count the positions of the output at which a layer's weights are used."""
    try:
        shape = tree.flatten(layer.output)[0].shape
    except (AttributeError, ValueError):
        return 1
    return int(np.prod([size or 1 for size in shape[1:-1]], dtype=np.int64))


def block_rows(work: int) -> int:
    """Choose how many rows are predicted at a time: a power of two.

    The number depends only on the model, because the last bit of a matrix product depends on its
    number of rows.

    Parameters
    ----------
    work : int
        Multiplications per row.
    """
    return int(np.clip(2 ** int(np.log2(max(1, _BLOCK // work))), *_BLOCK_ROWS))


def recurrent_units(model: keras.Model) -> int:
    """Return the maximum number of units of a recurrent layer; 0 if there is none."""
    layers: list[Any] = list(model._flatten_layers())
    cells = [layer.cell for layer in layers if isinstance(layer, keras.layers.RNN)]
    return max((size for cell in cells for size in tree.flatten(cell.state_size)), default=0)
