"""The part of training that depends on what Keras runs on, chosen once.

Each backend has three modules, and these names mean the same in both:

- `_state_*`: variables and data as programs take them;
- `_program_*`: `COMPILERS`, what can compile a program, and `make_program`, which gives an object
  whose `run` trains for some epochs;
- `_forward_*`: `Forward`, whose `run` predicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras

from skkeras.training._state import build, state_of

if TYPE_CHECKING or keras.backend.backend() == "tensorflow":
    from skkeras.training._forward_tf import Forward
    from skkeras.training._program_tf import COMPILERS, make_program
    from skkeras.training._state_tf import (
        assign,
        forget_kernels,
        handles_of,
        has_started,
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
    from skkeras.training._forward_jax import Forward
    from skkeras.training._program_jax import COMPILERS, make_program
    from skkeras.training._state_jax import (
        assign,
        forget_kernels,
        handles_of,
        has_started,
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
    "forget_kernels",
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
