"""Targets of a network, and predictions from its outputs."""

import numpy as np
import pytest

from skkeras.base.data._targets import LabelEncoder, RegressionTarget


@pytest.mark.parametrize("classes", [["a", "b"], ["a", "b", "c"], [3, 1, 2], [True, False]])
def test_classes_are_the_same_again(classes):
    y = np.array(classes)[np.arange(8) % len(classes)]
    encoder = LabelEncoder().fit(y)
    codes = encoder.transform(y)
    assert codes.shape == (8, 1) and codes.dtype == np.float32
    np.testing.assert_array_equal(encoder.classes_, sorted(classes))
    outputs = np.eye(len(classes))[codes[:, 0].astype(int)]
    found = encoder.inverse_transform(outputs)
    np.testing.assert_array_equal(found, y, strict=True)
    np.testing.assert_array_equal(encoder.inverse_transform(outputs, return_proba=True), outputs)


def test_one_output_for_two_classes():
    encoder = LabelEncoder().fit(np.array(["no", "yes", "no"]))
    outputs = np.array([[0.25], [0.75]])
    np.testing.assert_array_equal(encoder.probabilities(outputs), [[0.75, 0.25], [0.25, 0.75]])
    assert encoder.inverse_transform(outputs).tolist() == ["no", "yes"]


def test_one_hot_classes_and_labels():
    y = np.array([2, 0, 1])
    encoder = LabelEncoder(loss="categorical_crossentropy").fit(y)
    np.testing.assert_array_equal(encoder.transform(y), np.eye(3)[y])
    labels = np.array([[0, 1], [1, 1], [0, 0]])
    encoder = LabelEncoder().fit(labels)
    np.testing.assert_array_equal(encoder.transform(labels), labels)
    found = encoder.inverse_transform(np.array([[0.2, 0.6], [0.9, 0.4]]))
    np.testing.assert_array_equal(found, np.array([[0, 1], [1, 0]]), strict=True)


@pytest.mark.parametrize("shape", [(6,), (6, 2)])
def test_parts_have_the_scale_of_all_rows(shape):
    y = 1000 + 50 * np.random.default_rng(0).normal(size=shape)
    weights = np.arange(1.0, 7)
    encoder = RegressionTarget(scale=True)
    for part in (slice(2), slice(2, 6)):
        encoder.partial_fit(y[part], weights[part])
    expected = RegressionTarget(scale=True).fit(y, weights)
    np.testing.assert_allclose(encoder.scaler_.mean_, expected.scaler_.mean_)
    np.testing.assert_allclose(encoder.transform(y), expected.transform(y), rtol=1e-5)


def test_known_classes_need_not_be_there():
    encoder = LabelEncoder(categories=[np.arange(4)]).fit(np.array([1, 3]))
    assert encoder.n_classes_ == 4
    assert encoder.transform(np.array([3, 0])).tolist() == [[3.0], [0.0]]


def test_classes_that_are_refused():
    with pytest.raises(ValueError, match=r"at least 2 classes to learn from; got 1 class: 5\."):
        LabelEncoder().fit(np.array([5, 5]))
    with pytest.raises(ValueError, match=r"2 columns of classes.*MultiOutputClassifier"):
        LabelEncoder().fit(np.array([[0, 1], [2, 1], [1, 0]]))
    with pytest.raises(ValueError, match=r"rows of shape \(2,\), but the first fit had \(\)"):
        LabelEncoder().fit(np.array([0, 1])).transform(np.array([[0, 1]]))


@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize("shape", [(6,), (6, 1), (6, 2)])
def test_numbers_are_the_same_again(scale, shape):
    y = 1000 + 50 * np.random.default_rng(0).normal(size=shape)
    encoder = RegressionTarget(scale).fit(y)
    target = encoder.transform(y)
    assert target.dtype == np.float32 and target.shape == shape
    if scale:
        np.testing.assert_allclose(target.mean(axis=0), 0, atol=1e-6)
        np.testing.assert_allclose(target.std(axis=0), 1, rtol=1e-6)
    found = encoder.inverse_transform(target)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, y, rtol=1e-6)
    with pytest.raises(ValueError, match="give as many columns"):
        encoder.transform(np.ones((6, 3)))


def test_scales_count_weights():
    y, weights = np.array([0.0, 1, 7]), np.array([1.0, 2, 0])
    weighted = RegressionTarget(True).fit(y, sample_weight=weights)
    repeated = RegressionTarget(True).fit(np.array([0.0, 1, 1]))
    np.testing.assert_allclose(weighted.transform(y), repeated.transform(y), rtol=1e-6)
