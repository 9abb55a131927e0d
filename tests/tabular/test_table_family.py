"""What networks for tables share."""

import numpy as np
import pandas as pd
import pytest

from skkeras import KerasRealMLPRegressor

QUICK = {"hidden_layer_sizes": (16, 16), "epochs": 6, "random_state": 0}


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


def test_categories_add_no_variables(table):
    X, signal = table
    many = X.assign(**{f"many {i}": X["many"] for i in range(5)})
    fits = (KerasRealMLPRegressor(**QUICK).fit(rows, signal) for rows in (X, many))
    assert len({len(fit.model_.variables) for fit in fits}) == 1


def test_few_rows_are_all_trained_on(table):
    X, signal = table
    assert "val_loss" not in KerasRealMLPRegressor(**QUICK).fit(X[:99], signal[:99]).history_
    model = KerasRealMLPRegressor(**QUICK, patience=1, early_stopping=True)
    assert "val_loss" in model.fit(X[:99], signal[:99]).history_
