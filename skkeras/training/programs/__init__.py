"""Descriptions of what models compute, and the cache of compiled programs."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.training.programs._cache import (
    ALSO_CLEARED,
    MODELS,
    PROGRAMS,
    TEMPLATES,
    TRACED_MODELS,
    Cache,
    CacheInfo,
    cache_info,
    clear_cache,
)
from skkeras.training.programs._description import (
    Description,
    describe,
    describe_object,
    structure_of,
)
from skkeras.training.programs._exceptions import (
    ForeignCode,
    NotCompiled,
    ProgramFailed,
    fall_back,
)
from skkeras.training.programs._hyperparameters import Hyperparameter, traced
from skkeras.training.programs._libraries import are_library, is_library
from skkeras.training.programs._sizes import Size, left_open, unknown_dimension
from skkeras.training.programs._traced_float import TracedFloat

__all__ = [
    "ALSO_CLEARED",
    "MODELS",
    "PROGRAMS",
    "TEMPLATES",
    "TRACED_MODELS",
    "Cache",
    "CacheInfo",
    "Description",
    "ForeignCode",
    "Hyperparameter",
    "NotCompiled",
    "ProgramFailed",
    "Size",
    "TracedFloat",
    "are_library",
    "cache_info",
    "clear_cache",
    "describe",
    "describe_object",
    "fall_back",
    "is_library",
    "left_open",
    "structure_of",
    "traced",
    "unknown_dimension",
]
