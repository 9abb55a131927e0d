"""Successive halving over epochs."""

import pickle

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.callback import ProgressBar
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    HalvingGridSearchCV,
    ShuffleSplit,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.model_selection import HyperbandSearchCV, SuccessiveHalvingSearchCV

CLASSIFIER = KerasMLPClassifier(hidden_layer_sizes=(8,), learning_rate=0.05, random_state=0)
RATES = {"learning_rate": (1e-3, 1e-1, "log-uniform")}
IN_PIPELINE = {f"kerasmlpclassifier__{name}": spec for name, spec in RATES.items()}
SMALL = {"max_resources": 4, "factor": 2, "cv": 2, "random_state": 0}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


def splits(search, row):
    return [search.cv_results_[f"split{i}_test_score"][row] for i in range(search.n_splits_)]


def assert_rows_are_plain_fits(search, X, y, **params):
    """Each row is a fit of so many epochs in one go."""
    for row, candidate in enumerate(search.cv_results_["params"]):
        plain = clone(search.estimator).set_params(**candidate)
        scores = cross_val_score(plain, X, y, cv=search.cv, params=params or None)
        np.testing.assert_array_equal(splits(search, row), scores)


def assert_same_results(search, other):
    for name, column in search.cv_results_.items():
        if not name.endswith("_time"):
            np.testing.assert_array_equal(other.cv_results_[name], column)


def test_rungs_and_results(iris):
    search = SuccessiveHalvingSearchCV(CLASSIFIER, RATES, max_resources=9, cv=2, random_state=0)
    search.fit(*iris)
    results = search.cv_results_
    assert search.n_candidates_ == [9, 3, 1] and search.n_resources_ == [1, 3, 9]
    assert search.n_iterations_ == 3
    assert results["iter"].tolist() == [0] * 9 + [1] * 3 + [2]
    assert results["n_resources"].tolist() == [1] * 9 + [3] * 3 + [9]
    assert results["bracket"].tolist() == [2] * 13
    assert results["param_epochs"].tolist() == results["n_resources"].tolist()
    rates = results["param_learning_rate"]
    for rung in (0, 1):
        here, following = results["iter"] == rung, results["iter"] == rung + 1
        order = np.argsort(-results["mean_test_score"][here], kind="stable")
        assert rates[following].tolist() == rates[here][order][: following.sum()].tolist()
    assert search.best_index_ == 12 and search.best_params_ == results["params"][12]
    assert search.best_score_ == results["mean_test_score"][12]
    assert search.best_estimator_.epochs == 9
    assert search.best_estimator_.n_iter_ == 9
    assert_rows_are_plain_fits(search, *iris)


@pytest.mark.parametrize("n_rates", [9, 4, 2])
def test_rungs_are_told_as_in_scikit_learn(iris, n_rates):
    space = {"learning_rate": np.geomspace(0.01, 0.1, n_rates).tolist()}
    theirs = HalvingGridSearchCV(CLASSIFIER, space, resource="epochs", max_resources=9, cv=2)
    theirs.fit(*iris)
    ours = SuccessiveHalvingSearchCV(CLASSIFIER, space, n_candidates=n_rates, max_resources=9, cv=2)
    ours.fit(*iris)
    told = {name for name in vars(theirs) if name.endswith(("resources_", "iterations_"))}
    assert len(told) == 6
    for name in told | {"n_remaining_candidates_"}:
        assert getattr(ours, name) == getattr(theirs, name), name
    assert {name for name in vars(theirs) if name.endswith("_")} <= set(vars(ours))


@pytest.mark.parametrize("last", ["passthrough", None])
def test_the_space_may_put_the_network_there(iris, last):
    model = Pipeline([("scale", StandardScaler()), ("net", last)])
    networks = [CLASSIFIER, clone(CLASSIFIER).set_params(hidden_layer_sizes=(4,))]
    space = {"net": networks, "net__learning_rate": (1e-3, 1e-1)}
    # Of a model that is not there yet, nobody knows that it is a classifier.
    settings = {**SMALL, "scoring": "accuracy", "cv": StratifiedKFold(2)}
    search = SuccessiveHalvingSearchCV(model, space, **settings).fit(*iris)
    assert_rows_are_plain_fits(search, *iris)
    assert search.best_params_["net__epochs"] == search.best_estimator_[-1].n_iter_ == 4
    for other, error, message in (
        (LogisticRegression(), TypeError, r"networks of skkeras.*got LogisticRegression\(\) in"),
        (make_pipeline(CLASSIFIER), ValueError, "same place.*'net__kerasmlpclassifier__epochs'"),
    ):
        with pytest.raises(error, match=message):
            clone(search).set_params(space={"net": [CLASSIFIER, other]}, n_candidates=2).fit(*iris)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_jobs_change_nothing(iris, backend):
    model = make_pipeline(PCA(3), CLASSIFIER)
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL)
    alone = clone(search).fit(*iris)
    with parallel_config(backend, n_jobs=2):
        assert_same_results(alone, search.fit(*iris))


