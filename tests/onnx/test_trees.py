"""Trees that were fitted with missing values, in ONNX."""

import numpy as np
import onnxruntime
import pytest
import skl2onnx
from sklearn.base import clone
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

from skkeras.onnx import to_onnx

RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 3))  # thresholds of more than 255 values are among the values
X[::7, 0] = np.nan
NUMBERS = np.nan_to_num(X[:, 0], nan=2) + X[:, 1]
LABELS = np.where(NUMBERS > 1, "a", np.where(NUMBERS > 0, "b", "c"))
TREES = [
    DecisionTreeClassifier(max_depth=3, random_state=0),
    DecisionTreeRegressor(max_depth=3, random_state=0),
    ExtraTreeClassifier(max_depth=3, random_state=0),
    ExtraTreeRegressor(max_depth=3, random_state=0),
]
FORESTS = [
    RandomForestClassifier(5, max_depth=3, random_state=0),
    RandomForestRegressor(5, max_depth=3, random_state=0),
    ExtraTreesClassifier(5, max_depth=3, random_state=0),
    ExtraTreesRegressor(5, max_depth=3, random_state=0),
]
BAGS = [BaggingClassifier(TREES[0], 3, random_state=0), BaggingRegressor(TREES[1], 3)]
BOOSTED = [HistGradientBoostingClassifier(max_iter=5), HistGradientBoostingRegressor(max_iter=5)]
WITHOUT_MISSING = [
    GradientBoostingClassifier(n_estimators=3),
    GradientBoostingClassifier(n_estimators=3, init="zero"),
    GradientBoostingRegressor(n_estimators=3),
    AdaBoostClassifier(TREES[0], n_estimators=3),
    AdaBoostRegressor(TREES[1], n_estimators=3),
]


def compare(model, rows):
    session = onnxruntime.InferenceSession(to_onnx(model, rows).SerializeToString())
    found = session.run(None, {"X": rows})
    if hasattr(model, "classes_"):
        assert found[0].tolist() == model.predict(rows).tolist()
        np.testing.assert_allclose(found[1], model.predict_proba(rows), atol=1e-5)
    else:
        np.testing.assert_allclose(found[0].ravel(), model.predict(rows), atol=1e-5)


def target(model):
    return LABELS if hasattr(model, "predict_proba") else NUMBERS


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", TREES + FORESTS + BAGS + BOOSTED)
def test_missing_values_go_where_they_went(model, dtype):
    rows = X.astype(dtype)
    compare(clone(model).fit(rows, target(model)), rows)


@pytest.mark.parametrize("model", TREES + FORESTS[:2])
def test_missing_values_that_fit_has_not_seen(model):
    compare(clone(model).fit(np.nan_to_num(X, nan=-2.0), target(model)), X)


@pytest.mark.parametrize("model", [TREES[0], FORESTS[0], BOOSTED[0]])
def test_missing_values_that_are_separated_from_all_others(model):
    compare(clone(model).fit(X, np.isnan(X[:, 0]).astype(int)), X)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", WITHOUT_MISSING)
def test_thresholds_are_exact(model, dtype):
    rows = np.nan_to_num(X).astype(dtype)
    compare(clone(model).fit(rows, target(model)), rows)


def test_neighbouring_numbers_of_float32_stay_apart():
    steps = 1 + np.arange(20) * np.finfo(np.float32).eps
    rows = np.repeat(steps, 40).astype(np.float32)[:, np.newaxis]
    y = np.repeat(np.arange(20) % 2, 40).astype(float)
    model = HistGradientBoostingRegressor(max_iter=5).fit(rows, y)
    assert model.score(rows, y) > 0.5
    compare(model, rows)


def test_boosting_of_other_estimators_is_as_exact_as_they_are():
    rows = np.nan_to_num(X)
    compare(AdaBoostRegressor(LinearRegression(), n_estimators=2).fit(rows, NUMBERS), rows)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", [TREES[0], FORESTS[0]])
def test_paths_are_those_of_scikit_learn(model, dtype):
    rows = X.astype(dtype)
    model = clone(model).fit(rows, LABELS)
    options = {id(model): {"decision_path": True, "decision_leaf": True, "zipmap": False}}
    exported = skl2onnx.to_onnx(model, rows[:1], options=options)
    session = onnxruntime.InferenceSession(exported.SerializeToString())
    *_, paths, leaves = session.run(None, {"X": rows})
    np.testing.assert_array_equal(leaves, model.apply(rows).reshape(leaves.shape))
    nodes = model.decision_path(rows)
    nodes = nodes[0] if isinstance(nodes, tuple) else nodes
    found = [[int(node) for node in "".join(row)] for row in paths]
    np.testing.assert_array_equal(found, nodes.toarray())


def test_other_nodes_can_follow():
    model = clone(TREES[0]).fit(X, LABELS)
    rows = X.astype("float32")
    exported = skl2onnx.to_onnx(model, rows[:1])  # ends in a node that makes dictionaries
    _, found = onnxruntime.InferenceSession(exported.SerializeToString()).run(None, {"X": rows})
    expected = model.predict_proba(rows)
    np.testing.assert_allclose([list(row.values()) for row in found], expected, atol=1e-5)


def test_several_outputs():
    several = np.column_stack([NUMBERS > 0, NUMBERS > 1]).astype(int)
    forest = RandomForestClassifier(3, max_depth=3, random_state=0).fit(X, several)
    labels, probabilities = onnxruntime.InferenceSession(
        to_onnx(forest, X).SerializeToString()
    ).run(None, {"X": X})
    np.testing.assert_array_equal(labels, forest.predict(X))
    np.testing.assert_allclose(probabilities, forest.predict_proba(X), atol=1e-5)
    tree = clone(TREES[0]).fit(X, several)
    with pytest.raises(ValueError, match=r"TreeClassifier classifies several .* fit a tree for"):
        to_onnx(tree, X)


@pytest.mark.parametrize("model", BOOSTED)
def test_boosted_trees_that_split_categories_are_refused(model):
    rows = RNG.integers(0, 5, size=(200, 1)).astype(float)
    model = clone(model).set_params(categorical_features=[0]).fit(rows, rows[:, 0] % 2)
    with pytest.raises(ValueError, match=r"Boosting.* splits sets .* categorical_features=None"):
        to_onnx(model, rows)
