"""The part of training that depends on Keras' backend, which is selected at import.

Each backend is a package, and these names have the same meaning in both:

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
    from skkeras.training.backends.tensorflow import (
        COMPILERS,
        Forward,
        assign,
        clear_kernels,
        handles_of,
        has_started,
        make_program,
        new_variables,
        on_accelerator,
        read,
        settings,
        sizes_unknown,
        snapshot,
        to_device,
        unsupported,
    )
elif keras.backend.backend() == "jax":
    from skkeras.training.backends.jax import (
        COMPILERS,
        Forward,
        assign,
        clear_kernels,
        handles_of,
        has_started,
        make_program,
        new_variables,
        on_accelerator,
        read,
        settings,
        sizes_unknown,
        snapshot,
        to_device,
        unsupported,
    )
else:
    raise ImportError(
        "skkeras trains with Keras' backends 'tensorflow' and 'jax', but Keras runs on "
        f"{keras.backend.backend()!r}: set KERAS_BACKEND before Keras is imported."
    )

__all__ = [
    "COMPILERS",
    "Forward",
    "assign",
    "build",
    "clear_kernels",
    "handles_of",
    "has_started",
    "make_program",
    "new_variables",
    "on_accelerator",
    "read",
    "settings",
    "sizes_unknown",
    "snapshot",
    "state_of",
    "to_device",
    "unsupported",
]
