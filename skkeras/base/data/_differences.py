"""Differences between the predictions of an estimator and of what was exported of it."""

from __future__ import annotations

import numpy as np

TOLERANCE = 1e-5


def difference(found: np.ndarray, expected: np.ndarray) -> str | None:
    """Describe by how much numbers differ.

    Parameters
    ----------
    found, expected : ndarray of shape (n_rows, ...)
        Predictions.

    Returns
    -------
    str or None
        Such as "by 0.1 in 3 rows"; None if no number differs by more than 1e-5, or 1e-5 of the
        largest, if that is more than 1.
    """
    most = TOLERANCE * max(1.0, float(np.abs(expected).max(initial=0.0)))
    differences = np.abs(found - expected)
    if differences.max(initial=0.0) <= most:
        return None
    rows = ~(differences <= most).reshape(len(differences), -1).all(axis=1)
    return f"by {differences.max():.2g} in {rows.sum()} rows"
