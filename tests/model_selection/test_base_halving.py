"""What a search over epochs refuses before any fit."""

import warnings

import keras
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasClassifier, KerasMLPClassifier
from skkeras.model_selection import SuccessiveHalvingSearchCV

CLASSIFIER = KerasMLPClassifier(hidden_layer_sizes=(8,), learning_rate=0.05, random_state=0)
RATES = {"learning_rate": (1e-3, 1e-1, "log-uniform")}
IN_PIPELINE = {f"kerasmlpclassifier__{name}": spec for name, spec in RATES.items()}
SMALL = {"max_resources": 4, "factor": 2, "cv": 2, "random_state": 0}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


class Bomb(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        raise AssertionError("It came to training.")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"resource": "n_samples"}, "'epochs'; got 'n_samples'.*HalvingRandomSearchCV"),
        ({"factor": 1}, "factor"),
        ({"factor": 1.1}, "at least one epoch more"),
        ({"max_resources": 0}, "max_resources"),
        ({"max_resources": 2.5}, "max_resources"),
        ({"min_resources": 0}, "min_resources"),
        ({"min_resources": 5}, "min_resources=5 epochs.*max_resources=4"),
        ({"n_candidates": 0}, "n_candidates"),
        ({"n_candidates": "all"}, "n_candidates"),
        ({"space": {}}, "empty"),
        ({"space": []}, "empty"),
        ({"space": {"learning_rate": []}}, "nothing to choose from"),
        ({"space": {"learnign_rate": [0.1]}}, "'learnign_rate'.*'learning_rate'"),
        ({"space": {"epochs": [10, 20]}}, "'epochs'.*max_resources"),
        ({"scoring": ["accuracy"], "refit": True}, "refit"),
        ({"scoring": "no such score"}, "scoring"),
        ({"n_repeats": 0}, "n_repeats"),
    ],
    ids=repr,
)
def test_bad_input_is_refused_before_any_fit(iris, params, message):
    search = SuccessiveHalvingSearchCV(
        KerasMLPClassifier(callbacks=[Bomb()]), RATES, error_score="raise", **SMALL
    )
    with warnings.catch_warnings(), pytest.raises(ValueError, match=message):
        search.set_params(**params).fit(*iris)
    assert isinstance(search.estimator, KerasMLPClassifier)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        make_pipeline(StandardScaler(), LogisticRegression()),
        TransformedTargetRegressor(),
        Pipeline([("net", CLASSIFIER), ("last", "passthrough")]),
    ],
    ids=lambda model: type(model).__name__,
)
def test_other_estimators_are_refused(iris, model):
    with pytest.raises(TypeError, match=r"networks of skkeras.*got (Log|None|'passthrough')"):
        SuccessiveHalvingSearchCV(model, RATES, scoring="accuracy").fit(*iris)


def test_epochs_that_are_routed_are_found(iris):
    model = KerasClassifier(print, fit__epochs=3)
    with pytest.raises(ValueError, match="leave 'fit__epochs' out"):
        SuccessiveHalvingSearchCV(model, {"batch_size": [1, 2]}).fit(*iris)


def test_epochs_of_a_step_are_found(iris):
    model = make_pipeline(StandardScaler(), CLASSIFIER)
    space = {**IN_PIPELINE, "kerasmlpclassifier__epochs": [1, 2]}
    with pytest.raises(ValueError, match="'kerasmlpclassifier__epochs'"):
        SuccessiveHalvingSearchCV(model, space).fit(*iris)
