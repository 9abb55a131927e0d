import numpy as np
import pytest

from skkeras.compose._branch_encoders import (
    BranchEncoder,
    CategoryEncoder,
    NumberEncoder,
    SeriesEncoder,
)


def test_missing_numbers_are_medians_and_told():
    X = np.array([[1.0, 5, np.nan], [2, np.nan, np.nan], [9, 7, np.nan]])
    encoder = NumberEncoder().fit(X)
    found = encoder.transform(X)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:, 0], (X[:, 0] - 4) / X[:, 0].std(), rtol=1e-6)
    np.testing.assert_allclose(found[:, 1], [-1, 0, 1])
    np.testing.assert_array_equal(found[:, 2], 0)  # nothing is known of it
    np.testing.assert_array_equal(found[:, 3:], [[0, 1], [1, 1], [0, 1]])
    # A column that was whole in `fit` has nothing to tell it by.
    again = encoder.transform(np.array([[np.nan, 6, 1]]))
    np.testing.assert_allclose(again[0, :2], [-2 / X[:, 0].std(), 0], rtol=1e-6)
    assert again.shape == (1, 5)


def test_categories_have_numbers_of_their_own():
    X = np.array([["a", "1"], ["", "2"], ["b", "1"]], dtype=object)
    encoder = CategoryEncoder().fit(X)
    found = encoder.transform(X)
    assert found.dtype == np.int32
    assert len({*found.ravel()}) == 5 and found.min() == 1
    assert found.max() < encoder.n_vectors_
    np.testing.assert_array_equal(encoder.transform(np.array([["c", ""], ["2", "a"]], object)), 0)


def test_folds_of_some_categories_have_tables_of_one_size():
    X = np.array([f"c{i}" for i in range(60)], dtype=object).reshape(-1, 1)
    sizes = {CategoryEncoder().fit(X[:n]).n_vectors_ for n in (50, 53, 55)}
    assert len(sizes) == 1


def test_series_are_scaled_and_missing_ones_are_one_step_of_the_mean():
    X = np.array([[[1.0], [3.0]], [[5.0], [np.nan]], [[np.nan], [np.nan]]])
    encoder = SeriesEncoder().fit(X)
    found = encoder.transform(X)[..., 0]
    scale = np.std([1, 3, 5])
    np.testing.assert_allclose(found, [[-2 / scale, 0], [2 / scale, np.nan], [0, np.nan]])
    assert encoder.transform(X[:, :1]).shape == (3, 2, 1)
    longer = np.concatenate([X, X], axis=1)
    assert encoder.transform(longer[:1]).shape == (1, 4, 1)
    with pytest.raises(ValueError, match="have 2 channels, and 1 in fit"):
        encoder.transform(np.concatenate([X, X], axis=2))


def test_truth_values_are_one_and_zero():
    X = np.array([["True", "1", "1"], ["False", "0", "True"], ["False", "2", "0"]], dtype=object)
    encoder = CategoryEncoder().fit(X)
    same = np.array([["1", "True", "1"], ["0", "False", "True"], ["0", "2", "False"]], object)
    before = same.copy()
    np.testing.assert_array_equal(encoder.transform(same), encoder.transform(X))
    np.testing.assert_array_equal(same, before)


def test_missing_series_have_the_channels_of_fit():
    X = np.arange(12.0).reshape(2, 3, 2)
    X[1] = np.nan
    encoder = SeriesEncoder().fit(X)
    alone = encoder.transform(np.full((1, 1, 1), np.nan))
    np.testing.assert_array_equal(alone, encoder.transform(X)[1:])


def test_series_far_from_zero_keep_their_digits():
    X = np.random.default_rng(0).normal(size=(5, 6, 2))
    near, far = (SeriesEncoder().fit(x).transform(x) for x in (X, X + np.array([1e9, -1e11])))
    assert near.dtype == far.dtype == np.float32
    np.testing.assert_allclose(far, near, atol=1e-4)


def test_messages_name_the_branch():
    with pytest.raises(ValueError, match=r"Branch 'a': The series have 2 channels"):
        BranchEncoder({"a": SeriesEncoder()}).fit({"a": np.ones((2, 3, 1))}).transform(
            {"a": np.ones((2, 3, 2))}
        )
