"""Hash what a model of known code computes; the hash is the same in every process.

The code of Keras and of this package does not change while a process runs, so what it computes
follows from the state of its objects. The hash includes everything that the model references,
except the attributes that no computation reads. Any other code raises `ForeignCode`, because only a
trace shows what it computes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from skkeras.training.programs._hyperparameters import Hyperparameter
from skkeras.training.programs._sizes import Size, unknown_dimension
from skkeras.training.programs._traversal import Traversal


@dataclass(frozen=True)
class Description:
    """Description of what a model computes.

    Attributes
    ----------
    key : str
        Hash; equal for two models only if they can share a program.
    any_size : str or None
        Hash without sizes; equal for two models only if they can share a program that is traced
        with unknown sizes. None if there is no such program.
    initial : str
        Hash of the initializers of its weights, without seeds.
    values : list of Hyperparameter
        Hyperparameters of this model that are inputs of its program.
    sizes : list of Size
        Sizes of this model, which are hidden while a program for all sizes is traced.
    classes : frozenset of type
        The classes of all objects; the description is valid as long as these are not modified.
    """

    key: str
    any_size: str | None
    initial: str
    values: list[Hyperparameter] = field(compare=False)
    sizes: list[Size] = field(compare=False)
    classes: frozenset[type] = field(compare=False)


def describe(model: keras.Model, *, training: bool = True) -> Description:
    """Describe what a model computes, without the values of its weights.

    Parameters
    ----------
    model : keras.Model
        Built model; compiled, if training is described.
    training : bool, default=True
        Whether to describe training, or only the forward pass.

    Raises
    ------
    ForeignCode
        If the model uses code that is not part of Keras or this package.
    """
    traversal = Traversal(model.variables, training)
    traversal.add(model)
    if training:
        # Whether weight decay applies to a weight may depend on its name.
        traversal.add(
            [bool(model.optimizer._use_weight_decay(v)) for v in model.trainable_variables]
        )
    any_size = None
    if traversal.has_open_sizes:
        any_size = _hash(getattr(text, "unknown", text) for text in traversal.texts)
    return Description(
        key=_hash(traversal.texts),
        any_size=any_size,
        initial=_hash(traversal.initial),
        values=traversal.values,
        sizes=traversal.sizes,
        classes=frozenset(traversal.classes),
    )


def describe_object(value: Any) -> str:
    """Hash the state of objects of known code, of plain values and of containers of them.

    Raises
    ------
    ForeignCode
        If the value uses code that is not part of Keras or this package.
    """
    traversal = Traversal((), training=False)
    traversal.add(value)
    return _hash(traversal.texts)


def structure_of(data: Any, *, any_size: bool = False) -> Any:
    """Describe data by its nesting, types and shapes without the rows, or without any sizes."""
    if isinstance(data, dict):
        return tuple((name, structure_of(part, any_size=any_size)) for name, part in data.items())
    if isinstance(data, (list, tuple)):
        return tuple(structure_of(part, any_size=any_size) for part in data)
    if data is None:
        return None
    shape = tuple(data.shape[1:])
    return tuple(map(unknown_dimension, shape)) if any_size else shape, np.dtype(data.dtype).name


def _hash(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
