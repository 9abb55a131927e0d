"""Early stopping that restores the last of equally good epochs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np


class LatestBestStopping(keras.callbacks.EarlyStopping):
    """Early stopping that restores the last of equally good epochs.

    Accuracies on few rows are often equal, and networks are mostly better the longer they are
    trained.
    """

    def _is_improvement(self, monitor_value: Any, reference_value: Any) -> bool:
        if reference_value is None:
            return True
        is_number = bool(np.isfinite(monitor_value))
        return is_number and not self.monitor_op(reference_value, monitor_value)
