"""Losses that restrict the target and the output layer."""

from __future__ import annotations

from typing import Any

from skkeras.utils import loss_name

# These losses use logarithms, so outputs must be positive.
_OF_POSITIVES = ("poisson", "mean_squared_logarithmic_error")


def is_of_positives(loss: Any) -> bool:
    """Return whether a loss is for targets and outputs that are not negative."""
    try:
        return loss_name(loss) in _OF_POSITIVES
    except (TypeError, ValueError, AttributeError):
        return False
