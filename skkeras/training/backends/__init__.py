"""The part of training that depends on Keras' backend, which is selected at import.

Each backend is a package that exports the same names, with the same meaning:

- `COMPILERS`, the available compilers, and `make_program`, which returns an object whose `run`
  trains for some epochs;
- `Forward`, whose `run` predicts;
- functions for variables, data and settings of the backend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras

from skkeras.training.backends._state import build, state_of

if TYPE_CHECKING or keras.backend.backend() == "tensorflow":
    from skkeras.training.backends import tensorflow as _backend
    from skkeras.training.backends.tensorflow import *  # noqa: F403
else:
    from skkeras.training.backends import jax as _backend
    from skkeras.training.backends.jax import *  # noqa: F403

__all__ = ["build", "state_of", *_backend.__all__]
