"""Parameters reach the objects that they are routed to."""

from dataclasses import dataclass
from typing import Any

import pytest

from skkeras.utils._routing import accepts, make_objects, route_params


@dataclass
class Part:
    """A class with arguments by position and by name."""

    first: Any = None
    second: Any = None


def test_route_params():
    params = {"epochs": 3, "lr": 1, "fit__epochs": 4, "fit__a__b": 5, "fitted__c": 6}
    assert route_params(params, "fit") == {"epochs": 4, "a__b": 5}
    assert route_params(params, "fit", {"lr", "epochs"}) == {"lr": 1, "epochs": 4, "a__b": 5}


@pytest.mark.parametrize(
    ("items", "params", "expected"),
    [
        (Part, {}, Part()),
        (Part, {"second": 2, "0": 1}, Part(1, 2)),
        (Part, {"first": Part, "first__second": 3}, Part(Part(second=3))),
        ([Part, Part], {"first": 1, "1__second": 2}, [Part(1), Part(1, 2)]),
        ({"a": Part, "b": (Part,)}, {"b__0__first": 1}, {"a": Part(), "b": (Part(1),)}),
        ({"a": [Part], "b": Part}, {"first": 1}, {"a": [Part(1)], "b": Part(1)}),
        (["part", "other"], {}, [Part(), "other"]),
        (Part, {"first": "part"}, Part("part")),
        (None, {}, None),
    ],
)
def test_make_objects(items, params, expected):
    assert make_objects(items, params, _find) == expected


def _find(name):
    return Part if name == "part" else name


@pytest.mark.parametrize("items", ["other", [Part, "other"], None])
def test_make_objects_refuses_arguments_of_objects(items):
    with pytest.raises(TypeError, match="takes no parameters, but got"):
        make_objects(items, {"first": 1}, _find)


def test_accepts():
    assert accepts(lambda meta: None, "meta")
    assert accepts(lambda **kwargs: None, "meta")
    assert not accepts(lambda *meta: None, "meta")
    assert not accepts(lambda meta, /: None, "meta")
    assert not accepts(lambda params: None, "meta")
