"""Hyperparameters that only scale something: inputs of a program, not part of its key."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from skkeras.layers import CosLog4, Distillation, Dropout, ScheduledAdam, ScheduledDropout
from skkeras.training.programs._traced_float import TracedFloat

_OPTIMIZER: tuple[str, ...] = (
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "momentum",
    "beta_1",
    "beta_2",
    "rho",
    "epsilon",
)
# On JAX, Keras clips, drops and adds noise only by arrays and Python numbers.
_TENSORFLOW = keras.backend.backend() == "tensorflow"
if _TENSORFLOW:
    _OPTIMIZER += ("clipvalue",)
_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    keras.optimizers.SGD: _OPTIMIZER,
    keras.optimizers.Adam: _OPTIMIZER,
    keras.optimizers.AdamW: _OPTIMIZER,
    keras.optimizers.RMSprop: _OPTIMIZER,
    keras.optimizers.Nadam: _OPTIMIZER,
    keras.optimizers.Adamax: _OPTIMIZER,
    keras.optimizers.Lion: _OPTIMIZER,
    keras.regularizers.L1: ("l1",),
    keras.regularizers.L2: ("l2",),
    keras.regularizers.L1L2: ("l1", "l2"),
    Dropout: ("rate",),
    ScheduledDropout: ("rate", "n_steps"),
    ScheduledAdam: (*_OPTIMIZER, "n_steps"),
    CosLog4: ("initial_learning_rate", "n_steps"),
    keras.optimizers.schedules.CosineDecay: ("initial_learning_rate", "decay_steps"),
    keras.optimizers.schedules.ExponentialDecay: (
        "initial_learning_rate",
        "decay_steps",
        "decay_rate",
    ),
    keras.losses.CategoricalCrossentropy: ("label_smoothing",),
    keras.losses.BinaryCrossentropy: ("label_smoothing",),
    Distillation: ("temperature", "alpha"),
    **(
        {keras.layers.Dropout: ("rate",), keras.layers.GaussianNoise: ("stddev",)}
        if _TENSORFLOW
        else {}
    ),
}


def hyperparameter_names(owner: Any) -> tuple[str, ...]:
    """Return the names of an object's attributes that are inputs of a program."""
    return _ATTRIBUTES.get(type(owner), ())


@dataclass(frozen=True)
class Hyperparameter:
    """Location of one number: a dict and a name in it."""

    holder: dict[str, Any]
    name: str

    @property
    def number(self) -> float:
        """The current value."""
        return float(self.holder[self.name])

    @property
    def is_one(self) -> bool | None:
        """Whether it is 1; None except for dropout rates, as Keras compares no others with 1."""
        return self.number == 1 if self.name == "rate" else None

    @property
    def sign(self) -> int:
        """Its sign, which is part of the key of a program."""
        return (self.number > 0) - (self.number < 0)


@contextlib.contextmanager
def traced(values: list[Hyperparameter], scalars: Sequence[TracedFloat]) -> Iterator[None]:
    """Replace the numbers with scalars while the block is traced."""
    numbers = [value.holder[value.name] for value in values]
    for value, scalar in zip(values, scalars, strict=True):
        value.holder[value.name] = scalar
    try:
        yield
    finally:
        for value, number in zip(values, numbers, strict=True):
            value.holder[value.name] = number
