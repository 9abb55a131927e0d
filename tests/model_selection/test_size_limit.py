"""Searches that leave out large networks."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from skkeras import KerasDistilledClassifier, KerasMLPClassifier
from skkeras.model_selection import (
    BayesSearchCV,
    GridSearchCV,
    RandomizedSearchCV,
    SuccessiveHalvingSearchCV,
)

NETWORK = KerasMLPClassifier(epochs=2, random_state=0)
UNITS = {"hidden_layer_sizes": [(4,), (8,), (1000,)]}
MAKE = {
    "grid": GridSearchCV,
    "random": lambda *args, **kwargs: RandomizedSearchCV(*args, n_iter=3, **kwargs),
    "bayes": lambda *args, **kwargs: BayesSearchCV(*args, n_iter=3, n_points=3, **kwargs),
    "halving": lambda *args, **kwargs: SuccessiveHalvingSearchCV(
        *args, n_candidates=3, max_resources=3, **kwargs
    ),
}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_large_networks_are_left_out(iris, make, monkeypatch):
    trained = []
    fit = KerasMLPClassifier._run_epochs
    monkeypatch.setattr(
        KerasMLPClassifier,
        "_run_epochs",
        lambda self, *args: (trained.append(self.hidden_layer_sizes), fit(self, *args))[1],
    )
    search = make(NETWORK, UNITS, cv=2, max_parameters=100)
    # 4 inputs, 3 outputs: (4 + 1) * 1000 + (1000 + 1) * 3
    with pytest.warns(match="leaves out 1 of 3 candidates, whose networks have 8003"):
        search.fit(*iris)
    sizes = {params["hidden_layer_sizes"] for params in search.cv_results_["params"]}
    assert sizes == set(trained) == {(4,), (8,)}
    assert np.isfinite(search.cv_results_["mean_test_score"]).all() and not search.interrupted_

    search.set_params(max_parameters=10)
    with pytest.raises(ValueError, match=r"leaves out all 3 candidates: the smallest .* has 35 w"):
        search.fit(*iris)


def test_weights_are_counted_behind_the_steps_of_a_pipeline(iris):
    pipeline = make_pipeline(PolynomialFeatures(), NETWORK)
    grid = {"polynomialfeatures__degree": [1, 2], "kerasmlpclassifier__hidden_layer_sizes": [(4,)]}
    grid = [grid, {"kerasmlpclassifier": [LogisticRegression(max_iter=1000)]}]
    search = GridSearchCV(pipeline, grid, cv=2, max_parameters=50)
    with pytest.warns(match="leaves out 1 of 3 candidates, whose networks have 79 weights"):
        search.fit(*iris)
    assert len(search.cv_results_["params"]) == 2


def test_teachers_do_not_count(iris):
    teacher = KerasMLPClassifier(hidden_layer_sizes=(50,), epochs=1)
    student = KerasDistilledClassifier(student=NETWORK, teacher=teacher, random_state=0)
    grid = {"student__hidden_layer_sizes": [(4,), (1000,)]}
    search = GridSearchCV(student, grid, cv=2, max_parameters=35, refit=False)
    with pytest.warns(match="leaves out 1 of 2 candidates, whose networks have 8003"):
        search.fit(*iris)


def test_candidates_that_cannot_be_built_fail_as_usual(iris):
    grid = {"activation": ["relu", "unknown"], "hidden_layer_sizes": [(4,)]}
    search = GridSearchCV(NETWORK, grid, cv=2, max_parameters=100)
    with pytest.warns(match="unknown"):
        search.fit(*iris)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [False, True]
