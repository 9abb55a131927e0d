"""Checks that searches were run on the same rows, folds and target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import _num_samples


def planned_folds(search: Any, X: Any, y: Any) -> list[np.ndarray]:
    """Return the rows that each fold of a search holds out, or has held out."""
    if isinstance(search, FrozenEstimator):
        folds: list[np.ndarray] = search.estimator.cv_test_indices_
        return folds
    return search.test_indices(X, y)


def check_same_folds(folds: Sequence[Sequence[np.ndarray]]) -> None:
    """Raise a ValueError that names the first difference of the folds of searches."""
    first, *others = folds
    for number, other in enumerate(others, start=1):
        if len(first) != len(other):
            raise ValueError(
                f"The searches must hold out the same rows; search 0 has {len(first)} folds and "
                f"search {number} has {len(other)}. Give all of them the same cv."
            )
        for fold, (ours, theirs) in enumerate(zip(first, other, strict=True)):
            if not np.array_equal(ours, theirs):
                raise ValueError(
                    f"The searches must hold out the same rows; fold {fold} of search 0 holds out "
                    f"{_shown(ours)} and that of search {number} {_shown(theirs)}. Give all of "
                    "them the same cv, such as StratifiedKFold(5, shuffle=True, random_state=0)."
                )


def _shown(rows: np.ndarray) -> str:
    return f"{len(rows)} rows from {rows[:3].tolist()} on"


def check_same_target(number: int, kept: np.ndarray, y: Any) -> None:
    """Raise a ValueError that names the first difference of a kept target and y."""
    if len(kept) != _num_samples(y):
        raise ValueError(
            f"Search {number} was run on {len(kept)} rows, and y has {_num_samples(y)}. Give the "
            "data of the search."
        )
    given = np.asarray(y)
    different = np.flatnonzero((kept != given).reshape(len(given), -1).any(axis=1))
    if kept.shape != given.shape or len(different):
        row = different[0] if len(different) else 0
        raise ValueError(
            f"Search {number} was run on another target: in row {row} it is {kept[row]!r}, and y "
            f"has {given[row]!r}. Give the data of the search."
        )
