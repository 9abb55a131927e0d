"""Pictures for networks that are pretrained."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def images():
    """24 pictures of noise, brighter or darker."""
    draws = np.random.default_rng(0)
    y = np.arange(24) % 2
    X = draws.integers(0, 128, (24, 32, 32, 3)) + 100 * y[:, np.newaxis, np.newaxis, np.newaxis]
    return X.astype(np.uint8), y
