"""Models that users bring."""

from __future__ import annotations

import copy
from typing import Any

import keras
import numpy as np


def copy_of(model: keras.Model) -> keras.Model:
    """Copy a model with its weights, so that the user's own is never trained."""
    try:
        twin = keras.models.clone_model(model)
    except (ValueError, NotImplementedError):  # a subclass without a config
        return copy.deepcopy(model)
    twin.set_weights(model.get_weights())
    if model.compiled:
        twin.compile_from_config(model.get_compile_config())
    return twin


def one_row(meta: dict[str, Any]) -> Any:
    """Give a row of zeros as the model takes it, to build it with."""
    shapes, dtypes = meta["X_shape_"], meta["X_dtype_"]
    if isinstance(shapes, dict):
        rows = {n: np.zeros((1, *s[1:]), _dtype(dtypes[n])) for n, s in shapes.items()}
        return list(rows.values()) if set(rows) == set(range(len(rows))) else rows
    return np.zeros((1, *shapes[1:]), _dtype(dtypes))


def _dtype(dtype: np.dtype) -> Any:
    return dtype if dtype.kind in "iu" else keras.config.floatx()
