"""Programs on JAX."""

from skkeras.training.backends.jax._arrays import (
    assign,
    clear_kernels,
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
from skkeras.training.backends.jax._forward import Forward
from skkeras.training.backends.jax._program import COMPILERS, make_program

__all__: list[str] = [
    "COMPILERS",
    "Forward",
    "assign",
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
    "to_device",
    "unsupported",
]
