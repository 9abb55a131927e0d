"""Predictions that searches keep, against `cross_val_predict` with the same folds."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    KFold,
    PredefinedSplit,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    cross_val_predict,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

import skkeras
from skkeras import KerasMLPClassifier, KerasMLPRegressor
from skkeras.model_selection import (
    BayesSearchCV,
    GridSearchCV,
    HyperbandSearchCV,
    RandomizedSearchCV,
    SuccessiveHalvingSearchCV,
    _out_of_fold,
)
from skkeras.training import _network

X, y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[y]
NETWORK = KerasMLPClassifier(hidden_layer_sizes=(8,), epochs=3, random_state=0)
RATES = {"learning_rate": [1e-3, 1e-2]}
SPACE = {"learning_rate": (1e-3, 1e-1, "log-uniform")}
CV = KFold(3, shuffle=True, random_state=0)
SEARCHES = {
    "grid": GridSearchCV(NETWORK, RATES, cv=CV, keep="estimators"),
    "random": RandomizedSearchCV(
        NETWORK, RATES, n_iter=2, cv=CV, keep="estimators", random_state=0
    ),
    "bayes": BayesSearchCV(NETWORK, SPACE, n_iter=2, cv=CV, keep="estimators", random_state=0),
    "halving": SuccessiveHalvingSearchCV(
        NETWORK, SPACE, max_resources=3, cv=CV, keep="estimators", random_state=0
    ),
    "hyperband": HyperbandSearchCV(
        NETWORK, SPACE, max_resources=3, cv=CV, keep="estimators", random_state=0
    ),
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", SEARCHES)
def test_equals_cross_val_predict(name):
    search = clone(SEARCHES[name]).fit(X, NAMES)
    params = search.cv_results_["params"]
    assert search.cv_predictions_.shape == (len(params), 150, 3)
    assert search.cv_predictions_.dtype == np.float32
    for row, candidate in enumerate(params):
        if "iter" in search.cv_results_ and candidate["epochs"] < 3:
            continue  # the schedule of a rung is that of all epochs
        model = clone(NETWORK).set_params(**candidate)
        expected = cross_val_predict(model, X, NAMES, cv=CV, method="predict_proba")
        np.testing.assert_array_equal(search.cv_predictions_[row], expected)
    for row, estimators in enumerate(search.cv_estimators_):
        for estimator, (_, test) in zip(estimators, CV.split(X), strict=True):
            np.testing.assert_array_equal(
                estimator.predict_proba(X[test]), search.cv_predictions_[row, test]
            )
    assert not hasattr(search.scorer_, "scorer")


def test_a_network_predicts_held_out_rows_once(monkeypatch):
    n_rows = []
    plain = _network.predict

    def counted(model, x, **options):
        n_rows.append(len(x))
        return plain(model, x, **options)

    monkeypatch.setattr(_network, "predict", counted)
    scoring = ["accuracy", "neg_log_loss"]
    scaled = make_pipeline(StandardScaler(), NETWORK)
    rates = {"kerasmlpclassifier__learning_rate": [1e-3, 1e-2]}
    search = GridSearchCV(
        scaled, rates, cv=CV, scoring=scoring, refit=False, keep="predictions"
    ).fit(X, y)
    assert n_rows == [50] * 6
    model = clone(scaled).set_params(**search.cv_results_["params"][1])
    expected = cross_val_predict(model, X, y, cv=CV, method="predict_proba")
    np.testing.assert_array_equal(search.cv_predictions_[1], expected)


def test_repeats_have_an_axis():
    search = GridSearchCV(NETWORK, RATES, cv=CV, n_repeats=2, keep="predictions").fit(X, y)
    assert search.cv_predictions_.shape == (2, 2, 150, 3)
    assert not hasattr(search, "cv_estimators_")
    once = GridSearchCV(NETWORK, RATES, cv=CV, keep="predictions").fit(X, y)
    np.testing.assert_array_equal(search.cv_predictions_[:, 0], once.cv_predictions_)
    assert (search.cv_predictions_[:, 0] != search.cv_predictions_[:, 1]).any()


def test_regression_with_several_scores_and_training_scores():
    numbers, target = load_diabetes(return_X_y=True)
    search = GridSearchCV(
        KerasMLPRegressor(hidden_layer_sizes=(8,), epochs=3, random_state=0),
        RATES,
        scoring=["r2", "neg_max_error"],
        refit="r2",
        return_train_score=True,
        cv=CV,
        keep="predictions",
    ).fit(numbers, target)
    assert search.cv_predictions_.shape == (2, 442)
    expected = cross_val_predict(
        clone(search.estimator).set_params(**search.cv_results_["params"][1]),
        numbers,
        target,
        cv=CV,
    )
    np.testing.assert_array_equal(search.cv_predictions_[1], expected.astype(np.float32))


def test_processes_return_them():
    model = RandomForestClassifier(n_estimators=3, random_state=0)
    search = GridSearchCV(model, {"max_depth": [1, 2]}, cv=CV, n_jobs=2, keep="estimators")
    search.fit(X, y)
    expected = cross_val_predict(model.set_params(max_depth=2), X, y, cv=CV, method="predict_proba")
    np.testing.assert_array_equal(search.cv_predictions_[1], expected.astype(np.float32))
    assert len(search.cv_estimators_[1]) == 3


def test_rows_held_out_by_several_folds_have_the_mean():
    cv = RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=0)
    model = LogisticRegression(max_iter=1000)
    search = GridSearchCV(model, {"C": [1.0]}, cv=cv, keep="predictions").fit(X, y)
    expected = np.zeros((150, 3))
    for train, test in cv.split(X, y):
        expected[test] += clone(model).fit(X[train], y[train]).predict_proba(X[test]) / 2
    np.testing.assert_allclose(search.cv_predictions_[0], expected, rtol=1e-6)


def test_rows_that_no_fold_holds_out_are_nan():
    cv = ShuffleSplit(1, test_size=30, random_state=0)
    search = GridSearchCV(
        LogisticRegression(max_iter=1000), {"C": [1.0]}, cv=cv, keep="predictions"
    )
    (_, test), *_ = cv.split(X)
    has_value = np.isfinite(search.fit(X, y).cv_predictions_[0]).all(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(has_value), np.sort(test))


def test_a_class_that_a_fold_lacks_has_probability_0():
    cv = PredefinedSplit(y)  # each fold holds out one class
    search = GridSearchCV(
        LogisticRegression(max_iter=1000), {"C": [1.0]}, cv=cv, keep="predictions"
    )
    found = search.fit(X, NAMES).cv_predictions_[0]
    np.testing.assert_array_equal(found[np.arange(150), y], 0)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)


def test_multilabel():
    numbers, labels = make_multilabel_classification(60, random_state=0)
    model = RandomForestClassifier(n_estimators=3, random_state=0)
    search = GridSearchCV(model, {"max_depth": [2]}, cv=CV, keep="predictions")
    expected = cross_val_predict(
        clone(model).set_params(max_depth=2), numbers, labels, cv=CV, method="predict_proba"
    )
    found = search.fit(numbers, labels).cv_predictions_[0]
    np.testing.assert_allclose(found, np.stack([one[:, 1] for one in expected], axis=1), rtol=1e-6)


class Fails(Ridge):
    def fit(self, X, y):
        if self.alpha == 7 or (self.alpha == 8 and 0 in X[:, 0]):
            raise ValueError("no fit")
        return super().fit(X, y)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("verbose", [0, 1])
def test_failed_fits_are_nan(verbose, capsys):
    """With verbose output, candidates are evaluated one by one, and the first fails alone."""
    rows = np.arange(30.0)[:, None]
    grid = {"alpha": [7, 1, 8, 7, 2]}
    search = GridSearchCV(Fails(), grid, cv=KFold(3), keep="estimators", verbose=verbose)
    search.fit(rows, rows[:, 0])
    kept = np.isfinite(search.cv_predictions_)
    np.testing.assert_array_equal(kept.mean(axis=1), [0, 1, 1 / 3, 0, 1])
    assert kept[2, :10].all()  # the first fold alone is trained without the first row
    assert search.cv_estimators_[0] == [None] * 3
    assert [one is None for one in search.cv_estimators_[2]] == [False, True, True]
    expected = cross_val_predict(Fails(alpha=2), rows, rows[:, 0], cv=KFold(3))
    np.testing.assert_array_equal(search.cv_predictions_[4], expected.astype(np.float32))


def test_large_ones_are_in_a_file(monkeypatch):
    monkeypatch.setattr(_out_of_fold, "_MAX_BYTES_IN_MEMORY", 100)
    search = GridSearchCV(LogisticRegression(max_iter=1000), {"C": [1, 2]}, keep="predictions")
    search.fit(X, y)
    assert isinstance(search.cv_predictions_, np.memmap)
    again = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(again.cv_predictions_, search.cv_predictions_)


def test_are_saved(tmp_path):
    search = GridSearchCV(NETWORK, RATES, cv=CV, keep="predictions").fit(X, y)
    again = skkeras.load(skkeras.save(search, tmp_path / "search.skk") or tmp_path / "search.skk")
    np.testing.assert_array_equal(again.cv_predictions_, search.cv_predictions_)


def test_another_fit_forgets_them():
    search = GridSearchCV(LogisticRegression(max_iter=1000), {"C": [1]}, keep="estimators")
    search.fit(X, y).set_params(keep=None).fit(X, y)
    assert not hasattr(search, "cv_predictions_")
    assert not hasattr(search, "cv_estimators_")


@pytest.mark.parametrize(
    ("search", "message"),
    [
        (GridSearchCV(LinearSVC(), {"C": [1]}, keep="predictions"), "LinearSVC has no predict_pr"),
        (
            GridSearchCV(
                Ridge(), {"alpha": [1]}, keep="predictions", cv=[(range(150), range(5, 150))]
            ),
            "row 5 is in the training and the test part of split 0",
        ),
        (
            GridSearchCV(Ridge(), {"alpha": [1]}, keep="predictions", cv=[(range(150), [])]),
            "holds out no row",
        ),
        (GridSearchCV(Ridge(), {"alpha": [1]}, keep="models"), "'keep' parameter"),
    ],
)
def test_errors_before_the_first_fit(search, message):
    with pytest.raises(ValueError, match=message):
        search.fit(X, y)
