"""What is known about a compiled model: what its training or forward pass computes."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import keras

from skkeras.training._cost import multiplications, recurrent_units
from skkeras.training.programs import Description, ForeignCode, describe


@dataclass
class Record:
    """What is known about a model until it is compiled again, as `Model.fit` keeps its traces.

    Attributes
    ----------
    model : weakref to keras.Model
        The model.
    compiled : object
        The configuration that `compile` set; another call of `compile` replaces it.
    description : Description or None
        What the model computes, if its code is known.
    numbers : list of float
        Values of the hyperparameters, which are inputs of its program.
    work, recurrent_units : int
        Multiplications per row, and the maximum number of units of a recurrent layer.
    traced : dict
        For a model of foreign code: its programs, or why there are none.
    """

    model: Callable[[], keras.Model | None]
    compiled: Any
    description: Description | None
    work: int
    recurrent_units: int
    numbers: list[float] = field(init=False)
    traced: dict[Hashable, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values = self.description.values if self.description is not None else []
        self.numbers = [value.number for value in values]


def record_of(model: keras.Model, *, training: bool = True, anew: bool = False) -> Record:
    """Return what is known about a model; it is computed at the first call.

    Parameters
    ----------
    model : keras.Model
        Compiled model, built.
    training : bool, default=True
        Whether for training or for the forward pass.
    anew : bool, default=False
        Whether to compute it again.
    """
    name = "_skkeras_training" if training else "_skkeras_forward"
    compiled = getattr(model, "_compile_config", None)
    record: Record | None = vars(model).get(name)
    # A copy of a model holds the record of the original.
    if anew or record is None or record.model() is not model or record.compiled is not compiled:
        try:
            description = describe(model, training=training)
        except (ForeignCode, RecursionError):
            description = None
        work, units = multiplications(model), recurrent_units(model)
        record = Record(weakref.ref(model), compiled, description, work, units)
        vars(model)[name] = record  # not by `setattr`, which Keras tracks
    return record
