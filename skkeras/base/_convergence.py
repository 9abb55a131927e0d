"""A warning for training that ends while the loss still falls fast."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning

# Fewer epochs show no trend, and a user who sets so few does not expect convergence.
_FEWEST_EPOCHS = 20
# The loss falls fast if it falls faster than this fraction of its average rate.
_FAST = 0.5
# Minimum fall of the loss as a multiple of its scatter, and minimum number of epochs for it.
_CLEAR, _FEWEST_LAST = 4.0, 8


def warn_if_still_falling(name: str, history: Mapping[str, Sequence[float]]) -> None:
    """Warn if the loss still falls fast when the last epoch ends.

    Fast means more than half of the average rate, measured over the last quarter of the epochs.
    The validation loss is used if there is one: more epochs do not help if it no longer falls.

    Parameters
    ----------
    name : str
        Name of the estimator.
    history : dict of str to list of float
        Losses of one fit that trained for all of its epochs.
    """
    losses = np.asarray(history.get("val_loss") or history.get("loss", ()), dtype=np.float64)
    n_epochs = len(losses)
    if n_epochs < _FEWEST_EPOCHS or not np.isfinite(losses).all():
        return
    last = losses[-max(n_epochs // 4, _FEWEST_LAST) :]
    epochs = np.arange(len(last))
    slope, start = np.polyfit(epochs, last, 1)
    scatter = np.std(last - (start + slope * epochs))
    average = (losses[0] - losses[-1]) / (n_epochs - 1)
    if average > 0 and -slope > _FAST * average and -slope * len(last) > _CLEAR * scatter:
        warnings.warn(
            f"The epochs of {name} ({n_epochs}) were over while its loss was still falling fast, "
            f"from {last[0]:.3g} to {last[-1]:.3g} in the last {len(last)}. Give it more epochs or "
            f"a higher learning rate; early stopping ends training in time.",
            ConvergenceWarning,
            stacklevel=2,
        )
