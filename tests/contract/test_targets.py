"""Targets of all kinds."""

import numpy as np
import pytest
from sklearn.exceptions import DataConversionWarning


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities(classifier, n_classes):
    X, y = classifier.data()
    y = y % n_classes
    model = classifier.estimator().fit(X, y)
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (len(X), n_classes)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(model.predict(X), probabilities.argmax(axis=1))


@pytest.mark.parametrize(
    "labels",
    [
        np.array([5, 7, 9]),
        np.array([-1.0, 0.0, 3.0]),
        np.array(["a", "bb", "ccc"]),
        np.array(["a", "bb", "ccc"], dtype=object),
        np.array([False, True]),
        np.array(["no", "yes"]),
    ],
    ids=["integers", "floats", "strings", "objects", "booleans", "two strings"],
)
def test_names_of_the_classes_do_not_matter(classifier, labels):
    X, y = classifier.data()
    y = y % len(labels)
    model = classifier.estimator().fit(X, labels[y])
    numbered = classifier.estimator().fit(X, y)
    np.testing.assert_array_equal(model.classes_, labels)
    np.testing.assert_array_equal(model.predict_proba(X), numbered.predict_proba(X))
    predicted = model.predict(X)
    np.testing.assert_array_equal(predicted, labels[numbered.predict(X)])
    assert predicted.dtype == labels.dtype


def test_several_labels(classifier):
    X, y = classifier.data()
    labels = np.column_stack([y > 0, y > 1, y % 2]).astype(int)
    model = classifier.estimator().fit(X, labels)
    probabilities = model.predict_proba(X)
    assert probabilities.shape == labels.shape
    np.testing.assert_array_equal(model.predict(X), probabilities > 0.5)


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_several_numbers(regressor, scale):
    X, y = regressor.data()
    targets = np.column_stack([y, 2 - y]) * scale
    params = {"scale_target": True} if scale > 1 else {}
    model = regressor.estimator(**params).fit(X, targets)
    assert model.predict(X).shape == targets.shape
    assert model.predict(X).dtype == np.float64
    assert model.score(X, targets) <= 1


def test_balanced_classes_are_weights(classifier_network):
    classifier = classifier_network
    X, y = classifier.data()
    y = (y == 0).astype(int)
    weights = np.where(y == 1, 1.5, 0.75)
    balanced = classifier.estimator(class_weight="balanced").fit(X, y)
    named = classifier.estimator(class_weight={0: 0.75, 1: 1.5}).fit(X, y)
    weighted = classifier.estimator().fit(X, y, sample_weight=weights)
    np.testing.assert_allclose(
        balanced.predict_proba(X), weighted.predict_proba(X), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_array_equal(balanced.predict_proba(X), named.predict_proba(X))


def test_a_column_is_a_vector_with_a_warning(case):
    X, y = case.data()
    model = case.estimator()
    with pytest.warns(DataConversionWarning, match="column-vector"):
        model.fit(X, y.reshape(-1, 1))
    np.testing.assert_array_equal(model.predict(X), case.estimator().fit(X, y).predict(X))


@pytest.mark.usefixtures("no_training")
def test_one_class_is_refused(classifier):
    X, y = classifier.data()
    with pytest.raises(ValueError, match="1 class"):
        classifier.estimator().fit(X, np.zeros_like(y))
    with pytest.raises(ValueError, match="1 class"):
        classifier.estimator().fit(X[:1], y[:1])


def test_one_row_is_a_number(regressor):
    X, _ = regressor.data()
    model = regressor.estimator().fit(X[:1], [0.5])
    assert np.isfinite(model.predict(X)).all()


@pytest.mark.usefixtures("no_training")
def test_numbers_are_no_classes(classifier):
    X, y = classifier.data()
    with pytest.raises(ValueError, match="Unknown label type"):
        classifier.estimator().fit(X, y + 0.5)
    with pytest.raises(ValueError, match=r"NaN"):
        classifier.estimator().fit(X, np.where(y == 0, None, "yes"))


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_targets_that_are_not_finite_are_refused(case, bad):
    X, y = case.data()
    y = y.astype(float)
    y[3] = bad
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        case.estimator().fit(X, y)


@pytest.mark.usefixtures("no_training")
def test_targets_that_are_missing_are_refused(case):
    X, y = case.data()
    with pytest.raises(ValueError, match="y"):
        case.estimator().fit(X, None)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        case.estimator().fit(X, y[:-1])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        case.estimator().fit(X[:-1], y)
