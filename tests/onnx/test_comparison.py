"""Comparison of a converted estimator with the original."""

import copy

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler

from skkeras.onnx import check_equal, to_onnx

X = np.random.default_rng(0).normal(size=(30, 2))


def test_other_predictions_are_refused():
    regressor = LinearRegression().fit(X, 1000 * X[:, 0])
    model = to_onnx(regressor, X)
    check_equal(regressor, model, X)
    regressor.intercept_ += 1
    with pytest.raises(ValueError, match=r"predict differs from .* by 1 in 30 rows of X"):
        check_equal(regressor, model, X)
    scaler = StandardScaler().fit(X)
    model = to_onnx(scaler, X)
    check_equal(scaler, model, X)
    scaler.mean_ += 1
    with pytest.raises(ValueError, match="transform differs"):
        check_equal(scaler, model, X)


def test_labels_may_differ_only_in_ties():
    classifier = LogisticRegression().fit(X, X[:, 0] > 0)
    model = to_onnx(classifier, X)
    swapped = copy.deepcopy(classifier)
    swapped.classes_ = np.array([True, False])
    with pytest.raises(ValueError, match=r"labels differ from .* in 30 rows of X"):
        check_equal(swapped, model, X)
    classifier.coef_[:], classifier.intercept_[:] = 0, 0
    tied = to_onnx(classifier, X)
    swapped.coef_[:], swapped.intercept_[:] = 0, 0
    assert (swapped.predict(X) != classifier.predict(X)).all()
    check_equal(swapped, tied, X)


def test_another_shape_is_refused():
    classifier = LogisticRegression().fit(X, X[:, 0] > 0)
    transformer = to_onnx(StandardScaler().fit(X), X)
    with pytest.raises(ValueError, match=r"predict differs .* shape \(30, 2\) instead of \(30,\)"):
        check_equal(classifier, transformer, X)
