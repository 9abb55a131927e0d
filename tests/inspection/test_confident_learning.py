"""Confident learning and outliers."""

import numpy as np

from skkeras.inspection._confident_learning import (
    confident_labels,
    is_outlier,
    label_quality,
    modified_z_scores,
)


def test_quality_is_the_margin_of_the_given_label():
    probabilities = np.array([[0.7, 0.2, 0.1], [0.7, 0.2, 0.1]])
    np.testing.assert_allclose(label_quality(probabilities, np.array([0, 1])), [0.5, -0.5])


def test_thresholds_are_the_means_of_the_classes():
    """Class 1 is never above a half, and its rows are confident examples of it all the same."""
    probabilities = np.array([[0.9, 0.1], [0.95, 0.05], [0.55, 0.45], [0.6, 0.4], [0.55, 0.45]])
    labels = np.array([0, 0, 1, 1, 0])
    # The thresholds are 0.8 and 0.425: the fourth row is confident of neither.
    found = confident_labels(probabilities, labels, np.ones(5))
    np.testing.assert_array_equal(found, [0, 0, 1, 1, 1])


def test_a_class_without_rows_is_never_likely():
    probabilities = np.array([[0.2, 0.8], [0.4, 0.6]])
    found = confident_labels(probabilities, np.array([0, 0]), np.ones(2))
    np.testing.assert_array_equal(found, [0, 0])


def test_weights_count_in_the_thresholds():
    """Rows of weight 0 are as if absent, and rows of weight 2 as if given twice."""
    random = np.random.RandomState(0)
    probabilities, labels = random.dirichlet([0.5] * 3, 500), random.randint(0, 3, 500)
    weights = random.randint(0, 3, 500) * (probabilities[np.arange(500), labels] > 0.5)
    repeated = np.repeat(np.arange(500), weights)
    found = confident_labels(probabilities, labels, weights)
    expected = confident_labels(probabilities[repeated], labels[repeated], np.ones(len(repeated)))
    np.testing.assert_array_equal(found[repeated], expected)
    assert (found != confident_labels(probabilities, labels, np.ones(500))).any()


def test_outliers_do_not_hide_each_other():
    residuals = np.concatenate([np.linspace(-1, 1, 41), [50.0, 60.0]])
    assert np.flatnonzero(is_outlier(modified_z_scores(residuals))).tolist() == [41, 42]


def test_equal_residuals():
    scores = modified_z_scores(np.array([0.0] * 9 + [5.0]))
    assert is_outlier(scores).tolist() == [False] * 9 + [True]
    assert not is_outlier(modified_z_scores(np.zeros(4))).any()
