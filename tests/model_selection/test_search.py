"""What grid, random and Bayesian search share."""

import warnings

import numpy as np
import pytest
from scipy.stats import loguniform, randint
from sklearn import model_selection
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.callback import ProgressBar
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import KFold, ShuffleSplit, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import check_estimator
from skopt.space import Real

from skkeras.model_selection import BayesSearchCV, GridSearchCV, RandomizedSearchCV


class Recorder(ClassifierMixin, BaseEstimator):
    """Scores its `value`, and fails where it is told to."""

    def __init__(self, value=0, fails_at=(), random_state=None):
        self.value = value
        self.fails_at = fails_at
        self.random_state = random_state

    def fit(self, X, y):
        if self.fails_at == "all" or self.value in self.fails_at:
            raise RuntimeError(f"cannot fit {self.value}")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def score(self, X, y):
        return float(self.value)


MAKE = {
    "grid": GridSearchCV,
    "random": lambda model, space, **kw: RandomizedSearchCV(
        model, space, n_iter=4, random_state=0, **kw
    ),
    "bayes": lambda model, space, **kw: BayesSearchCV(model, space, n_iter=4, random_state=0, **kw),
}
VALUES = {"value": [1, 2, 3, 4]}
every_search = pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)


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
def test_verbose_prints_one_line_a_candidate(iris, capsys, make, n_jobs):
    search = make(Recorder(fails_at=(2,)), VALUES, cv=2, verbose=1)
    with pytest.warns(FitFailedWarning):
        search.set_params(n_jobs=n_jobs, pre_dispatch="all").fit(*iris)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert {line.split(" ", 1)[1] for line in lines} == {
        "1.0000 (0.0000) value=1",
        "failed value=2",
        "3.0000 (0.0000) value=3",
        "4.0000 (0.0000) value=4",
    }
    assert search.verbose == 1 and search.best_params_ == {"value": 4}
    search.set_params(verbose=0, estimator__fails_at=()).fit(*iris)
    assert capsys.readouterr().out == ""


@every_search
@pytest.mark.parametrize("n_repeats", [1, 2])
@pytest.mark.parametrize("verbose", [0, 1])
def test_candidates_that_fail_stay_in_their_places(iris, make, n_repeats, verbose):
    model = Recorder(fails_at=(1, 4), random_state=0)
    search = make(model, VALUES, cv=2, n_repeats=n_repeats, verbose=verbose)
    with pytest.warns(FitFailedWarning, match="cannot fit"):
        search.fit(*iris)
    results = search.cv_results_
    for params, score in zip(results["params"], results["mean_test_score"], strict=True):
        expected = np.nan if params["value"] in (1, 4) else params["value"]
        np.testing.assert_equal(score, expected)
    assert {len(column) for column in results.values()} == {4}
    assert search.best_params_ == {"value": 3}


@every_search
def test_a_search_without_any_score_is_an_error(iris, make):
    search = make(Recorder(fails_at="all"), VALUES, cv=2)
    with pytest.warns(FitFailedWarning), pytest.raises(ValueError, match="No candidate could be"):
        search.fit(*iris)
    assert "_evaluation" not in vars(search)


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


@pytest.mark.parametrize("make", [GridSearchCV, RandomizedSearchCV])
@pytest.mark.parametrize(
    ("space", "error", "message"),
    [
        ([], ValueError, "search space is an empty list"),
        ({"value": []}, ValueError, "non-empty|'value'|empty"),
        ({"value": 3}, TypeError, "value"),
        ({"valeu": [1]}, ValueError, "'valeu'.*'value'"),
        ([{"value": [1]}, {"valeu": [1]}], ValueError, "'valeu'.*'value'"),
    ],
    ids=repr,
)
def test_bad_spaces_are_refused_before_any_fit(iris, make, space, error, message):
    with pytest.raises(error, match=message):
        make(Recorder(fails_at="all"), space, error_score="raise").fit(*iris)


def test_a_forgotten_prefix_is_named(iris):
    model = Pipeline([("scale", StandardScaler()), ("svc", SVC())])
    with pytest.raises(ValueError, match=r"Did you mean svc__C\?"):
        GridSearchCV(model, {"C": [1]}).fit(*iris)


