"""The state of a model that training changes."""

from __future__ import annotations

from typing import Any

import keras


def state_of(model: keras.Model) -> list[keras.Variable]:
    """Return the state that training changes: weights, seed states and optimizer variables."""
    return [*model.variables, *model.optimizer.variables]


def build(model: keras.Model, batch: Any) -> None:
    """Create all variables of a compiled model and of its metrics, without computing anything."""
    model._symbolic_build(data_batch=batch)
