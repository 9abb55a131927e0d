import math

import numpy as np
import pytest

from skkeras.utils import strengths_of

KNOWN = {"turn": (0.1, 0.5), "noise": (0.2, math.inf), "flip": ("up", ("up", "down"))}


@pytest.mark.parametrize(
    "value",
    [
        "flip, turn",
        ["flip", "turn"],
        ("turn", "flip"),
        {"flip": "up", "turn": np.float64(0.1)},
    ],
)
def test_names_and_strengths_are_in_the_order_of_application(value):
    found = strengths_of(value, KNOWN)
    assert found == {"turn": 0.1, "flip": "up"}
    assert list(found) == ["turn", "flip"] and type(found["turn"]) is float


def test_none_is_no_change():
    assert strengths_of(None, KNOWN) == {}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("spin", r"augmentation must be None, names out of \['turn', 'noise', .*; got 'spin'\."),
        ([], r"got \[\]\."),
        ({"turn": 0.6}, r"'turn' must be a number above 0 and at most 0\.5; got 0\.6\."),
        ({"noise": 0}, r"'noise' must be a number above 0; got 0\."),
        ({"noise": math.inf}, r"'noise' must be a number above 0; got inf\."),
        ({"noise": True}, "'noise' must be a number"),
        ({"flip": 0.5}, r"'flip' must be one of \('up', 'down'\); got 0\.5\."),
    ],
)
def test_other_names_and_strengths_are_refused(value, message):
    with pytest.raises(ValueError, match=message):
        strengths_of(value, KNOWN)
