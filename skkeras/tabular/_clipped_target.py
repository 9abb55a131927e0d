"""Regression targets that clip predictions to the range of the training targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from skkeras.base.data import RegressionTarget


class ClippedTarget(RegressionTarget):
    """Regression target that clips predictions to the range of the targets in `fit`."""

    def fit(self, y: np.ndarray, sample_weight: np.ndarray | None = None) -> ClippedTarget:
        """Learn the number of outputs, their scales and their ranges."""
        super().fit(y, sample_weight)
        rows = y.reshape(len(y), -1)
        self.low_, self.high_ = rows.min(axis=0), rows.max(axis=0)
        return self

    def partial_fit(self, y: np.ndarray, sample_weight: np.ndarray | None = None) -> ClippedTarget:
        """Update scales and ranges, which are then those of the rows of all calls."""
        before = (self.low_, self.high_) if hasattr(self, "low_") else None
        super().partial_fit(y, sample_weight)
        if before is not None:
            rows = y.reshape(len(y), -1)
            self.low_ = np.minimum(before[0], rows.min(axis=0))
            self.high_ = np.maximum(before[1], rows.max(axis=0))
        return self

    def inverse_transform(self, y: np.ndarray, **_: Any) -> np.ndarray:
        """Return predictions in the target's units, float64."""
        outputs = super().inverse_transform(y)
        clamped = outputs.reshape(len(outputs), -1).clip(self.low_, self.high_)
        return clamped.reshape(outputs.shape)
