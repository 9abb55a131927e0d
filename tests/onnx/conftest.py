"""Inputs of exported models."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def feed():
    def feed_rows(X):
        """Return the inputs of some rows, by pandas alone."""
        arrays = {}
        for name in X:
            column = X[name]
            if column.dtype.kind == "M":
                column = (column - pd.Timestamp(0)).dt.total_seconds()
            elif column.dtype.kind not in "bif":
                column = column.astype(object).where(column.notna(), "")
            arrays[name] = column.to_numpy()[:, np.newaxis]
        return arrays

    return feed_rows