def test_scikit_learns_contract(iris):
    X, y = iris
    search = SuccessiveHalvingSearchCV(CLASSIFIER, RATES, **SMALL)
    assert "SuccessiveHalvingSearchCV" in search._repr_html_()
    first = clone(search).fit(X, y)
    assert vars(first).keys() - vars(search).keys() == {
        name for name in vars(first) if name.endswith("_")
    } | {"_checked_cv_orig"}
    again = pickle.loads(pickle.dumps(first))
    np.testing.assert_array_equal(again.predict_proba(X), first.predict_proba(X))
    assert again.best_params_ == first.best_params_ and again.classes_.tolist() == [0, 1, 2]
    assert_same_results(first, clone(first).fit(X, y))
    assert_same_results(first, first.fit(X, y))
    assert search.set_params(random_state=1).fit(X, y).best_params_ != first.best_params_
    assert cross_val_score(make_pipeline(StandardScaler(), search), X, y, cv=2).mean() > 0.3


def test_all_candidates_get_the_same_splits(iris):
    cv = ShuffleSplit(2, test_size=0.3, random_state=np.random.RandomState(0))
    space = {"learning_rate": [0.01], "patience": [1, 2]}
    search = SuccessiveHalvingSearchCV(CLASSIFIER, space, n_candidates=2, **{**SMALL, "cv": cv})
    search.fit(*iris)
    assert splits(search, 0) == splits(search, 1)


class Failing(StandardScaler):
    """Fails where it is told to: at fits of so many rows, or at all."""

    def __init__(self, fails=False, copy=True):
        super().__init__(copy=copy)
        self.fails = fails

    def fit(self, X, y=None, sample_weight=None):
        if self.fails:
            raise RuntimeError("cannot fit")
        return super().fit(X, y, sample_weight)


class Ending:
    """Asks to end at the end of a task."""

    def __init__(self, task):
        self.task = task

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        return context.task_name.startswith(self.task)


@pytest.mark.parametrize("verbose", [0, 1])
def test_failing_candidates_are_recorded(iris, verbose, capsys):
    model = make_pipeline(Failing(), CLASSIFIER)
    space = {"failing__fails": [True, False], "kerasmlpclassifier__learning_rate": [0.01, 0.1]}
    search = SuccessiveHalvingSearchCV(model, space, verbose=verbose, **SMALL)
    with pytest.warns(FitFailedWarning, match="cannot fit"):
        search.fit(*iris)
    results = search.cv_results_
    failed = results["param_failing__fails"].astype(bool)
    assert np.isnan(results["mean_test_score"][failed]).all() and failed.sum() == 2
    assert np.isfinite(results["mean_test_score"][~failed]).all()
    assert {len(column) for column in results.values()} == {7}
    assert results["n_resources"].tolist() == [1] * 4 + [2] * 2 + [4]
    with pytest.raises(RuntimeError, match="cannot fit"):
        search.set_params(error_score="raise").fit(*iris)


@pytest.mark.parametrize("seed", range(3))
def test_one_candidate_fails_first_or_last(iris, seed):
    model = make_pipeline(Failing(), CLASSIFIER)
    search = SuccessiveHalvingSearchCV(model, {"failing__fails": [True, False]}, verbose=1)
    search.set_params(n_candidates=2, max_resources=2, cv=2, random_state=seed)
    with pytest.warns(FitFailedWarning, match="cannot fit"):
        search.fit(*iris)
    results = search.cv_results_
    assert results["n_resources"].tolist() == results["param_kerasmlpclassifier__epochs"].tolist()
    assert results["bracket"].tolist() == [0, 0] and np.isnan(results["mean_test_score"]).sum() == 1
    assert search.best_params_["failing__fails"] is False


def test_a_small_space_is_searched_in_full_and_once(iris):
    space = {"learning_rate": [0.01, 0.03, 0.1]}
    search = SuccessiveHalvingSearchCV(CLASSIFIER, space, **SMALL)
    with pytest.warns(UserWarning, match="holds 3 candidates, fewer than the 4"):
        search.fit(*iris)
    assert search.n_candidates_ == [3, 1, 1]
    assert sorted(search.cv_results_["param_learning_rate"][:3]) == [0.01, 0.03, 0.1]


def test_one_line_for_each_candidate_and_rung(iris, capsys):
    SuccessiveHalvingSearchCV(CLASSIFIER, RATES, verbose=1, **SMALL).fit(*iris)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("]")[0] for line in lines] == [f"[{i}/7" for i in range(1, 8)]
    assert lines[-1].endswith("epochs=4") and "learning_rate=" in lines[-1]


def test_progress_shows_rungs_and_epochs(iris, capsys):
    model = make_pipeline(StandardScaler(), CLASSIFIER)
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL)
    watched = clone(search).set_callbacks(ProgressBar(max_propagation_depth=2)).fit(*iris)
    shown = capsys.readouterr().out
    for task in ("bracket 2", "until epoch 2", "KerasMLPClassifier", "refit-with-best-params"):
        assert task in shown
    assert_same_results(watched, search.fit(*iris))


def test_a_callback_ends_the_search(iris):
    callback = Ending("until epoch 2")
    search = HyperbandSearchCV(CLASSIFIER, RATES, **SMALL)
    search.set_callbacks(callback).fit(*iris)
    assert search.n_candidates_ == [[4, 2]] and search.n_resources_ == [[1, 2]]
    assert search.best_params_["epochs"] == 2
    callback.task = "candidate 2 of"
    search.fit(*iris)
    assert search.n_candidates_ == [[2]] and len(search.cv_results_["params"]) == 2
