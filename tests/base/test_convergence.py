"""Training that ends too early is told, and no other."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from skkeras.base._convergence import warn_if_still_falling

EPOCHS = np.arange(100)
NOISE = np.random.default_rng(0).normal(size=100)

FALLING = {
    "steadily": 2.3 - 0.001 * EPOCHS,
    "less and less": np.exp(-EPOCHS / 100),
    "with scatter": 1.0 - 0.005 * EPOCHS + 0.01 * NOISE,
    "after standing still": np.r_[np.ones(60), 1.0 - 0.02 * EPOCHS[:40]],
    "in few epochs": 1.0 - 0.02 * EPOCHS[:20],
}
DONE = {
    "fell": np.exp(-EPOCHS / 20),
    "fell to nothing": np.exp(-EPOCHS),
    "scatters": 0.7 + 0.01 * NOISE,
    "stands still": np.ones(100),
    "rises": 1.0 + 0.01 * EPOCHS,
    "few epochs": 1.0 - 0.02 * EPOCHS[:19],
    "none": [],
    "ran away": np.r_[1.0 - 0.001 * EPOCHS, np.nan],
}


@pytest.mark.parametrize("course", FALLING)
def test_losses_that_still_fall(course):
    with pytest.warns(ConvergenceWarning, match=r"Net .* still falling fast.* more epochs"):
        warn_if_still_falling("Net", {"loss": list(FALLING[course])})


@pytest.mark.parametrize("course", DONE)
def test_losses_that_do_not(course):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_if_still_falling("Net", {"loss": list(DONE[course])})


def test_few_alarms_where_nothing_is_learned():
    draws = np.random.default_rng(1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for n_epochs in (20, 50, 100, 200) * 50:
            warn_if_still_falling("Net", {"loss": list(0.7 + 0.01 * draws.normal(size=n_epochs))})
    assert len(caught) <= 2


def test_validation_tells_where_there_is_any():
    falling, still = list(FALLING["steadily"]), list(DONE["stands still"])
    warn_if_still_falling("Net", {"loss": falling, "val_loss": still})
    with pytest.warns(ConvergenceWarning, match="still falling fast"):
        warn_if_still_falling("Net", {"loss": still, "val_loss": falling})
