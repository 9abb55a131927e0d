"""Data of the tests of tables."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def table():
    """Rows of all kinds of columns, with much missing, and what they tell."""
    draws = np.random.default_rng(0)
    n = 200
    signal = draws.normal(size=n)
    few = np.array(["low", "mid", "high"], object)[np.digitize(signal, [-0.5, 0.5])]
    X = pd.DataFrame(
        {
            "number": np.where(draws.random(n) < 0.2, np.nan, signal),
            "noise": 1e6 * draws.normal(size=n),
            "few": np.where(draws.random(n) < 0.2, None, few),
            "many": [f"level {i % 12}" for i in range(n)],
            "truth": signal > 0,
        }
    )
    return X, signal
