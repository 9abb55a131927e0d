"""What grid, random and Bayesian search share."""

import warnings

import numpy as np
import pytest
from scipy.stats import loguniform, randint
from sklearn import model_selection
from sklearn.base import clone
from sklearn.callback import ProgressBar
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import KFold, ShuffleSplit, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import check_estimator

from skkeras.model_selection import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from tests.model_selection.searches import VALUES, Recorder, every_search


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


SETTINGS = {
    "defaults": {},
    "verbose": {"verbose": 1},
    "train scores": {"cv": ShuffleSplit(3, random_state=0), "return_train_score": True},
    "two scores": {"scoring": ["accuracy", "f1_macro"], "refit": "f1_macro"},
    "no refit": {"scoring": ["accuracy", "f1_macro"], "refit": False},
    "refit by a function": {"scoring": ["accuracy", "f1_macro"], "refit": lambda results: 1},
    "scores by a function": {
        "scoring": lambda model, X, y: {"a": model.score(X, y), "b": 0.0},
        "refit": "a",
    },
    "probabilities": {"refit": False, "scoring": "neg_log_loss"},
}


@pytest.mark.parametrize("name", ["GridSearchCV", "RandomizedSearchCV"])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_finds_what_scikit_learns_finds(iris, name, settings, capsys):
    space = {"n_estimators": [1, 2, 3], "max_depth": [1, 2]}
    settings = {"cv": 3} | settings
    if name == "RandomizedSearchCV":
        settings |= {"n_iter": 4, "random_state": 1}
    forest = RandomForestClassifier(random_state=0)
    ours = globals()[name](forest, space, **settings).fit(*iris)
    theirs = getattr(model_selection, name)(forest, space, **settings).fit(*iris)
    assert list(ours.cv_results_) == list(theirs.cv_results_)
    for column in theirs.cv_results_:
        if "time" not in column:
            np.testing.assert_array_equal(ours.cv_results_[column], theirs.cv_results_[column])
    learned = {attribute for attribute in vars(theirs) if attribute.endswith("_")}
    assert learned <= set(vars(ours))
    for attribute in learned & {"best_params_", "best_index_", "best_score_", "multimetric_"}:
        assert getattr(ours, attribute) == getattr(theirs, attribute)
    if settings.get("refit", True):
        np.testing.assert_array_equal(ours.predict(iris[0]), theirs.predict(iris[0]))


@every_search
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_progress_names_candidates_seeds_folds_and_the_best(iris, capsys, make, n_jobs):
    model = make_pipeline(StandardScaler(), Recorder(random_state=0))
    search = make(model, {"recorder__value": [1, 2, 3, 4]}, cv=2, n_repeats=2, n_jobs=n_jobs)
    search.set_callbacks(ProgressBar()).fit(*iris)
    shown = capsys.readouterr().out
    assert "seed 2 of 2, fold 1 of 2 | Pipeline" in shown and "refit-with-best-params" in shown
    if n_jobs == 1 or isinstance(search, BayesSearchCV):
        assert "candidate 4 of 4, best so far" in shown and "candidate 4, seed 1" in shown
    else:
        assert "candidates 1 to 2 of 4 #0" in shown and "candidates 3 to 4 of 4, best" in shown


@every_search
def test_a_callback_ends_a_search(iris, make):
    class Ends:
        def setup(self, estimator, context): ...
        def teardown(self, estimator, context): ...
        def on_fit_task_begin(self, estimator, context): ...
        def on_fit_task_end(self, estimator, context):
            return context.task_name.startswith("candidate 2 of 4")

    search = make(Recorder(), VALUES, cv=2).set_callbacks(Ends()).fit(*iris)
    assert len(search.cv_results_["params"]) == 2


@every_search
def test_random_splits_are_the_same_for_all_candidates(iris, make):
    cv = ShuffleSplit(2, test_size=0.2, random_state=np.random.RandomState(0))
    space = {"C": [1.0, 1.0 + 1e-9, 1.0 + 2e-9, 1.0 + 3e-9]}
    results = make(SVC(), space, cv=cv, verbose=1).fit(*iris).cv_results_
    assert len(set(results["split0_test_score"])) == len(set(results["split1_test_score"])) == 1
    assert isinstance(cv.random_state, np.random.RandomState)


