"""Keras layers, models, losses and schedules of this package, without scikit-learn."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.layers._batch_ensemble import BatchEnsembleDense, MemberDense
from skkeras.layers._distillation import Distillation, distil
from skkeras.layers._dropout import Dropout, drawing_by_hashes, uniform
from skkeras.layers._ensemble import EnsembleMean, EnsembleModel
from skkeras.layers._mixup import MixUp, MixUpEnsembleModel, MixUpModel
from skkeras.layers._piecewise_linear import PiecewiseLinear
from skkeras.layers._reversible import ReversibleDense
from skkeras.layers._schedules import CosLog4, ScheduledAdam, ScheduledDropout
from skkeras.layers._sequence import (
    POOLINGS,
    Pool,
    ReversePadded,
    SplitPadding,
    ZeroPadding,
    read_steps,
)
from skkeras.layers._tabular import (
    CategoryVectors,
    Columns,
    NTKDense,
    ParametricActivation,
    PeriodicEmbedding,
    Scale,
)
from skkeras.layers._text import HashedBigrams, PaddingMask, PositionalEncoding
from skkeras.layers._variables import to_numpy

__all__ = [
    "POOLINGS",
    "BatchEnsembleDense",
    "CategoryVectors",
    "Columns",
    "CosLog4",
    "Distillation",
    "Dropout",
    "EnsembleMean",
    "EnsembleModel",
    "HashedBigrams",
    "MemberDense",
    "MixUp",
    "MixUpEnsembleModel",
    "MixUpModel",
    "NTKDense",
    "PaddingMask",
    "ParametricActivation",
    "PeriodicEmbedding",
    "PiecewiseLinear",
    "Pool",
    "PositionalEncoding",
    "ReversePadded",
    "ReversibleDense",
    "Scale",
    "ScheduledAdam",
    "ScheduledDropout",
    "SplitPadding",
    "ZeroPadding",
    "distil",
    "drawing_by_hashes",
    "read_steps",
    "to_numpy",
    "uniform",
]
