"""Values of Keras' variables."""

from __future__ import annotations

import keras
import numpy as np


def to_numpy(variable: keras.Variable) -> np.ndarray:
    """Copy a variable's value."""
    value = variable.value
    # Asked for the array itself, TensorFlow's variables take a way that NumPy deprecates.
    return value.numpy() if hasattr(value, "numpy") else np.asarray(value)
