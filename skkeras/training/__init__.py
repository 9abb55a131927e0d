"""Train built Keras models and predict with them."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.training._batches import Streamed, count_rows, take
from skkeras.training._eligibility import fits_memory
from skkeras.training._fit_arguments import FitArguments
from skkeras.training._forked import check_process
from skkeras.training._network import Network, called
from skkeras.training._outcome import Outcome
from skkeras.training._predict import predict
from skkeras.training._row_parts import RowParts
from skkeras.training._seeds import epoch_order, seeding
from skkeras.training._settings import settings
from skkeras.training._shared_outputs import shared_outputs
from skkeras.training._train import train
from skkeras.training.programs import (
    CacheInfo,
    ForeignCode,
    NotCompiled,
    cache_info,
    clear_cache,
    describe_object,
    is_library,
)

__all__ = [
    "CacheInfo",
    "FitArguments",
    "ForeignCode",
    "Network",
    "NotCompiled",
    "Outcome",
    "RowParts",
    "Streamed",
    "cache_info",
    "called",
    "check_process",
    "clear_cache",
    "count_rows",
    "describe_object",
    "epoch_order",
    "fits_memory",
    "is_library",
    "predict",
    "seeding",
    "settings",
    "shared_outputs",
    "take",
    "train",
]
