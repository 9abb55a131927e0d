"""Numbers that are inputs of a program behave as the floats that they replace."""

import operator

import pytest

from skkeras.training.programs._traced_float import TracedFloat


class Number(TracedFloat):
    """A number that is known."""

    def __init__(self, number, **kwargs):
        super().__init__(number, (number > 0) - (number < 0), **kwargs)

    def _with(self, other, operation, is_sum):
        return operation(self._number, other), is_sum

    def _negative(self):
        return Number(-self._number)


@pytest.mark.parametrize("value", [-0.5, 0.0, 0.5])
def test_comparisons_with_zero_are_those_of_the_float(value):
    for name in ("eq", "ne", "lt", "gt", "le", "ge"):
        compare = getattr(operator, name)
        assert compare(Number(value), 0) is compare(value, 0)
    assert bool(Number(value)) == bool(value)


def test_comparisons_with_one_need_to_know():
    assert Number(0.5, is_one=False) < 1.0
    assert Number(1.0, is_one=True) == 1
    for compare in (lambda x: x < 1, lambda x: x == 0.3, lambda x: x > Number(0.1)):
        with pytest.raises(TypeError, match="input of a program was compared with"):
            compare(Number(0.5))


def test_arithmetic_keeps_the_order_of_operands():
    x = Number(0.5)
    assert (x + 3, 3 + x) == ((3.5, True), (3.5, True))
    assert (x - 3, 3 - x) == ((-2.5, True), (2.5, True))
    assert (x * 3, 3 * x) == ((1.5, False), (1.5, False))
    assert (x / 4, 4 / x) == ((0.125, False), (8.0, False))
    assert -x < 0


def test_they_are_no_keys():
    with pytest.raises(TypeError, match="unhashable"):
        hash(Number(0.5))
