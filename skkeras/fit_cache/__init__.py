"""Cache of fits on disk, with a hash of all inputs of training as key."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.fit_cache._checkpoint import CheckpointKeeper, TrainingCheckpoint
from skkeras.fit_cache._fit_key import FitKey, is_cacheable, keep, restore
from skkeras.fit_cache._memory import MEMORY, FitMemory, check_memory

__all__ = [
    "MEMORY",
    "CheckpointKeeper",
    "FitKey",
    "FitMemory",
    "TrainingCheckpoint",
    "check_memory",
    "is_cacheable",
    "keep",
    "restore",
]
