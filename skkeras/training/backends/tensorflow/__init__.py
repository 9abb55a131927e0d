"""Programs on TensorFlow."""

from skkeras.training.backends.tensorflow._forward import Forward
from skkeras.training.backends.tensorflow._program import COMPILERS, make_program
from skkeras.training.backends.tensorflow._variables import (
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
