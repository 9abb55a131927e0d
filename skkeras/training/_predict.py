"""Predict with cached programs; the result of a row does not depend on the number of rows."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import tree

from skkeras.training import backends as backend
from skkeras.training._batches import Streamed, count_rows, take
from skkeras.training._cost import block_rows
from skkeras.training._eligibility import dense
from skkeras.training._lookup import find_or_compile, input_names
from skkeras.training._record import record_of
from skkeras.training._template import TrainState
from skkeras.training.programs import NotCompiled, fall_back, structure_of


def predict(
    model: keras.Model, x: Any, *, batch_size: int = 4096, train_state: TrainState | None = None
) -> Any:
    """Compute the forward pass of a model.

    Parameters
    ----------
    model : keras.Model
        The model.
    x : array, sparse matrix, Streamed, or list or dict of them
        Rows along the first axis.
    batch_size : int, default=4096
        Rows in memory at a time, fewer if large rows are streamed; the result does not depend on
        it.
    train_state : TrainState or None, default=None
        Variables to use instead of the model's.

    Returns
    -------
    ndarray, or list or dict of ndarray
        The model's outputs.
    """
    n_rows = count_rows(x)
    streamed = (part.block_rows for part in tree.flatten(x) if isinstance(part, Streamed))
    batch_size = min([batch_size, *streamed])
    starts = range(0, max(n_rows, 1), batch_size)
    parts = [_forward(model, take(x, slice(s, s + batch_size)), train_state) for s in starts]
    return parts[0] if len(parts) == 1 else tree.map_structure(lambda *p: np.concatenate(p), *parts)


def _forward(model: keras.Model, x: Any, train_state: TrainState | None) -> Any:
    if train_state is not None:
        x = dense(x)
        work = train_state.record.work
        with train_state.lock:
            program = _find(model, x, work, train_state)
        return program.run(train_state.state, tree.flatten(x), block_rows(work))
    try:
        x = dense(x)
        _check(model)
        if not all(layer.built for layer in model._flatten_layers()):
            model(tree.map_structure(lambda array: array[:1], x))
        work = record_of(model, training=False).work
        program = _find(model, x, work)
    except NotCompiled:
        return model.predict_on_batch(x)
    return program.run(backend.handles_of(model.variables), tree.flatten(x), block_rows(work))


def _find(model: keras.Model, x: Any, work: int, train_state: TrainState | None = None) -> Any:
    _check(model)

    def forward(model: keras.Model, sizes: Any = None) -> Any:
        with backend.sizes_unknown(model.variables, sizes):
            return backend.Forward(model, x, block_rows(work), any_size=sizes is not None)

    # Like `keras.Model.predict`, which keeps its compiled function, this ignores changes to layers
    # after the first prediction.
    record = record_of(model, training=False)
    names = input_names(model, x)
    if record.description is not None and record.description.any_size is not None:
        sizes = record.description.sizes
        with fall_back():  # if a layer computes with its size
            key = "forward", structure_of(x, any_size=True), names
            return find_or_compile(record, key, lambda: forward(model, sizes), any_size=True)
    if train_state is not None:
        model = train_state.of_its_sizes()
        record = record_of(model, training=False)
    return find_or_compile(record, ("forward", structure_of(x), names), lambda: forward(model))


def _check(model: keras.Model) -> None:
    reason = backend.unsupported(model)
    if reason or model.run_eagerly:
        raise NotCompiled(reason or "the model runs eagerly")
