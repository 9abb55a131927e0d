"""Forward passes by cached programs, the same for one row as for a million."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import tree

from skkeras.training import _backend as backend
from skkeras.training._batches import Streamed, count_rows, take
from skkeras.training._compiled import StandIn
from skkeras.training._description import structure_of
from skkeras.training._fallback import NotCompiled, dense
from skkeras.training._find import find_shared, input_names, record_of

# Multiplications of a block of rows: large enough that each call is worth its cost, small enough
# that one row, which is computed as a block, comes at once.
_WORK = 2**27
_BLOCK_ROWS = (8, 256)


def block_rows(model: keras.Model) -> int:
    """Choose how many rows a model computes at a time.

    The number depends on the model alone: the last bit of a matrix product depends on how many rows
    are in it.

    Parameters
    ----------
    model : keras.Model
        Built model.

    Returns
    -------
    int
        A power of two.
    """
    work = 1
    for layer in model._flatten_layers():
        if not list(layer._flatten_layers(include_self=False)):
            # Of a table of vectors, one is looked up at a time.
            looks_up = isinstance(layer, keras.layers.Embedding)
            weights = layer.output_dim if looks_up else layer.count_params()
            work += weights * _positions(layer)
    rows = 2 ** int(np.log2(max(1, _WORK // work)))
    return int(np.clip(rows, *_BLOCK_ROWS))


def _positions(layer: keras.Layer) -> int:
    """Count the places of an output at which a layer's weights are used."""
    try:
        shape = tree.flatten(layer.output)[0].shape
    except (AttributeError, ValueError):
        return 1
    return int(np.prod([size or 1 for size in shape[1:-1]], dtype=np.int64))


def predict(
    model: keras.Model, x: Any, *, batch_size: int = 4096, stand_in: StandIn | None = None
) -> Any:
    """Run a model forward.

    Parameters
    ----------
    model : keras.Model
        The model.
    x : array, sparse matrix, Streamed, or list or dict of them
        Rows along the first axis.
    batch_size : int, default=4096
        Rows in memory at a time, fewer where large ones are streamed; the result does not depend
        on it.
    stand_in : StandIn or None, default=None
        Variables to compute with in the place of the model's.

    Returns
    -------
    ndarray, or list or dict of ndarray
        The model's outputs.
    """
    n_rows = count_rows(x)
    streamed = (part.block_rows for part in tree.flatten(x) if isinstance(part, Streamed))
    batch_size = min([batch_size, *streamed])
    starts = range(0, max(n_rows, 1), batch_size)
    parts = [_forward(model, take(x, slice(s, s + batch_size)), stand_in) for s in starts]
    return parts[0] if len(parts) == 1 else tree.map_structure(lambda *p: np.concatenate(p), *parts)


def _forward(model: keras.Model, x: Any, stand_in: StandIn | None) -> Any:
    if stand_in is not None:
        x = dense(x)
        with stand_in.lock:
            program = _find(model, x)
        return program.run(stand_in.state, tree.flatten(x))
    try:
        x = dense(x)
        program = _find(model, x)
    except NotCompiled:
        return model.predict_on_batch(x)
    return program.run(backend.handles_of(model.variables), tree.flatten(x))


def _find(model: keras.Model, x: Any) -> Any:
    reason = backend.unsupported(model)
    if reason or model.run_eagerly:
        raise NotCompiled(reason or "the model runs eagerly")
    if not all(layer.built for layer in model._flatten_layers()):
        model(tree.map_structure(lambda array: array[:1], x))

    # As `keras.Model.predict`, which keeps its compiled function, this takes no notice of layers
    # that change after the first prediction.
    record = record_of(model, training=False)
    key = ("forward", structure_of(x), input_names(model, x))
    return find_shared(record, key, lambda: backend.Forward(model, x, block_rows(model)))
