"""Numbers that are inputs of programs on JAX keep nearly double precision."""

import numpy as np
import pytest

from skkeras.training.backends.jax._arrays import TracedFloatPair, split


def test_arithmetic_with_python_numbers():
    def number(result):
        return sum(np.float64(part) for part in result._number)

    x = TracedFloatPair(split(0.999), 1)
    for sign, result in ((1, 1 - x), (-1, x - 1)):  # float32 has but five digits of the difference
        assert number(result) == pytest.approx(sign * 0.001, rel=1e-9)
    assert number(x + x) == pytest.approx(1.998, rel=1e-9)
    for result, expected in ((x * 3, 2.997), (x / 4, 0.24975), (4 / x, 4 / 0.999)):
        assert number(result) == pytest.approx(expected, rel=1e-6)
