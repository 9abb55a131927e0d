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
    np.testing.assert_array_equal(confident_labels(probabilities, labels), [0, 0, 1, 1, 1])


def test_a_class_without_rows_is_never_likely():
    probabilities = np.array([[0.2, 0.8], [0.4, 0.6]])
    np.testing.assert_array_equal(confident_labels(probabilities, np.array([0, 0])), [0, 0])


def test_outliers_do_not_hide_each_other():
    residuals = np.concatenate([np.linspace(-1, 1, 41), [50.0, 60.0]])
    assert np.flatnonzero(is_outlier(modified_z_scores(residuals))).tolist() == [41, 42]


def test_equal_residuals():
    scores = modified_z_scores(np.array([0.0] * 9 + [5.0]))
    assert is_outlier(scores).tolist() == [False] * 9 + [True]
    assert not is_outlier(modified_z_scores(np.zeros(4))).any()
