"""Values of Keras' variables."""

from __future__ import annotations

import keras
import numpy as np


def to_numpy(variable: keras.Variable) -> np.ndarray:
    """Copy a variable's value."""
    value = variable.value
    # `np.asarray` converts a TensorFlow variable in a way that NumPy deprecates.
    return value.numpy() if hasattr(value, "numpy") else np.asarray(value)