def test_drawn_numbers_are_plain(iris):
    space = {"C": loguniform(0.1, 10), "max_iter": randint(100, 200)}
    search = RandomizedSearchCV(SVC(), space, n_iter=2, cv=2, random_state=0).fit(*iris)
    assert {type(params["C"]) for params in search.cv_results_["params"]} == {float}
    assert {type(params["max_iter"]) for params in search.cv_results_["params"]} == {int}


@pytest.mark.parametrize("make", [GridSearchCV, RandomizedSearchCV, BayesSearchCV])
@pytest.mark.parametrize("n_repeats", [0, 1.5, "2"])
def test_bad_repeats_are_refused(iris, make, n_repeats):
    with pytest.raises(ValueError, match="n_repeats"):
        make(Recorder(), VALUES, n_repeats=n_repeats).fit(*iris)


@pytest.mark.parametrize("space", [{}, [{}], [{}, {"C": [1e-3]}]], ids=repr)
@pytest.mark.filterwarnings("ignore:The total space of parameters")
def test_an_empty_space_is_the_estimator_as_it_is(iris, space):
    for name in ("GridSearchCV", "RandomizedSearchCV"):
        ours = globals()[name](SVC(), space).fit(*iris)
        theirs = getattr(model_selection, name)(SVC(), space).fit(*iris)
        assert ours.cv_results_["params"] == theirs.cv_results_["params"]
        assert ours.best_params_ == theirs.best_params_ == {}
        assert ours.best_score_ == theirs.best_score_


@every_search
@pytest.mark.parametrize("last", ["passthrough", None, RidgeClassifier()], ids=str)
@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss"])
def test_spaces_fill_the_last_step(iris, make, last, scoring):
    model = Pipeline([("scale", StandardScaler()), ("model", last)])
    models = [LogisticRegression(C=0.1), LogisticRegression(), GaussianNB(), DummyClassifier()]
    search = make(
        model, {"model": models}, scoring=scoring, cv=KFold(2, shuffle=True, random_state=0)
    )
    results = search.fit(*iris).cv_results_
    for params, score in zip(results["params"], results["mean_test_score"], strict=True):
        filled = clone(model).set_params(**params)
        assert score == cross_val_score(filled, *iris, scoring=scoring, cv=search.cv).mean()
    assert len(results["params"]) == 4 and search.best_estimator_.score(*iris) > 0.9


def nan_at_two(estimator, X, y):
    return np.nan if estimator.value == 2 else 1.0


@every_search
@pytest.mark.parametrize(
    "scoring", [nan_at_two, {"a": nan_at_two, "b": nan_at_two}], ids=["one", "two"]
)
@pytest.mark.parametrize("return_train_score", [False, True], ids=["test", "train"])
@pytest.mark.parametrize("verbose", [0, 1])
def test_scores_that_are_nan_warn_as_in_scikit_learn(
    iris, make, scoring, return_train_score, verbose
):
    settings = {"scoring": scoring, "cv": 2, "return_train_score": return_train_score}
    settings["refit"] = "a" if isinstance(scoring, dict) else True
    with pytest.warns(UserWarning, match="non-finite") as expected:
        model_selection.GridSearchCV(Recorder(), VALUES, **settings).fit(*iris)
    with pytest.warns(UserWarning, match="non-finite") as caught:
        search = make(Recorder(), VALUES, verbose=verbose, **settings).fit(*iris)
    told, theirs = ([str(w.message) for w in found] for found in (caught, expected))
    assert [t.split("[")[0] for t in told] == [t.split("[")[0] for t in theirs]
    if type(search) is GridSearchCV:
        assert told == theirs
    assert search.best_params_ != {"value": 2}


@every_search
def test_scikit_learns_contract(make):
    search = make(Recorder(), VALUES, n_repeats=2)
    assert clone(search).n_repeats == 2
    assert "n_repeats=2" in repr(search) and type(search).__name__ in search._repr_html_()


def test_scikit_learns_checks():
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, error_score="raise")
    with warnings.catch_warnings():
        # What scikit-learn's own checks of a classifier provoke.
        warnings.simplefilter("ignore")
        results = check_estimator(search, on_skip=None)
    assert sum(result["status"] == "passed" for result in results) > 50


def test_searches_stand_inside_each_other(iris):
    inner = RandomizedSearchCV(SVC(), {"C": loguniform(0.1, 10)}, n_iter=2, random_state=0)
    outer = GridSearchCV(inner, {"estimator__kernel": ["linear", "rbf"]}, cv=2, verbose=1)
    assert outer.fit(*iris).best_score_ > 0.9
