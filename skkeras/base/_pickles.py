"""Pickling of Keras objects with all their arguments.

SciKeras pickles models, losses, metrics and optimizers by their configurations, which lack
arguments such as Huber's delta. The functions of this module replace those of SciKeras, which is
imported by `skkeras.utils`.
"""

from __future__ import annotations

import copy
import io
from typing import Any

import keras
import numpy as np
from keras.src.saving import saving_lib

from skkeras.layers import to_numpy
from skkeras.utils import copy_unfitted, is_of_keras, parts_of, remade


def reduce_loss(loss: keras.losses.Loss) -> tuple[Any, ...]:
    """Reduce a loss to its class and its state."""
    return object.__new__, (type(loss),), vars(loss)


def reduce_by_parts(item: Any) -> tuple[Any, ...]:
    """Reduce an unused metric or optimizer to its configuration, or else to its state."""
    try:
        return remade, (type(item), *parts_of(item))
    except TypeError:  # its configuration cannot recreate it
        state = {k: v for k, v in vars(item).items() if not is_of_keras(v)}
        variables = {k: to_numpy(v) for k, v in vars(item).items() if isinstance(v, keras.Variable)}
        return remade_by_state, (type(item), state, variables)


def remade_by_state(kind: Any, state: dict[str, Any], variables: dict[str, np.ndarray]) -> Any:
    """Recreate a metric or an optimizer from its state, without its own `__init__`."""
    item = object.__new__(kind)
    if isinstance(item, keras.optimizers.Optimizer):
        rate = variables.pop("_learning_rate", 0.0)
        keras.optimizers.Optimizer.__init__(item, float(rate), name=state["name"])
        vars(item).update(state)
        return item
    keras.metrics.Metric.__init__(item, name=state["name"])
    vars(item).update(state)
    for name, value in variables.items():
        setattr(item, name, keras.Variable(value, trainable=False, name=name))
    return item


def reduce_model(model: keras.Model) -> tuple[Any, ...]:
    """Reduce a model to its file, the arguments of `compile` and the optimizer's state."""
    kind = type(model)
    if keras.saving.get_registered_name(kind) == kind.__name__ and not is_of_keras(model):
        # A class that is not an attribute of its module is found only if it is registered.
        keras.saving.register_keras_serializable(kind.__module__, kind.__qualname__)(kind)
    file = io.BytesIO()
    saving_lib.save_model(model, file)
    data = np.frombuffer(file.getvalue(), np.uint8)
    if not model.compiled or type(model).compile is not keras.Model.compile:
        return load_model, (data, None, None)
    built = model.optimizer is not None and model.optimizer.built
    state = [to_numpy(v) for v in model.optimizer.variables] if built else None
    return load_model, (data, dict(model._compile_config.config), state)


def load_model(
    data: np.ndarray, given: dict[str, Any] | None, state: list[np.ndarray] | None
) -> keras.Model:
    """Recreate a model from the values that `reduce_model` returns."""
    model = saving_lib.load_model(io.BytesIO(data.tobytes()), compile=given is None)
    if given is not None:
        model.compile(**given)
    if state is not None:
        model.optimizer.build(model.trainable_variables)
        for variable, value in zip(model.optimizer.variables, state, strict=True):
            variable.assign(value)
    return model


def _copy_model(model: keras.Model, memo: dict[int, Any]) -> keras.Model:
    function, arguments = reduce_model(model)
    other: keras.Model = function(*copy.deepcopy(arguments, memo))
    return other


def _copy_unused(item: Any, memo: dict[int, Any]) -> Any:
    return copy_unfitted(item)


keras.losses.Loss.__reduce__ = reduce_loss
keras.metrics.Metric.__reduce__ = reduce_by_parts
keras.optimizers.Optimizer.__reduce__ = reduce_by_parts
keras.Model.__reduce__ = reduce_model
keras.Model.__deepcopy__ = _copy_model
keras.metrics.Metric.__deepcopy__ = _copy_unused
keras.optimizers.Optimizer.__deepcopy__ = _copy_unused
