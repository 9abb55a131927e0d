"""Rows and their weights before batches are made."""

import numpy as np
import pytest
import scipy.sparse

from skkeras.base.data._rows import (
    check_lengths,
    check_weights,
    drop_weightless,
    full_batch,
    rows_of,
    split_rows,
    with_class_weight,
)

X = np.arange(12.0).reshape(6, 2)
y = np.arange(6)


def test_lengths():
    check_lengths({"a": X, "b": [X]}, y)
    with pytest.raises(ValueError, match="X_val has 6 rows, y_val has 5"):
        check_lengths(X, y[:5], "X_val", "y_val")


def test_weights():
    assert check_weights(None, 3) is None
    given = np.array([1, 2, 3])
    found = check_weights(given, 3)
    np.testing.assert_array_equal(found, given, strict=False)
    assert found.dtype == np.float64 and not np.shares_memory(found, given)
    np.testing.assert_array_equal(check_weights(2.0, 3), [2.0, 2.0, 2.0])
    assert np.isfinite(check_weights([1e308] * 3, 3).sum())


@pytest.mark.parametrize("bad", [[1, -1, 1], [1, np.nan, 1], [0, 0, 0], [1, 1], [[1, 1, 1]]])
def test_weights_that_are_refused(bad):
    with pytest.raises(ValueError, match=r"eights?|sample_weight"):
        check_weights(bad, 3)


def test_rows_of_weight_zero_are_dropped():
    weights = np.array([0, 1, 2, 0, 1, 1.0])
    kept = [1, 2, 4, 5]
    rows, targets, left, groups, none = drop_weightless(X, y, weights, list("abcdef"), None)
    np.testing.assert_array_equal(rows, X[kept])
    np.testing.assert_array_equal(targets, kept)
    np.testing.assert_array_equal(left, [1, 2, 1, 1])
    assert groups.tolist() == list("bcef") and none is None
    assert drop_weightless(X, y, None)[0] is X
    assert drop_weightless(X, y, weights + 1)[0] is X


def test_rows_of_several_arrays():
    found = rows_of({"a": X, "b": [scipy.sparse.csr_array(X)]}, np.array([2, 0]))
    np.testing.assert_array_equal(found["a"], X[[2, 0]])
    np.testing.assert_array_equal(found["b"][0].toarray(), X[[2, 0]])
    kept, held = split_rows(X, y, None, (np.array([0, 1]), np.array([5])))
    np.testing.assert_array_equal(kept[0], X[:2])
    assert held[1].tolist() == [5] and kept[2] is held[2] is None


def test_weights_of_classes_multiply_weights_of_rows():
    labels = np.array([0, 0, 0, 1])
    weights = np.array([1.0, 2, 1, 1])
    assert with_class_weight(weights, None, labels) is weights
    np.testing.assert_allclose(with_class_weight(weights, {0: 2, 1: 3}, labels), [2, 4, 2, 3])
    np.testing.assert_allclose(with_class_weight(None, "balanced", labels), [2 / 3] * 3 + [2])
    for bad in ({0: -1, 1: 1}, {0: np.inf, 1: 1}):
        with pytest.raises(ValueError, match="must be finite and not negative; got"):
            with_class_weight(None, bad, labels)


def test_a_full_batch_has_one_order():
    order = [3, 1, 0, 5, 4, 2]
    one, other = full_batch(X, y, None, 6), full_batch(X[order], y[order], None, 6)
    for ours, theirs in zip(one[:2], other[:2], strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert sorted(one[1]) == list(y)
    assert full_batch(X, y, None, 5)[0] is X


def test_whole_weights_in_a_full_batch_are_repeated_rows():
    weights = np.array([1, 2, 1, 1, 1, 1.0])
    repeated = np.repeat(np.arange(6), weights.astype(int))
    one, other = full_batch(X, y, weights, 7), full_batch(X[repeated], y[repeated], None, 7)
    for ours, theirs in zip(one[:2], other[:2], strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert one[2] is None
    assert full_batch(X, y, weights, 6)[2].sum() == 7
    assert full_batch(X, y, weights / 2, 6)[2].sum() == 3.5
    dense = full_batch(scipy.sparse.csr_array(X), y, None, 6)[0]
    np.testing.assert_array_equal(dense, full_batch(X, y, None, 6)[0])


@pytest.mark.parametrize("kind", [np.asarray, scipy.sparse.csr_array])
def test_equal_rows_of_other_weights_are_in_the_same_order(kind):
    rows = np.array([[0.0], [1.0], [0.0], [0.0], [1.0]])
    labels, weights = np.array([1, 0, 1, 0, 0]), np.array([0.25, 1.5, 0.75, 0.5, 0.5])
    expected = full_batch(kind(rows), labels, weights, 5)
    for order in ([4, 3, 2, 1, 0], [2, 0, 1, 4, 3]):
        mixed = full_batch(kind(rows[order]), labels[order], weights[order], 5)
        for part, other in zip(mixed, expected, strict=True):
            np.testing.assert_array_equal(part, other)
    ordered = np.column_stack(expected)
    assert sorted(ordered.tolist()) == sorted(np.column_stack([rows, labels, weights]).tolist())
