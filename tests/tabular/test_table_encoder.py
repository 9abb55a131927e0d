"""From tables to what networks take."""

import numpy as np
import pytest
from scipy.special import ndtri
from sklearn.preprocessing import QuantileTransformer

from skkeras.tabular._table_encoder import TableEncoder

NAN = np.nan


def test_scaling_is_that_of_the_paper():
    X = np.array([[0.0, 5, 0], [1, 5, 0], [2, 5, 0], [3, 5, 0], [8, 5, 4], [NAN, 5, NAN]])
    out = TableEncoder(()).fit(X).transform(X)
    z = np.array([-1, -0.5, 0, 0.5, 3, 0])  # by the quartiles 1 and 3
    np.testing.assert_allclose(out[:, 0], z / np.sqrt(1 + (z / 3) ** 2), rtol=1e-6)
    np.testing.assert_array_equal(out[:, 1], 0)
    # Most are the same: by half of what lies between the least and the greatest.
    z = np.array([0, 0, 0, 0, 2, 0])
    np.testing.assert_allclose(out[:, 2], z / np.sqrt(1 + (z / 3) ** 2), rtol=1e-6)
    assert out.dtype == "float32"


def test_categories_are_indicators_or_places():
    X = np.column_stack([np.arange(24) % 2, np.arange(24) % 3, np.arange(24) % 12, np.arange(24)])
    encoder = TableEncoder((0, 1, 2), "quantile").fit(X.astype(float))
    assert encoder.layout[:2] == (1, 4)
    assert len(encoder.n_places_) == 1 and encoder.n_places_[0] >= 13
    rows = np.array([[1, 2, 11, 0.0], [0, 0, 0, 0], [NAN, -1, NAN, NAN], [-1, NAN, -1, 0]])
    out = encoder.transform(rows)
    np.testing.assert_array_equal(out[:, 1], [1, -1, 0, 0])
    np.testing.assert_array_equal(out[:, 2:5], [[0, 0, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]])
    np.testing.assert_array_equal(out[:, 5], [12, 1, 0, 0])
    assert np.isfinite(out).all()


def test_levels_are_those_of_the_rows():
    X = np.array([[0.0], [3.0], [5.0]])
    encoder = TableEncoder((0,), "quantile").fit(X)
    np.testing.assert_array_equal(encoder.transform(np.array([[3.0], [4.0]])), [[0, 1, 0], [0] * 3])


def test_quantiles_are_those_of_scikit_learn_between_the_ends():
    draws = np.random.default_rng(0)
    X = np.column_stack([draws.exponential(size=500), draws.integers(0, 4, size=500)])
    X_test = 3 * draws.normal(size=(200, 2))  # also out of the range of X
    encoder = TableEncoder((), "quantile").fit(X)
    plain = QuantileTransformer(n_quantiles=16, output_distribution="normal").fit(X)
    low, high = encoder.transform(X).min(axis=0), encoder.transform(X).max(axis=0)
    np.testing.assert_allclose([low[0], high[0]], ndtri([0.001, 0.999]), rtol=1e-6)
    for rows in (X, X_test):
        expected = plain.transform(rows).astype("float32").clip(low, high)
        np.testing.assert_array_equal(encoder.transform(rows), expected)


def test_a_value_of_many_rows_is_in_the_middle_of_its_quantiles():
    X = np.array([[0.0, 1, 7, 0], [0, 2, 7, NAN], [0, 3, 7, 0], [4, 3, 7, 5]])
    encoder = TableEncoder((), "quantile").fit(X)
    out = encoder.transform(X)
    low, high = ndtri([[3 / 8, 1 / 8, 1 / 2, 2 / 6], [7 / 8, 3 / 4, 1 / 2, 5 / 6]])
    expected = np.where(X[3] == X, high, low)
    expected[1, 1], expected[1, 3] = out[1, 1], 0  # between the ends, and missing
    np.testing.assert_allclose(out, expected, rtol=1e-6)
    beyond = encoder.transform(np.array([[-9.0] * 4, [9] * 4]))
    np.testing.assert_allclose(beyond, [low, high], rtol=1e-6)


@pytest.mark.parametrize("scaling", ["robust", "quantile"])
@pytest.mark.parametrize("categorical", [(), (0, 1)])
def test_nothing_known_of_a_column_is_no_error(scaling, categorical):
    X = np.full((5, 2), NAN)
    out = TableEncoder(categorical, scaling).fit(X).transform(X)
    assert out.shape == (5, 2)
    assert np.isfinite(out).all()