def test_dimensions_of_the_bayesian_search_are_refused(iris):
    with pytest.raises(TypeError, match=r"'value'.*Real.*kind=\"random\""):
        RandomizedSearchCV(Recorder(), {"value": Real(0, 1)}).fit(*iris)


@pytest.mark.parametrize(("make", "kind"), [(GridSearchCV, "grid"), (RandomizedSearchCV, "random")])
@pytest.mark.parametrize(
    "spec",
    [(1e-4, 1e-1, "log-uniform"), (0.0, 1.0, "uniform"), (1, 9, "log-uniform", 2), Real(0, 1)],
    ids=str,
)
@pytest.mark.parametrize("listed", [False, True])
def test_ranges_are_refused_with_what_to_give(iris, make, kind, spec, listed):
    space = {"value": spec}
    model = Recorder(fails_at="all")
    with pytest.raises(TypeError, match=rf"'value'.*expected a list.*kind=\"{kind}\"") as told:
        make(model, [{"random_state": [0]}, space] if listed else space).fit(*iris)
    given = {
        ("grid", "log-uniform"): "numpy.geomspace",
        ("grid", "uniform"): "numpy.linspace",
        ("random", "log-uniform"): "scipy.stats.loguniform",
        ("random", "uniform"): "scipy.stats.uniform",
    }
    if isinstance(spec, tuple):
        assert f"Give {given[kind, spec[2]]}({spec[0]}, {spec[1]}" in str(told.value)


@pytest.mark.parametrize("make", [GridSearchCV, RandomizedSearchCV])
@pytest.mark.parametrize("spec", [(1, 2, "sqrt"), (0.1, 0.5), ("uniform", 1, 2), (3,)], ids=str)
@pytest.mark.filterwarnings("ignore:The total space of parameters")
def test_tuples_of_values_are_values(iris, make, spec):
    search = make(LogisticRegression(max_iter=9), {"tol": spec})
    assert search._examples()[0]["tol"] in spec


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


def test_dicts_of_arrays_are_refused(iris):
    X, y = iris
    with pytest.raises(ValueError, match=r"dict of arrays has none; got the keys \['a', 'b'\]"):
        GridSearchCV(Recorder(), VALUES).fit({"a": X, "b": X}, y)


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


def test_spaces_that_give_all_steps_may_bring_probabilities(iris):
    model = Pipeline([("model", RidgeClassifier())])
    space = {"steps": [[("scale", StandardScaler()), ("model", GaussianNB())]]}
    assert GridSearchCV(model, space, scoring="neg_log_loss").fit(*iris).best_score_ < 0


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


@every_search
@pytest.mark.parametrize("scoring", ["neg_log_loss", ["accuracy", "neg_brier_score"]], ids=str)
def test_scores_that_need_what_the_model_lacks_are_refused(iris, make, scoring):
    model = make_pipeline(StandardScaler(), RidgeClassifier())
    refit = scoring if isinstance(scoring, str) else scoring[0]
    search = make(model, {"ridgeclassifier__alpha": [1.0]}, scoring=scoring, refit=refit)
    with pytest.raises(ValueError, match="predict_proba, which RidgeClassifier does not have"):
        search.fit(*iris)


def test_scores_that_may_be_had_are_not_refused(iris):
    X, y = iris
    search = GridSearchCV(SVC(), {"C": [1.0]}, scoring="roc_auc_ovr", cv=2)
    with pytest.warns(UserWarning, match="Scoring failed"), pytest.raises(ValueError, match="NaN"):
        search.fit(X, y)
    replaced = GridSearchCV(
        Pipeline([("model", RidgeClassifier())]), {"model": [LogisticRegression(C=0.1)]}
    )
    assert replaced.set_params(scoring="neg_log_loss").fit(X, y).best_score_ < 0
    binary = GridSearchCV(RidgeClassifier(), {"alpha": [1.0]}, scoring="roc_auc").fit(X, y == 1)
    assert 0 < binary.best_score_ < 1


def test_searches_stand_inside_each_other(iris):
    inner = RandomizedSearchCV(SVC(), {"C": loguniform(0.1, 10)}, n_iter=2, random_state=0)
    outer = GridSearchCV(inner, {"estimator__kernel": ["linear", "rbf"]}, cv=2, verbose=1)
    assert outer.fit(*iris).best_score_ > 0.9
