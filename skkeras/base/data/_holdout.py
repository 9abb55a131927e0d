"""Selection of the rows that early stopping holds out."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, train_test_split

# Fewer held-out rows say little about the best epoch. If there are more rows in total than the
# second number, the user has chosen to hold out so few.
_MIN_HELD_OUT, _FEW_ROWS = 5, 50


def hold_out(
    n_rows: int, share: float, seed: int, *, classes: np.ndarray | None, groups: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Choose rows to hold out.

    Parameters
    ----------
    n_rows : int
        Number of rows.
    share : float
        Fraction of the rows to hold out, in (0, 1).
    seed : int
        Seed of the choice.
    classes : ndarray of shape (n_rows,) or None
        Classes to stratify by, if each has enough rows for both parts.
    groups : array-like of shape (n_rows,) or None
        Groups of rows to keep together; if given, `classes` is ignored.

    Returns
    -------
    kept, held : ndarray of int
        Indices of the rows.

    Raises
    ------
    ValueError
        If no row is left for training.
    """
    n_held = math.ceil(n_rows * share)
    if n_held >= n_rows:
        raise ValueError(
            f"early_stopping with validation_fraction={share} leaves no row of {n_rows} to train "
            f"on; give more rows, or X_val and y_val."
        )
    rows = np.arange(n_rows)
    if groups is not None:
        split = GroupShuffleSplit(1, test_size=share, random_state=seed)
        return next(split.split(rows, groups=groups))
    if classes is not None and not _can_stratify(classes, n_held):
        classes = None
    return train_test_split(rows, test_size=n_held, random_state=seed, stratify=classes)


def warn_about_few(n_rows: int, n_held: int) -> None:
    """Warn if too few rows are held out to decide when to stop.

    Parameters
    ----------
    n_rows, n_held : int
        Numbers of all rows and of held-out rows.
    """
    if n_held < _MIN_HELD_OUT and n_rows < _FEW_ROWS:
        warnings.warn(
            f"early_stopping holds out {n_held} of {n_rows} rows, which say little about when to "
            f"stop. Give X_val and y_val, more rows, or a larger validation_fraction, or set "
            f"early_stopping=False.",
            UserWarning,
            stacklevel=2,
        )


def _can_stratify(classes: np.ndarray, n_held: int) -> bool:
    """Return whether each class has enough rows for the training and the validation part."""
    counts = np.unique(classes, return_counts=True)[1]
    return bool(counts.min() > 1 and len(counts) <= min(n_held, len(classes) - n_held))
