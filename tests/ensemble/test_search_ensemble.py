"""Ensembles of searches, mostly of classic models, which are fitted in no time."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    make_multilabel_classification,
)
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import skkeras
from skkeras import KerasMLPClassifier
from skkeras.ensemble import (
    SearchEnsembleClassifier,
    SearchEnsembleRegressor,
)
from skkeras.model_selection import GridSearchCV, SuccessiveHalvingSearchCV

CV = StratifiedKFold(3, shuffle=True, random_state=0)
X, y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[y]
LINEAR = GridSearchCV(
    make_pipeline(StandardScaler(), LogisticRegression()),
    {"logisticregression__C": [0.001, 0.1, 10]},
    cv=CV,
)
NEIGHBOURS = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5, 25]}, cv=CV)


def test_is_better_than_the_best_candidate():
    cancer, labels = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(cancer, labels, random_state=0)
    forest = GridSearchCV(
        RandomForestClassifier(20, random_state=0), {"max_depth": [2, None]}, cv=CV
    )
    ensemble = SearchEnsembleClassifier([LINEAR, NEIGHBOURS, forest], random_state=0)
    ensemble.fit(X_train, y_train)
    losses = [
        log_loss(
            y_test,
            clone(search)
            .set_params(scoring="neg_log_loss")
            .fit(X_train, y_train)
            .predict_proba(X_test),
        )
        for search in (LINEAR, NEIGHBOURS, forest)
    ]
    assert log_loss(y_test, ensemble.predict_proba(X_test)) < min(losses)
    assert ensemble.best_score_ >= ensemble.candidate_scores_.max()
    assert len(set(ensemble.weights_["search"])) > 1


def test_predicts_the_weighted_mean_of_the_folds():
    ensemble = SearchEnsembleClassifier([LINEAR, NEIGHBOURS], random_state=0).fit(X, NAMES)
    table = ensemble.weights_
    np.testing.assert_allclose(table["weight"].sum(), 1)
    assert (np.diff(table["weight"]) <= 0).all()
    expected = np.zeros((150, 3))
    for number, params, weight in zip(
        table["search"], table["params"], table["weight"], strict=True
    ):
        model = clone((LINEAR, NEIGHBOURS)[number].estimator).set_params(**params)
        for train, _ in CV.split(X, NAMES):
            expected += weight / 3 * model.fit(X[train], NAMES[train]).predict_proba(X)
    np.testing.assert_allclose(ensemble.predict_proba(X), expected, atol=1e-6)
    np.testing.assert_allclose(ensemble.predict_proba(X).sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_array_equal(ensemble.predict(X), ensemble.classes_[expected.argmax(axis=1)])
    assert not hasattr(LINEAR, "cv_results_")
    assert ensemble.n_features_in_ == 4


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_refit_fits_candidates_on_all_rows(n_jobs):
    ensemble = SearchEnsembleClassifier(NEIGHBOURS, refit=True, n_jobs=n_jobs, random_state=0)
    ensemble.fit(X, NAMES)
    table = ensemble.weights_
    expected = sum(
        weight * KNeighborsClassifier(**params).fit(X, NAMES).predict_proba(X)
        for params, weight in zip(table["params"], table["weight"], strict=True)
    )
    np.testing.assert_allclose(ensemble.predict_proba(X), expected, atol=1e-6)


@pytest.mark.parametrize("keep", ["predictions", "estimators"])
def test_a_search_that_has_been_run(keep):
    search = clone(NEIGHBOURS).set_params(keep=keep).fit(X, y)
    refit = keep == "predictions"
    ensemble = SearchEnsembleClassifier(FrozenEstimator(search), refit=refit, random_state=0)
    same = SearchEnsembleClassifier(NEIGHBOURS, refit=refit, random_state=0).fit(X, y)
    ensemble.fit(X, y)
    np.testing.assert_array_equal(ensemble.predict_proba(X), same.predict_proba(X))
    assert clone(ensemble).fit(X, y).searches_[0] is search


def test_networks_repeats_and_rungs(tmp_path):
    network = KerasMLPClassifier(hidden_layer_sizes=(8,), epochs=3, random_state=0)
    grid = GridSearchCV(network, {"learning_rate": [1e-3, 1e-1]}, cv=CV, n_repeats=2)
    halving = SuccessiveHalvingSearchCV(
        network, {"learning_rate": (1e-3, 1e-1)}, max_resources=3, cv=CV, random_state=0
    )
    ensemble = SearchEnsembleClassifier([grid, halving], random_state=0).fit(X, y)
    n_fits = [6 if number == 0 else 3 for number in ensemble.weights_["search"]]
    assert list(map(len, ensemble.estimators_)) == n_fits
    predicted = ensemble.predict_proba(X)
    for again in (
        pickle.loads(pickle.dumps(ensemble)),
        skkeras.load(skkeras.save(ensemble, tmp_path / "e.skk") or tmp_path / "e.skk"),
    ):
        np.testing.assert_array_equal(again.predict_proba(X), predicted)


def test_regression_with_several_outputs_and_scoring():
    numbers, target = load_diabetes(return_X_y=True)
    targets = np.stack([target, -target], axis=1)
    folds = KFold(3, shuffle=True, random_state=0)
    searches = [
        GridSearchCV(Ridge(), {"alpha": [0.1, 10]}, cv=folds),
        GridSearchCV(KNeighborsRegressor(), {"n_neighbors": [5, 20]}, cv=folds),
    ]
    for scoring in (None, "r2", "neg_mean_absolute_error"):
        ensemble = SearchEnsembleRegressor(searches, scoring=scoring, random_state=0)
        ensemble.fit(numbers, targets)
        assert ensemble.predict(numbers).shape == (442, 2)
        assert ensemble.best_score_ >= ensemble.candidate_scores_.max()
        assert ensemble.fit(numbers, target).predict(numbers).shape == (442,)


@pytest.mark.parametrize("scoring", [None, "roc_auc", "roc_auc_ovr", "accuracy"])
def test_binary_scores(scoring):
    labels = NAMES[50:]
    search = clone(NEIGHBOURS)
    ensemble = SearchEnsembleClassifier(search, scoring=scoring, random_state=0, n_bags=2)
    ensemble.fit(X[50:], labels)
    assert ensemble.score_name_ == (scoring or "neg_log_loss")
    assert ensemble.score(X[50:], labels) > 0.9


def test_multilabel():
    numbers, labels = make_multilabel_classification(80, random_state=0)
    search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [3, 9]}, cv=3)
    ensemble = SearchEnsembleClassifier(search, random_state=0).fit(numbers, labels)
    assert ensemble.predict_proba(numbers).shape == labels.shape
    assert (ensemble.predict(numbers) == labels).mean() > 0.7


@parametrize_with_checks(
    [
        SearchEnsembleClassifier(
            GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=2, error_score="raise")
        ),
        SearchEnsembleRegressor(
            GridSearchCV(Ridge(), {"alpha": [0.1, 1]}, cv=2, error_score="raise")
        ),
    ]
)
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)
