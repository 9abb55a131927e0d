"""scikit-learn's estimators around networks, and its displays of them."""

import importlib

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.calibration import CalibratedClassifierCV, CalibrationDisplay
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    BaggingRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import SequentialFeatureSelector
from sklearn.inspection import DecisionBoundaryDisplay, PartialDependenceDisplay
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    DetCurveDisplay,
    PrecisionRecallDisplay,
    PredictionErrorDisplay,
    RocCurveDisplay,
)
from sklearn.model_selection import (
    FixedThresholdClassifier,
    TunedThresholdClassifierCV,
    cross_val_score,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import (
    ClassifierChain,
    MultiOutputClassifier,
    MultiOutputRegressor,
    RegressorChain,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skkeras import KerasMLPClassifier, KerasMLPRegressor

CLASSIFIER = KerasMLPClassifier(
    hidden_layer_sizes=(16,), learning_rate=0.05, epochs=15, random_state=0
)
REGRESSOR = KerasMLPRegressor(
    hidden_layer_sizes=(16,), learning_rate=0.05, epochs=40, random_state=0
)
TREE = DecisionTreeClassifier(max_depth=2, random_state=0)

CLASSIFIERS = {
    "voting": VotingClassifier([("net", CLASSIFIER), ("tree", TREE)]),
    "soft voting": VotingClassifier([("net", CLASSIFIER), ("tree", TREE)], voting="soft"),
    "stacking": StackingClassifier([("net", CLASSIFIER), ("tree", TREE)], cv=2),
    "final": StackingClassifier([("tree", TREE)], final_estimator=CLASSIFIER, cv=2),
    "bagging": BaggingClassifier(CLASSIFIER, 3, random_state=0),
    "boosting": AdaBoostClassifier(CLASSIFIER, n_estimators=2, random_state=0),
    "calibrated": CalibratedClassifierCV(CLASSIFIER, cv=2),
    "one against the rest": OneVsRestClassifier(CLASSIFIER),
    "one against one": OneVsOneClassifier(CLASSIFIER),
    "output code": OutputCodeClassifier(CLASSIFIER, code_size=2, random_state=0),
    "selection": make_pipeline(
        SequentialFeatureSelector(CLASSIFIER, n_features_to_select=2, cv=2), CLASSIFIER
    ),
}


@pytest.mark.parametrize("model", CLASSIFIERS.values(), ids=CLASSIFIERS)
def test_classifiers_around_classifiers(classes, model):
    assert model.fit(*classes).score(*classes) > 0.75


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("name", ["soft voting", "stacking", "bagging", "calibrated"])
def test_two_jobs_give_the_same(classes, name, backend):
    X, y = classes
    model = CLASSIFIERS[name]
    alone = model.fit(X, y).predict_proba(X)
    with parallel_config(backend, n_jobs=2):
        np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), alone)


@pytest.mark.parametrize("labels", [("no", "yes"), (False, True), (-1, 1)])
def test_thresholds(classes, labels):
    X, y = classes
    y = np.where(y == 0, labels[1], labels[0])
    tuned = TunedThresholdClassifierCV(CLASSIFIER, cv=2, scoring="balanced_accuracy").fit(X, y)
    assert 0 < tuned.best_threshold_ < 1
    assert tuned.score(X, y) > 0.75
    fixed = FixedThresholdClassifier(CLASSIFIER, threshold=0.999999, pos_label=labels[1])
    assert (fixed.fit(X, y).predict(X) == labels[0]).mean() > 0.9


def test_several_labels(classes):
    X, y = classes
    labels = np.column_stack([y == 0, y == 1]).astype(int)
    for model in (MultiOutputClassifier(CLASSIFIER, n_jobs=2), ClassifierChain(CLASSIFIER)):
        predicted = model.fit(X, labels).predict(X)
        assert predicted.shape == labels.shape
        assert (predicted == labels).mean() > 0.75


REGRESSORS = {
    "voting": VotingRegressor([("net", REGRESSOR), ("linear", LinearRegression())]),
    "stacking": StackingRegressor([("net", REGRESSOR), ("linear", LinearRegression())], cv=2),
    "bagging": BaggingRegressor(REGRESSOR, 3, random_state=0),
    "transformed": TransformedTargetRegressor(REGRESSOR, func=np.log, inverse_func=np.exp),
    "scaled": TransformedTargetRegressor(REGRESSOR, transformer=StandardScaler()),
}


@pytest.mark.parametrize("model", REGRESSORS.values(), ids=REGRESSORS)
def test_regressors_around_regressors(numbers, model):
    assert model.fit(*numbers).score(*numbers) > 0.75


def test_several_outputs(numbers):
    X, y = numbers
    targets, scaled = np.column_stack([y, -y]), make_pipeline(StandardScaler(), REGRESSOR)
    for model in (MultiOutputRegressor(REGRESSOR, n_jobs=2), RegressorChain(scaled)):
        assert model.fit(X, targets).score(X, targets) > 0.9


def test_displays_of_classifiers(binary):
    X, y = binary
    model = CLASSIFIER.fit(X[:, :2], y)
    for display in (RocCurveDisplay, PrecisionRecallDisplay, DetCurveDisplay, CalibrationDisplay):
        display.from_estimator(model, X[:, :2], y, pos_label="yes")
    ConfusionMatrixDisplay.from_estimator(model, X[:, :2], y)
    PartialDependenceDisplay.from_estimator(model, X[:, :2], [0], grid_resolution=5)
    for method in ("predict", "predict_proba"):
        DecisionBoundaryDisplay.from_estimator(
            model, X[:, :2], response_method=method, grid_resolution=5
        )


def test_displays_of_regressors(numbers):
    model = REGRESSOR.fit(*numbers)
    PredictionErrorDisplay.from_estimator(model, *numbers)
    PartialDependenceDisplay.from_estimator(model, numbers[0], [0, (0, 1)], grid_resolution=5)


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_a_pipeline_on_a_data_frame(classes, frame):
    library = importlib.import_module(frame)
    X, y = classes
    table = library.DataFrame({f"x{i}": X[:, i] for i in range(4)} | {"kind": list("abc" * 30)})
    columns = make_column_transformer(
        (StandardScaler(), ["x0", "x1", "x2", "x3"]),
        (OneHotEncoder(handle_unknown="ignore"), ["kind"]),
    )
    for model in (CLASSIFIER, LogisticRegression()):
        assert cross_val_score(make_pipeline(columns, model), table, y, cv=3).mean() > 0.7
    fitted = make_pipeline(columns.set_output(transform=frame), CLASSIFIER)
    columns.set_params(onehotencoder__sparse_output=False)
    fitted.fit(table, y)
    assert next(iter(fitted[-1].feature_names_in_)) == "standardscaler__x0"
