import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skkeras.inspection._columns import Column


def column(values, **kwargs):
    return Column("p", "p", [{"p": value} for value in values], **kwargs)


@pytest.mark.parametrize(
    ("values", "log"),
    [
        ([1e-3, 1e-2, 1e-1], True),
        ([1e-3, 3e-3, 1e-2], True),
        ([16, 32, 64, 128], True),
        (10.0 ** np.random.default_rng(0).uniform(-4, 0, 30), True),
        (np.random.default_rng(0).uniform(0, 0.6, 30), False),
        (np.random.default_rng(0).uniform(1, 1000, 30), False),
        ([1, 2, 3], False),
        ([0, 0.001, 1.0], False),
        ([-1, 10, 100], False),
        ([5], False),
    ],
)
def test_guesses_the_scale_of_numbers(values, log):
    assert column(values).log is log


def test_a_known_scale_comes_before_the_guess():
    assert column([1, 2, 3], log=True).log
    assert not column([1e-3, 1e-2, 1e-1], log=False).log
    assert not column([0, 1], log=True).log, "zero has no logarithm"
    assert not column(["a", "b"], log=True).log


def test_numbers_of_any_type_are_numbers():
    numbers = column([1, 2.5, np.float32(0.5), np.int64(7)])
    assert numbers.numeric and numbers.levels == []
    assert numbers.values.tolist() == [1, 2.5, 0.5, 7]


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([(64,), (128,), (64, 32), (64,)], ["(64,)", "(64, 32)", "(128,)"]),
        ([[64], [32]], ["[32]", "[64]"]),
        ([3, "auto", None, 0.5, (1, 2)], ["None", "0.5", "3", "auto", "(1, 2)"]),
        ([True, False], ["False", "True"]),
        ([1, True], ["True", "1"]),
        ([float("nan"), 1.0, float("nan")], ["nan", "1"]),
        ([None, 1.0], ["None", "1"]),
        ([np.array([1, 2]), np.array([1, 2])], ["array([1, 2])"]),
        ([StandardScaler(), "passthrough", MinMaxScaler()],
         ["passthrough", "StandardScaler()", "MinMaxScaler()"]),
        ([len, np.tanh], ["len", "tanh"]),
        ([0.12341, "a", 0.12342], ["0.123 (1)", "0.123 (2)", "a"]),
        (["x" * 60 + "y", "b"], ["b", "x" * 16 + "…" + "x" * 6 + "y"]),
    ],
)  # fmt: skip
def test_other_values_are_levels_in_an_order_that_readers_expect(values, levels):
    found = column(values)
    assert not found.numeric
    assert found.levels == levels


def test_equal_values_share_a_level():
    assert column([(64,), (32,), (64,)]).values.tolist() == [1, 0, 1]


def test_a_parameter_that_a_candidate_lacks_has_no_place():
    found = Column("p", "p", [{"p": 1}, {}, {"p": 3}])
    np.testing.assert_array_equal(found.values, [1, np.nan, 3])
    np.testing.assert_array_equal(found.unit, [0, np.nan, 1])
    assert Column("p", "p", [{"p": 1}, {}]).varies
    assert not Column("p", "p", [{"p": 1}, {"p": 1}]).varies


def test_places_lie_between_0_and_1_on_the_scale():
    np.testing.assert_allclose(column([0, 5, 10], log=False).unit, [0, 0.5, 1])
    np.testing.assert_allclose(column([1, 10, 100], log=True).unit, [0, 0.5, 1])
    np.testing.assert_allclose(column(["a", "b", "c"]).unit, [0, 0.5, 1])
    np.testing.assert_allclose(column([7, 7]).unit, [0.5, 0.5])


def test_ticks_are_the_values_where_they_are_few_and_round_numbers_where_not():
    assert column([1, 10, 100]).ticks() == [(0.0, "1"), (0.5, "10"), (1.0, "100")]
    many = column(10.0 ** np.linspace(-5, -1, 41)).ticks()
    assert [text for _, text in many] == ["1e-05", "0.0001", "0.001", "0.01", "0.1"]
    places = [place for place, _ in column(np.linspace(0, 0.6, 30), log=False).ticks()]
    assert len(places) > 2 and min(places) >= 0 and max(places) <= 1
