"""X as the arrays of a network, and warnings about its scales."""

import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import load_digits, load_wine
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.base.data._inputs import (
    as_floats,
    cast_to_floatx,
    check_any_X,
    check_X,
    is_missing,
    is_several,
    shared_length,
    standardized,
    warn_about_scales,
    with_digits,
)

DRAWS = np.random.default_rng(0)
X = DRAWS.normal(size=(90, 3))
Y = np.digitize(X[:, 0], [-0.4, 0.4])
QUICK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=1, random_state=0)
RARE = (np.arange(1000) == 7).astype(float)
MANY = DRAWS.normal(size=(1000, 2))
APART = {
    "wine": load_wine().data,
    "a factor of 100": MANY * [1, 100],
    "numbers and indicators": np.c_[1000 * MANY, MANY[:, 0] > 0],
    "gains": np.c_[MANY, 1e5 * RARE],
    "integers": np.c_[np.arange(50), 1000 * np.arange(50)],
}
ALIKE = {
    "scaled wine": StandardScaler().fit_transform(load_wine().data),
    "wine from 0 to 1": MinMaxScaler().fit_transform(load_wine().data),
    "digits": load_digits().data,
    "a factor of 50": MANY * [1, 50],
    "a rare indicator": np.c_[10 * MANY, RARE],
    "a constant": np.c_[MANY, np.full(1000, 1e6)],
    "constants": np.ones((20, 2)),
    "truth values": MANY > 0,
    "few rows": MANY[:5] * [1, 1000],
    "sparse": scipy.sparse.csr_array(MANY * [1, 1000]),
}


@pytest.mark.parametrize("data", APART.values(), ids=APART)
def test_scales_that_are_apart_warn(data):
    with pytest.warns(UserWarning, match="deviations differ by a factor of .*StandardScaler"):
        warn_about_scales(data)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_a_scale_that_is_far_from_one_warns(factor):
    with pytest.warns(UserWarning, match="deviations are .* far from 1.*StandardScaler"):
        warn_about_scales(factor * MANY)


@pytest.mark.parametrize("data", ALIKE.values(), ids=ALIKE)
def test_scales_that_are_alike_do_not(data):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_about_scales(data)


def test_a_perceptron_tells_of_scales():
    with pytest.warns(UserWarning, match="StandardScaler"):
        clone(QUICK).fit(1000 * X, Y)


def test_scales_of_several_arrays_are_not_compared():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_about_scales([MANY, 1000 * MANY])


@pytest.mark.parametrize(
    ("X", "expected"),
    [
        (MANY, False),
        ({"a": MANY}, True),
        ([MANY, MANY], True),
        ([MANY[:, 0]], False),
        ([], False),
        (scipy.sparse.dok_array(MANY), False),
    ],
)
def test_several_arrays(X, expected):
    assert is_several(X) == expected


def test_numbers_that_are_too_large_are_refused():
    assert as_floats(np.array([1, 2])).dtype == np.float32
    assert as_floats(MANY.astype(np.float32)).dtype == np.float32
    for X in (np.array([[1e300]]), scipy.sparse.csr_array([[1e300]])):
        with pytest.raises(ValueError, match=r"too large for dtype\('float32'\); scale it first"):
            as_floats(X)
    with pytest.raises(ValueError, match="too large for dtype"):
        cast_to_floatx(np.array([1e300]))


def test_digits_are_kept():
    floats = np.zeros(2, np.float32)
    assert with_digits(np.zeros(2, np.int16), floats) is floats
    assert with_digits(np.zeros(2, np.int64), floats).dtype == np.float64


def test_far_numbers_are_standardized_in_float64():
    X = 1e9 + np.arange(4.0).reshape(2, 2)
    found = standardized(X, X.mean(axis=0), X.std(axis=0))
    np.testing.assert_array_equal(found, np.array([[-1, -1], [1, 1]], np.float32), strict=True)


def test_lengths_are_rounded_up_by_less_than_a_quarter():
    for longest in range(1, 200):
        assert longest <= shared_length(longest) < 1.25 * longest
    assert shared_length(100) == shared_length(97) == 112


class Sparse(BaseEstimator):
    def __init__(self, allowed=True):
        self.allowed = allowed

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.allowed
        return tags


def test_shapes_are_learned_and_checked():
    estimator = Sparse()
    X = check_X(estimator, MANY, reset=True)
    assert X.dtype == np.float32
    assert (estimator.n_features_in_, estimator.X_shape_) == (2, (1000, 2))
    assert estimator.X_dtype_ == np.float64
    with pytest.raises(ValueError, match="expecting 2 features"):
        check_X(estimator, MANY[:, :1], reset=False)
    check_X(estimator, MANY.reshape(-1, 2, 1), reset=True, allow_nd=True)
    with pytest.raises(ValueError, match=r"rows of shape \(2, 2\), but Sparse was fitted on"):
        check_X(estimator, np.ones((3, 2, 2)), reset=False, allow_nd=True)
    with pytest.raises(TypeError, match="X must hold numbers; got dtype datetime64"):
        check_X(estimator, np.zeros((3, 2), "M8[s]"), reset=True)


def test_sparse_X_needs_the_tag():
    X = scipy.sparse.csc_array(MANY)
    found = check_X(Sparse(), X, reset=True)
    assert found.format == "csr" and found.dtype == np.float32
    with pytest.raises(TypeError, match="Sparse data was passed for X, but dense data is required"):
        check_X(Sparse(allowed=False), X, reset=True)


@pytest.mark.parametrize("kind", [dict, list])
def test_several_arrays_are_checked(kind):
    def several(*parts):
        return {str(i): part for i, part in enumerate(parts)} if kind is dict else list(parts)

    estimator = Sparse()
    found = check_any_X(estimator, several(MANY, np.ones((1000, 3), int)), reset=True)
    assert type(found) is kind and estimator.n_features_in_ == 2
    parts = list(found.values()) if kind is dict else found
    assert [part.dtype for part in parts] == [np.float32, np.int64]
    with pytest.raises(ValueError, match="give the same inputs"):
        check_any_X(estimator, several(MANY, MANY), reset=False)
    with pytest.raises(ValueError, match="contains NaN or infinity"):
        check_any_X(estimator, several(MANY, np.full((1000, 3), np.nan)), reset=True)
    with pytest.raises(TypeError, match="must hold numbers; got dtype <U1"):
        check_any_X(estimator, several(MANY, np.full((1000, 3), "a")), reset=True)


def test_missing_cells():
    missing = [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT, np.datetime64("NaT")]
    assert all(map(is_missing, [*missing, Decimal("nan")]))
    assert not any(map(is_missing, [0, "", "nan", [], [np.nan], np.array([np.nan]), False]))
