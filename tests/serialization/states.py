"""A state of a fit, with all that may be in it, and how it is compared."""

import ml_dtypes
import numpy as np

STATE = {
    "values": [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(3), np.zeros((0, 2))],
    "low": np.ones(3, ml_dtypes.bfloat16),
    "history": {"loss": [0.1, 1 / 3, float("inf")], "per_class": [np.array([0.5, 0.25])]},
    "number": np.float32(0.1),
    "checkpoint": {"best": None, "ended": False, "places": {0: (1, "x"), 3: {2}}},
}


def assert_equal(one, other):
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        one, other = list(one.values()), list(other.values())
    if isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_equal(a, b)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype and one.shape == other.shape
        np.testing.assert_array_equal(one, other)
        assert one.flags.writeable
    else:
        assert one == other
