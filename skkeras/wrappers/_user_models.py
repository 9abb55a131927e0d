"""Copies of models that users pass, and inputs to build models with."""

from __future__ import annotations

import copy
import types
from typing import Any

import keras
import numpy as np

from skkeras.training import is_library
from skkeras.utils import copy_unfitted


def copy_of(model: keras.Model) -> keras.Model:
    """Copy a model with its weights, so that the user's model is not trained.

    Raises
    ------
    ValueError
        If a method of the model or of one of its layers was replaced, because a copy lacks it.
    """
    for layer in (model, *model._flatten_layers()):
        for name, value in vars(layer).items():
            bound = isinstance(value, (types.FunctionType, types.MethodType))
            # `compile` itself stores a loss function in this attribute.
            if (
                bound
                and name != "loss"
                and callable(getattr(type(layer), name, None))
                and not is_library(value)
            ):
                raise ValueError(
                    f"The method {name} of {layer.name!r} in model= was replaced on the object, "
                    f"and a copy of the model, which is what is trained, would not have it. Give "
                    f"model= a function that builds the model."
                )
    try:
        copied = keras.models.clone_model(model)
    except (ValueError, NotImplementedError):  # a subclass without a config
        return copy.deepcopy(model)
    copied.set_weights(model.get_weights())
    if model.compiled and type(model).compile is keras.Model.compile:
        # Pass the objects, because configurations of losses lack arguments, such as Huber's delta.
        given = {name: copy_unfitted(part) for name, part in model._compile_config.config.items()}
        copied.compile(**given)
    elif model.compiled:
        copied.compile_from_config(model.get_compile_config())
    return copied


def one_row(meta: dict[str, Any]) -> Any:
    """Return one row of zeros, to build the model with."""
    shapes, dtypes = meta["X_shape_"], meta["X_dtype_"]
    if isinstance(shapes, dict):
        rows = {n: np.zeros((1, *s[1:]), _dtype(dtypes[n])) for n, s in shapes.items()}
        return list(rows.values()) if set(rows) == set(range(len(rows))) else rows
    return np.zeros((1, *shapes[1:]), _dtype(dtypes))


def _dtype(dtype: np.dtype) -> Any:
    return dtype if dtype.kind in "iu" else keras.config.floatx()
