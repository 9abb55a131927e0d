"""Weights of rows and of classes."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.base import clone, is_classifier
from sklearn.utils.class_weight import compute_sample_weight

from skkeras import KerasMLPClassifier, KerasMLPRegressor

CLASSIFIER = KerasMLPClassifier(
    hidden_layer_sizes=(8,), learning_rate=0.05, epochs=4, random_state=0
)
REGRESSOR = KerasMLPRegressor(hidden_layer_sizes=(8,), learning_rate=0.05, epochs=4, random_state=0)
MODELS = pytest.mark.parametrize("model", [CLASSIFIER, REGRESSOR], ids=["classes", "numbers"])


def outputs(model, X, *data, **fit_params):
    model = clone(model).fit(*data, **fit_params)
    return model.predict_proba(X) if is_classifier(model) else model.predict(X)


def weights_of(n_rows):
    return np.random.default_rng(1).integers(0, 3, n_rows).astype(float)


@pytest.mark.parametrize("params", [{}, {"batch_size": 16}, {"early_stopping": True}], ids=str)
@pytest.mark.parametrize("kind", [np.asarray, scipy.sparse.csr_array])
@MODELS
def test_rows_of_weight_zero_are_as_if_they_were_not_there(classes, model, kind, params):
    X, y = classes
    model = clone(model).set_params(**params)
    weights, groups = weights_of(90), np.arange(90) // 3
    kept = weights > 0
    X[~kept] = 1e6  # whatever they hold
    there = outputs(model, X[kept], kind(X), y, weights, groups=groups)
    without = outputs(model, X[kept], kind(X[kept]), y[kept], weights[kept], groups=groups[kept])
    np.testing.assert_array_equal(there, without)


@MODELS
def test_whole_weights_are_as_repeated_rows_in_one_batch(classes, model):
    X, y = classes
    model = clone(model).set_params(batch_size=200)
    times = weights_of(90).astype(int)
    np.testing.assert_array_equal(
        outputs(model, X, X, y, times), outputs(model, X, X.repeat(times, 0), y.repeat(times))
    )


@pytest.mark.parametrize("batch_size", ["auto", 16])
@MODELS
def test_only_relations_of_weights_matter(classes, model, batch_size):
    X, y = classes
    model = clone(model).set_params(batch_size=batch_size)
    weights = weights_of(90) + 0.5
    reference = outputs(model, X, X, y, weights)
    np.testing.assert_allclose(outputs(model, X, X, y, 8 * weights), reference, rtol=1e-5)
    np.testing.assert_allclose(
        outputs(model, X, X, y, np.full(90, 0.25)), outputs(model, X, X, y), rtol=1e-6
    )
    assert not np.allclose(outputs(model, X, X, y), reference)


@MODELS
def test_the_callers_arrays_stay(classes, model):
    X, y = classes
    weights = weights_of(90)
    data = [X, y, weights, X[:20], y[:20]]
    before = [part.copy() for part in data]
    params = {"class_weight": {0: 2.0, 1: 1.0, 2: 1.0}} if is_classifier(model) else {}
    clone(model).set_params(**params).fit(
        X, y, sample_weight=weights, X_val=data[3], y_val=data[4], groups=y
    )
    for part, kept in zip(data, before, strict=True):
        np.testing.assert_array_equal(part, kept)


@pytest.mark.parametrize("class_weight", [{"no": 1.0, "yes": 5.0}, "balanced"], ids=str)
@pytest.mark.parametrize("batch_size", ["auto", 16])
def test_class_weights_are_weights_of_rows(binary, class_weight, batch_size):
    X, y = binary
    model = clone(CLASSIFIER).set_params(batch_size=batch_size)
    by_class = compute_sample_weight(class_weight, y)
    weighted = clone(model).set_params(class_weight=class_weight)
    np.testing.assert_allclose(
        outputs(weighted, X, X, y), outputs(model, X, X, y, by_class), rtol=1e-5
    )
    rows = np.linspace(0.5, 2, 90)
    np.testing.assert_allclose(
        outputs(weighted, X, X, y, rows), outputs(model, X, X, y, rows * by_class), rtol=1e-5
    )


def test_balanced_classes_find_the_rare_one():
    rng = np.random.default_rng(0)
    y = (np.arange(300) % 20 == 0).astype(int)
    X = rng.normal(size=(300, 2)) + y[:, None]
    plain, balanced = (
        clone(CLASSIFIER).set_params(class_weight=how, epochs=20).fit(X, y)
        for how in (None, "balanced")
    )
    assert (plain.predict(X)[y == 1]).mean() < 0.4
    assert (balanced.predict(X)[y == 1]).mean() > 0.6


def test_balanced_labels(classes):
    X, y = classes
    labels = np.column_stack([y == 0, y == 1]).astype(int)
    model = clone(CLASSIFIER).set_params(class_weight="balanced")
    np.testing.assert_allclose(
        outputs(model, X, X, labels),
        outputs(CLASSIFIER, X, X, labels, compute_sample_weight("balanced", labels)),
        rtol=1e-5,
    )


def test_partial_fit_takes_weights(classes):
    X, y = classes
    weights = weights_of(90)
    one, other = (clone(CLASSIFIER) for _ in range(2))
    one.partial_fit(X, y, sample_weight=weights)
    other.partial_fit(X[weights > 0], y[weights > 0], sample_weight=weights[weights > 0])
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


def test_scores_take_weights(classes, numbers):
    for model, (X, y) in ((CLASSIFIER, classes), (REGRESSOR, numbers)):
        fitted = clone(model).fit(X, y)
        weights = weights_of(len(y))
        kept = weights > 0
        assert fitted.score(X, y, sample_weight=weights) == pytest.approx(
            fitted.score(X[kept], y[kept], sample_weight=weights[kept])
        )
