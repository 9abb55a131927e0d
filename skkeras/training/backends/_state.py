"""What training changes in a model."""

from __future__ import annotations

from typing import Any

import keras


def state_of(model: keras.Model) -> list[keras.Variable]:
    """List what training changes: weights, seed states and the optimizer's variables."""
    return [*model.variables, *model.optimizer.variables]


def build(model: keras.Model, batch: Any) -> None:
    """Make all variables of a compiled model and of its metrics, without computing anything."""
    model._symbolic_build(data_batch=batch)
