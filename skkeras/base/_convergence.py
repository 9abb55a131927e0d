"""Whether training ended too early."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning

# Fewer epochs show no course, and who asks for so few knows.
_FEWEST_EPOCHS = 20
# Of the average pace, what is still fast.
_FAST = 0.5
# How many times its scatter the loss has to fall, in how many epochs at least.
_CLEAR, _FEWEST_LAST = 4.0, 8


def warn_if_still_falling(name: str, history: Mapping[str, Sequence[float]]) -> None:
    """Warn when the epochs of a fit were over while its loss was falling fast.

    That is at more than half of its average pace, in the last quarter of them. The loss on
    validation data tells where there is any: more epochs are of no use where it stands still.

    Parameters
    ----------
    name : str
        Name of the estimator.
    history : dict of str to list of float
        Losses of one fit that ran through all of its epochs.
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
