"""Forests and boosted trees that were fitted with missing values, in ONNX."""

import numpy as np
import onnxruntime
import pytest
import skl2onnx
from sklearn.base import clone
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

from skkeras.onnx import to_onnx

RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 3))  # thresholds of more than 255 values are among the values
X[::7, 0] = np.nan
NUMBERS = np.nan_to_num(X[:, 0], nan=2) + X[:, 1]
LABELS = np.where(NUMBERS > 1, "a", np.where(NUMBERS > 0, "b", "c"))
FORESTS = [
    RandomForestClassifier(5, max_depth=3, random_state=0),
    RandomForestRegressor(5, max_depth=3, random_state=0),
    ExtraTreesClassifier(5, max_depth=3, random_state=0),
    ExtraTreesRegressor(5, max_depth=3, random_state=0),
]
BOOSTED = [HistGradientBoostingClassifier(max_iter=5), HistGradientBoostingRegressor(max_iter=5)]


def compare(model, rows):
    session = onnxruntime.InferenceSession(to_onnx(model, rows).SerializeToString())
    found = session.run(None, {"X": rows})
    if hasattr(model, "classes_"):
        assert found[0].tolist() == model.predict(rows).tolist()
        np.testing.assert_allclose(found[1], model.predict_proba(rows), atol=1e-5)
    else:
        np.testing.assert_allclose(found[0].ravel(), model.predict(rows), atol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", FORESTS + BOOSTED)
def test_missing_values_go_where_they_went(model, dtype):
    rows = X.astype(dtype)
    fitted_on = rows if model in BOOSTED else np.nan_to_num(rows, nan=-2.0)
    model.fit(fitted_on, LABELS if hasattr(model, "predict_proba") else NUMBERS)
    compare(model, rows)


@pytest.mark.parametrize("model", FORESTS[:2])
def test_forests_that_separate_missing_values_are_refused(model):
    y = np.isnan(X[:, 0])
    model.fit(X, y)
    with pytest.raises(ValueError, match=r"Forest.* separates missing .* put a SimpleImputer"):
        to_onnx(model, X)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_paths_through_forests_are_those_of_scikit_learn(dtype):
    rows = np.nan_to_num(X).astype(dtype)
    model = FORESTS[0].fit(rows, LABELS)
    options = {id(model): {"decision_leaf": True, "zipmap": False}}
    exported = skl2onnx.to_onnx(model, rows[:1], options=options)
    session = onnxruntime.InferenceSession(exported.SerializeToString())
    *_, leaves = session.run(None, {"X": rows})
    np.testing.assert_array_equal(leaves, model.apply(rows))


@pytest.mark.parametrize("model", BOOSTED)
def test_boosted_trees_that_split_categories_are_refused(model):
    rows = RNG.integers(0, 5, size=(200, 1)).astype(float)
    model = clone(model).set_params(categorical_features=[0]).fit(rows, rows[:, 0] % 2)
    with pytest.raises(ValueError, match=r"Boosting.* splits sets .* categorical_features=None"):
        to_onnx(model, rows)
