"""Keras objects as plain values, for files that hold no code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import keras
import numpy as np

from skkeras.serialization._configs import SPACES, check_config, check_size, public

_without_code: ContextVar[bool] = ContextVar("_without_code", default=False)


@contextmanager
def without_code() -> Iterator[None]:
    """Make estimators get and set their states as plain values in this block and thread."""
    token = _without_code.set(True)
    try:
        yield
    finally:
        _without_code.reset(token)


def is_without_code() -> bool:
    """Return whether states must be plain values."""
    return _without_code.get()


@dataclass
class KerasName:
    """A class or function of Keras, by its public name.

    Parameters
    ----------
    name : str
        Name below `keras`, such as "optimizers.Adam".
    """

    name: str

    def to_object(self) -> Any:
        """Return the object."""
        space, _, name = self.name.rpartition(".")
        if space not in SPACES or not (found := public(space).get(name)):
            raise ValueError(f"keras.{self.name} is nothing that an estimator is made of.")
        return found


@dataclass
class KerasConfig:
    """A Keras object, as its configuration.

    Parameters
    ----------
    config : str
        Result of `keras.saving.serialize_keras_object`, as JSON.
    weights : list of ndarray, default=[]
        Values of a model's weights.
    """

    config: str
    weights: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def of(cls, item: Any) -> KerasConfig:
        """Return the configuration of an object, after a check that it is complete."""
        made = cls(json.dumps(_own_names(keras.saving.serialize_keras_object(item))))
        if isinstance(item, keras.Model):
            made.weights = item.get_weights()
            check_size(json.loads(made.config), made.weights)
            _check_same_model(item, made.to_object())
        else:
            _check_same_arguments(item, made.to_object())
        return made

    def to_object(self) -> Any:
        """Recreate the object, using only classes of Keras and skkeras."""
        config = json.loads(self.config)
        check_config(config)
        item = keras.saving.deserialize_keras_object(config, safe_mode=True)
        if self.weights:
            item.set_weights(self.weights)
        return item


class Architecture:
    """A callable that builds one model, and replaces a build function in files without code.

    Parameters
    ----------
    config : str
        The model's configuration, as JSON.
    """

    def __init__(self, config: str) -> None:
        self.config = config

    @classmethod
    def of(cls, model: keras.Model) -> Architecture:
        """Return the architecture of a model."""
        return cls(KerasConfig.of(model).config)

    def __call__(self) -> keras.Model:
        """Build the model, with new weights."""
        return KerasConfig(self.config).to_object()

    def __repr__(self) -> str:
        """Return a string with the class name of the model."""
        return f"Architecture({json.loads(self.config)['class_name']!r})"


def _own_names(config: Any) -> Any:
    """Undo SciKeras' registration of Keras' own classes, which pickling a model causes."""
    if isinstance(config, (list, tuple)):
        return [_own_names(part) for part in config]
    if not isinstance(config, dict):
        return config
    config = {key: _own_names(part) for key, part in config.items()}
    if config.get("registered_name") == f">{config.get('class_name')}" and _is_kerass(config):
        config["registered_name"] = config["class_name"]
    return config


def _is_kerass(config: dict[str, Any]) -> bool:
    module = config.get("module")
    return isinstance(module, str) and module.split(".")[0] == "keras"


def to_plain(value: Any) -> Any:
    """Replace Keras objects, classes and functions in a state, also in containers.

    Raises
    ------
    ValueError
        If a Keras object has parts that are not from Keras or skkeras.
    """
    if type(value) is dict:
        return {key: to_plain(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(to_plain(item) for item in value)
    if isinstance(value, (type, FunctionType)):
        return _named(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return KerasConfig.of(value) if isinstance(value, _configured()) else value


def from_plain(value: Any) -> Any:
    """Undo `to_plain`.

    Raises
    ------
    ValueError
        If the state names an object that no estimator consists of.
    """
    if isinstance(value, KerasConfig):
        check_size(json.loads(value.config), value.weights)
    if isinstance(value, (KerasName, KerasConfig)):
        return value.to_object()
    if isinstance(value, dict) and isinstance(value.get("class_name"), str):
        # Keras would import the module that it names.
        raise ValueError("There is a configuration of Keras where none is expected.")
    if type(value) is dict:
        return {key: from_plain(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(from_plain(item) for item in value)
    return value


def _configured() -> tuple[type, ...]:
    return (
        keras.Model,
        keras.optimizers.Optimizer,
        keras.optimizers.schedules.LearningRateSchedule,
        keras.losses.Loss,
        keras.metrics.Metric,
    )


def _named(item: type | FunctionType) -> Any:
    for space in SPACES:
        if public(space).get(item.__name__) is item:
            return KerasName(f"{space}.{item.__name__}")
    return item


def _check_same_arguments(item: Any, twin: Any) -> None:
    """Raise an error if the configuration of an object lacks arguments, as some of Keras' do."""
    given, kept = (getattr(x, "_fn_kwargs", None) for x in (item, twin))
    if given != kept:
        raise ValueError(
            f"the configuration of {type(item).__name__} has not all its arguments: {given} would "
            f"come back as {kept}; give the class, and its arguments by routing"
        )


def _check_same_model(model: keras.Model, twin: keras.Model) -> None:
    """Raise an error for a model whose functions only share their names with Keras' functions."""
    twin.set_weights(model.get_weights())
    loss: Any = getattr(model, "loss", None)
    if isinstance(loss, FunctionType) and not isinstance(_named(loss), KerasName):
        raise ValueError(f"the loss {loss.__name__} is not Keras'")
    if isinstance(loss, keras.losses.Loss):
        _check_same_arguments(loss, twin.loss)
    inputs = getattr(model, "inputs", None)
    if not inputs:
        return
    random = np.random.default_rng(0)
    rows = [random.random([size or 4 for size in x.shape]).astype(x.dtype) for x in inputs]
    outputs = (keras.tree.flatten(m(rows if len(rows) > 1 else rows[0])) for m in (model, twin))
    for ours, theirs in zip(*outputs, strict=True):
        if not np.allclose(ours, theirs, rtol=1e-4, atol=1e-6, equal_nan=True):
            raise ValueError("it has functions that only share their names with Keras'")
