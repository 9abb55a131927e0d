"""Values of parameters, as searches and users give them."""

import inspect

import numpy as np
import pytest

from skkeras.utils._params import as_int, check_sizes, complete_signature, sizes, to_python


def test_numpy_scalars_become_python_scalars():
    given = {"a": (np.float32(0.5), [np.int64(3)]), "b": np.str_("x")}
    found = to_python(given)
    assert found == {"a": (0.5, [3]), "b": "x"}
    assert type(found["a"][0]) is float and type(found["a"][1][0]) is int
    assert type(found["b"]) is str


@pytest.mark.parametrize(
    ("value", "expected"), [(3.0, 3), (np.int64(3), 3), (2.5, 2.5), ("auto", "auto"), (True, True)]
)
def test_as_int(value, expected):
    assert as_int(value) == expected and type(as_int(value)) is type(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (8, [8]),
        ((8, 4.0), [8, 4]),
        ([8], [8]),
        (np.array([8, 4]), [8, 4]),
        ("8", [8]),
        ("(8,)", [8]),
        ("(8, 4)", [8, 4]),
        ("[8, 4]", [8, 4]),
        ("()", []),
        ("8-4-x", ["8-4-x"]),
        ("None", [None]),
    ],
    ids=repr,
)
def test_sizes(given, expected):
    assert sizes(given) == expected


@pytest.mark.parametrize("value", [(8, 4), [8, 4.0], np.array([8, 4])])
def test_numbers_of_sizes(value):
    check_sizes("units", value, (2,))
    with pytest.raises(ValueError, match="units must be 3 or 4 numbers; got"):
        check_sizes("units", value, (3, 4))


@pytest.mark.parametrize("value", [0, -1, 2.5, "many", (8, 0), (8, "a"), "(8, -1)"])
def test_sizes_that_are_none(value):
    with pytest.raises(ValueError, match="units must be whole numbers of at least 1; got"):
        check_sizes("units", value)


def test_none_is_allowed():
    check_sizes("units", None)
    check_sizes("units", 8, (2,))


def test_signatures_name_what_is_passed_on():
    class Above:
        def __init__(self, first=1, second=2):
            self.first, self.second = first, second

    class Own(Above):
        def __init__(self, second=3, **kwargs):
            super().__init__(second=second, **kwargs)

    complete_signature(Own)
    parameters = inspect.signature(Own).parameters
    assert list(parameters) == ["second", "first", "kwargs"]
    assert parameters["first"].kind is inspect.Parameter.KEYWORD_ONLY
    complete_signature(Above)
    assert list(inspect.signature(Above).parameters) == ["first", "second"]
