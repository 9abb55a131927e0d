"""Differences between predictions."""

import numpy as np

from skkeras.base.data import difference


def test_small_differences_are_none_beside_the_largest_number():
    numbers = np.array([[0.5, 2.0], [1000.0, 0.0]])
    assert difference(numbers + 5e-3, numbers) is None
    assert difference(numbers + np.diag([0, 0.5]), numbers) == "by 0.5 in 1 rows"
    assert difference(np.full(3, 0.1 + 2e-5), np.full(3, 0.1)) == "by 2e-05 in 3 rows"
    assert difference(np.zeros((0, 2)), np.zeros((0, 2))) is None


def test_nan_is_a_difference():
    assert difference(np.array([np.nan, 1]), np.ones(2)) == "by nan in 1 rows"
