"""Folds and targets of searches that do not match."""

import numpy as np
import pytest

from skkeras.ensemble._same_rows import check_same_folds, check_same_target

FOLDS = [np.array([0, 1]), np.array([2, 3])]


def test_the_first_different_fold_is_named():
    check_same_folds([FOLDS, FOLDS])
    with pytest.raises(ValueError, match=r"fold 1 of search 0 .* from \[2, 3\] .* search 1 2 rows"):
        check_same_folds([FOLDS, [FOLDS[0], np.array([2, 4])]])
    with pytest.raises(ValueError, match="has 2 folds and search 2 has 1"):
        check_same_folds([FOLDS, FOLDS, FOLDS[:1]])


def test_the_first_different_row_of_the_target_is_named():
    check_same_target(0, np.array([1, 2]), [1, 2])
    with pytest.raises(ValueError, match=r"Search 3 was run on another target: in row 1 it is .*2"):
        check_same_target(3, np.array([1, 2]), [1, 5])
