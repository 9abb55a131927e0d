"""Networks' search spaces in each search, through pipelines and target transformers."""

import numpy as np
import pytest
import sklearn.model_selection
from optuna_integration import OptunaSearchCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier, KerasMLPRegressor, model_selection
from skkeras.model_selection import search_space

QUICK = {"epochs": 2, "random_state": 0}
CLASSIFIER = make_pipeline(StandardScaler(), KerasMLPClassifier(**QUICK))
REGRESSOR = TransformedTargetRegressor(
    make_pipeline(StandardScaler(), KerasMLPRegressor(**QUICK)), transformer=StandardScaler()
)
SEEDED = {"n_iter": 3, "random_state": 0}
SEARCHES = {
    "grid": (sklearn.model_selection.GridSearchCV, {}),
    "random": (sklearn.model_selection.RandomizedSearchCV, SEEDED),
    "bayes": (model_selection.BayesSearchCV, SEEDED),
    "optuna": (OptunaSearchCV, {"n_trials": 3, "random_state": 0}),
}
VALUES = list(range(1, 11))
UNKNOWN = [
    (sklearn.model_selection.GridSearchCV, VALUES),
    (sklearn.model_selection.RandomizedSearchCV, VALUES),
    (model_selection.GridSearchCV, VALUES),
    (model_selection.RandomizedSearchCV, VALUES),
    (model_selection.BayesSearchCV, (1, 10)),
]


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_pipeline_is_searched(classes, kind):
    make, settings = SEARCHES[kind]
    search = make(CLASSIFIER, search_space(CLASSIFIER, kind=kind), cv=2, **settings).fit(*classes)
    names = ["learning_rate", "hidden_layer_sizes", "dropout"]
    assert sorted(search.best_params_) == sorted(f"kerasmlpclassifier__{name}" for name in names)
    scores = search.cv_results_["mean_test_score"]
    assert len(scores) == (18 if kind == "grid" else 3)
    assert np.isfinite(scores).all()
    assert search.score(*classes) > 0.4


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_pipeline_in_a_target_transformer_is_searched(numbers, kind):
    make, settings = SEARCHES[kind]
    space = search_space(REGRESSOR, kind=kind)
    if kind == "grid":
        space = {name: values[:2] for name, values in space.items()}
    search = make(REGRESSOR, space, cv=2, **settings).fit(*numbers)
    assert all(name.startswith("regressor__kerasmlpregressor__") for name in search.best_params_)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict(numbers[0]).shape == (80,)


@pytest.mark.parametrize(("make", "values"), UNKNOWN)
def test_unknown_names_are_refused_before_the_first_fit(classes, make, values, monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("It came to training.")

    monkeypatch.setattr(KerasMLPClassifier, "_train", fail)
    space = {"kerasmlpclassifier__epoch": values}
    with pytest.raises(ValueError, match=r"Invalid parameter 'epoch'.*'epochs'"):
        make(CLASSIFIER, space).fit(*classes)
