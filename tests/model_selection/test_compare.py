import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_diabetes, load_iris
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.model_selection import (
    GroupKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skkeras import KerasMLPClassifier
from skkeras.model_selection import BayesSearchCV, GridSearchCV, compare_models

FOREST = RandomForestClassifier(n_estimators=5, random_state=0)
TREE = DecisionTreeClassifier(random_state=0)


class Fails(ClassifierMixin, BaseEstimator):
    """Fails wherever it is told to."""

    def __init__(self, at_rows=None):
        self.at_rows = at_rows

    def fit(self, X, y):
        if self.at_rows is None or len(X) == self.at_rows:
            raise RuntimeError("cannot fit")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


def test_classic_models_networks_and_searches_on_the_same_folds(iris):
    network = make_pipeline(
        StandardScaler(), KerasMLPClassifier(hidden_layer_sizes=(8,), epochs=3, random_state=0)
    )
    search = GridSearchCV(TREE, {"max_depth": [1, 3]}, cv=3)
    bayes = BayesSearchCV(SVC(), {"C": (0.1, 10.0)}, n_iter=2, cv=2, random_state=0)
    models = {"forest": FOREST, "mlp": network, "tree": TREE, "tuned": search, "svc": bayes}
    result = compare_models(models, *iris, cv=3, random_state=0)
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    for name, model in models.items():
        np.testing.assert_array_equal(result.scores[name], cross_val_score(model, *iris, cv=folds))
    assert result.test_to_train == pytest.approx(0.5)
    assert {e.best_params_["max_depth"] for e in result.estimators["tuned"]} <= {1, 3}
    assert not hasattr(search, "best_params_")
    assert result.frame.shape == (5, 7) and len(result.tests) == 10
    assert (result.frame["mean_fit_time"] > 0).all()


def test_jobs_change_nothing(iris):
    models = {"forest": FOREST, "tree": TREE}
    alone, jobs = (compare_models(models, *iris, n_jobs=n_jobs) for n_jobs in (1, 2))
    for name in models:
        np.testing.assert_array_equal(alone.scores[name], jobs.scores[name])


def test_random_splitters_cut_once(iris):
    cv = ShuffleSplit(4, test_size=0.2)
    result = compare_models({"one": TREE, "other": TREE}, *iris, cv=cv)
    np.testing.assert_array_equal(result.scores["one"], result.scores["other"])
    assert result.test_to_train == pytest.approx(0.25)
    repeated = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)
    assert len(compare_models({"tree": TREE}, *iris, cv=repeated).scores["tree"]) == 10


def test_groups_stay_together(iris):
    X, y = iris
    groups = np.arange(len(y)) % 10
    result = compare_models({"tree": TREE}, X, y, cv=GroupKFold(5), groups=groups)
    np.testing.assert_array_equal(
        result.scores["tree"], cross_val_score(TREE, X, y, cv=GroupKFold(5), groups=groups)
    )


def test_a_search_is_judged_by_the_score_of_the_comparison(iris):
    X, y = iris
    search = GridSearchCV(TREE, {"max_depth": [2]}, scoring="neg_log_loss")
    result = compare_models({"tree": DecisionTreeClassifier(max_depth=2), "search": search}, X, y)
    assert result.score_name == "accuracy" and result.scores["search"].min() > 0
    r2 = compare_models(
        {"ridge": Ridge(), "mean": DummyRegressor()}, *load_diabetes(return_X_y=True)
    )
    assert r2.score_name == "r2" and r2.scores["mean"].mean() < 0.1 < r2.scores["ridge"].mean()


def test_a_failing_model_does_not_sink_the_others(iris):
    models = {"fails": Fails(), "tree": TREE, "once": Fails(at_rows=112)}
    with pytest.warns(FitFailedWarning) as caught:
        result = compare_models(models, *iris, cv=4)
    told = [str(warning.message) for warning in caught]
    assert any(
        "'fails' scores error_score=nan, because all its fits failed" in text for text in told
    )
    assert np.isnan(result.scores["fails"]).all() and result.estimators["fails"] == [None] * 4
    assert 0 < np.isnan(result.scores["once"]).sum() < 4
    assert result.frame.index[0] == "tree"
    with pytest.warns(FitFailedWarning):
        scored = compare_models({"fails": Fails()}, *iris, error_score=-1.0)
    assert (scored.scores["fails"] == -1).all()
    with pytest.raises(RuntimeError, match="cannot fit"):
        compare_models(models, *iris, error_score="raise")


def test_lines_tell_each_model(iris, capsys):
    compare_models({"most frequent": DummyClassifier()}, *iris, verbose=1)
    assert capsys.readouterr().out == "most frequent: 0.3333 (0.0000)\n"
    compare_models({"most frequent": DummyClassifier()}, *iris)
    assert capsys.readouterr().out == ""


def test_a_score_of_ones_own(iris):
    def depth(model, X, y):
        return float(model.get_depth())

    result = compare_models({"tree": TREE}, *iris, scoring=depth)
    assert result.score_name == "depth" and result.scores["tree"].min() >= 2


@pytest.mark.parametrize(
    ("models", "settings", "error", "message"),
    [
        ({}, {}, TypeError, "names and estimators"),
        ([TREE], {}, TypeError, "names and estimators"),
        ({"tree": DecisionTreeClassifier}, {}, TypeError, "an estimator under its name"),
        ({"tree": 3}, {}, TypeError, "an estimator under its name; got 'tree': 3"),
        ({1: TREE}, {}, TypeError, "an estimator under its name; got 1"),
        ({"tree": TREE, "ridge": Ridge()}, {}, ValueError, "Classifiers .* 'ridge': 'Ridge'"),
        ({"tree": TREE}, {"scoring": ["accuracy"]}, TypeError, "one score"),
        ({"tree": TREE}, {"scoring": "acuracy"}, ValueError, "acuracy"),
        ({"tree": TREE}, {"scoring": lambda m, X, y: {"a": 1, "b": 2}}, TypeError, "gave several"),
        (
            {"tree": TREE, "ridge": make_pipeline(RidgeClassifier())},
            {"scoring": "neg_log_loss"},
            ValueError,
            "'ridge' needs predict_proba, which RidgeClassifier does not have",
        ),
    ],
    ids=["none", "list", "class", "number", "name", "kinds", "scores", "typo", "dict", "response"],
)
def test_bad_input(iris, models, settings, error, message):
    with pytest.raises(error, match=message):
        compare_models(models, *iris, **settings)
