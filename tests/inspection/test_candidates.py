import numpy as np
import pytest
from optuna.distributions import FloatDistribution
from scipy.stats import loguniform, uniform
from sklearn.cluster import KMeans
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skopt.space import Categorical, Integer, Real

from skkeras import (
    KerasDistilledClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRegressor,
)
from skkeras.inspection._candidates import (
    Candidates,
    _declared_scale,
    _default_scoring,
    read_search,
)
from skkeras.model_selection import BayesSearchCV


def candidates(scores, params=None, resources=None, best=0):
    scores = np.asarray(scores, dtype=float)
    return Candidates(
        params=params or [{"a": row} for row in range(len(scores))],
        scores=scores,
        stds=np.zeros(len(scores)),
        resources=None if resources is None else np.asarray(resources, dtype=float),
        best=best,
        score_name="Score",
        resource_name="epochs",
        log={},
    )


def test_reads_scores_and_parameters_in_the_order_tried(scored, data):
    search = GridSearchCV(scored, {"a": [1, 3, 2], "b": [(1,), None]}, cv=2).fit(*data)
    found = read_search(search)
    assert found.params == search.cv_results_["params"]
    np.testing.assert_array_equal(found.scores, search.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(found.stds, search.cv_results_["std_test_score"])
    assert found.best == search.best_index_
    assert found.resources is None and found.last() is found
    assert [column.label for column in found.columns()] == ["a", "b"]


@pytest.mark.parametrize(
    ("scoring", "name"),
    [
        (None, "Accuracy"),
        ("accuracy", "Accuracy"),
        ("neg_log_loss", "Negative log loss"),
        (["neg_log_loss"], "Negative log loss"),
    ],
)
def test_names_the_score(data, scoring, name):
    refit = "neg_log_loss" if isinstance(scoring, list) else True
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, scoring=scoring, refit=refit)
    assert read_search(search.fit(*data)).score_name == name


class OwnScore(KerasRegressor):
    @staticmethod
    def scorer(y_true, y_pred, **kwargs):
        return 1.0


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (Ridge(), "r2"),
        (make_pipeline(StandardScaler(), KerasMLPRegressor()), "r2"),
        (KerasRegressor(), "r2"),
        (KerasDistilledClassifier(student=KerasMLPClassifier()), "accuracy"),
        (OwnScore(), None),
        (KMeans(), None),
        (StandardScaler(), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_names_an_estimators_own_score_if_it_is_known(estimator, name):
    assert _default_scoring(estimator) == name


def test_takes_the_score_that_the_search_chose_by(data):
    model, grid = LogisticRegression(), {"C": [1e-3, 1, 1e3]}
    both = {"scoring": ["accuracy", "neg_log_loss"], "cv": 2}
    search = GridSearchCV(model, grid, refit="neg_log_loss", **both).fit(*data)
    found = read_search(search)
    np.testing.assert_array_equal(found.scores, search.cv_results_["mean_test_neg_log_loss"])
    assert found.best == search.best_index_
    other = read_search(search, "accuracy")
    assert other.best == np.argmax(search.cv_results_["mean_test_accuracy"])

    chosen = GridSearchCV(model, grid, refit=lambda results: 2, **both).fit(*data)
    assert read_search(chosen, "accuracy").best == 2
    for refit in (False, lambda results: 2):
        undecided = GridSearchCV(model, grid, refit=refit, **both).fit(*data)
        with pytest.raises(ValueError, match=r"metric=, one of \['accuracy', 'neg_log_loss'\]"):
            read_search(undecided)
    with pytest.raises(ValueError, match=r"no score named 'f1'; it has \['accuracy'"):
        read_search(search, "f1")


def test_refuses_what_is_no_fitted_search(scored):
    with pytest.raises(NotFittedError, match="GridSearchCV"):
        read_search(GridSearchCV(scored, {"a": [1]}))
    for wrong in (LogisticRegression(), GridSearchCV, {"a": 1}, None):
        with pytest.raises(TypeError, match="Expected a fitted search"):
            read_search(wrong)


def test_refuses_a_search_in_which_all_failed(scored, data):
    class Lost(GridSearchCV):
        def fit(self, X, y):
            self.cv_results_ = {
                "params": [{"a": 1}, {"a": 2}],
                "mean_test_score": np.array([np.nan, np.nan]),
                "std_test_score": np.array([np.nan, np.nan]),
            }
            return self

    with pytest.raises(ValueError, match=r"not one of 2 candidates has a score.*error_score"):
        read_search(Lost(scored, {"a": [1, 2]}).fit(*data))


def test_failures_are_kept_apart(scored, data):
    search = GridSearchCV(scored, {"a": [1, -1, 2]}, cv=2)
    with pytest.warns(FitFailedWarning), pytest.warns(UserWarning, match="non-finite"):
        search.fit(*data)
    found = read_search(search)
    assert found.failed.tolist() == [False, True, False]
    assert np.isnan(found.shown).tolist() == [False, True, False]
    assert found.best == 2


@pytest.mark.parametrize("resource", ["n_samples", "epochs"])
def test_a_halving_search_has_one_last_evaluation_for_each_candidate(scored, data, resource):
    X, y = np.tile(data[0], (9, 1)), np.tile(data[1], 9)
    limits = {"min_resources": 4 if resource == "n_samples" else 1, "max_resources": 36}
    grid = {"a": [1, 2, 3, 4, 5, 6, 7, 8, 9]}
    search = HalvingGridSearchCV(scored, grid, cv=2, resource=resource, random_state=0, **limits)
    found = read_search(search.fit(X, y))
    assert found.resource_name == resource
    assert found.names == ["a"], "the resource is none of the parameters"
    assert len(found.scores) == sum(search.n_candidates_) == 13
    last = found.last()
    assert sorted(params["a"] for params in last.params) == list(range(1, 10))
    assert last.resources.max() == search.n_resources_[-1]
    assert last.params[last.best] == {"a": search.best_params_["a"]} == {"a": 9}
    assert last.resource_column().few


def test_the_chosen_candidate_stays_chosen_where_it_won_early():
    params = [{"a": 1}, {"a": 2}, {"a": 1}]
    last = candidates([0.9, 0.5, 0.8], params, resources=[1, 1, 3], best=0).last()
    assert last.params == [{"a": 2}, {"a": 1}]
    assert last.best == 1
    assert last.scores.tolist() == [0.5, 0.8]


def test_scores_far_below_the_others_have_no_scale():
    found = candidates([0.90, 0.91, 0.92, 0.93, 0.94, -1e9, np.nan])
    assert 0.8 < found.floor < 0.9
    assert found.low.tolist() == [False] * 5 + [True, False]
    assert found.shown[5] == found.floor
    assert candidates([0.90, 0.91, 0.92, 0.93, 0.94]).floor is None
    assert candidates([0.9, 0.9, 0.9, 0.9, 0.8]).floor is None, "quartiles of no distance"
    assert candidates([0.9, -5]).floor is None


def test_names_parameters_that_are_not_there():
    with pytest.raises(ValueError, match=r"no parameters \['z'\]; it has \['a'\]"):
        candidates([1, 2]).columns(["a", "z"])
    with pytest.raises(ValueError, match="do not differ in any parameter"):
        candidates([1, 2], [{"a": 1}, {"a": 1}]).columns()


@pytest.mark.parametrize(
    ("spec", "log"),
    [
        (loguniform(1, 2), True),
        (uniform(1, 1000), False),
        (Real(1, 100, prior="log-uniform"), True),
        (Integer(1, 1000), False),
        (Categorical([1, 10, 100]), None),
        ((1, 2, "log-uniform"), True),
        ((1, 100, "uniform"), False),
        ((1, 100), None),
        ((1, 10, 100), None),
        ([1, 10], None),
        (FloatDistribution(1, 2, log=True), True),
        (FloatDistribution(1, 100), False),
    ],
)
def test_reads_the_scale_from_the_space(spec, log):
    assert _declared_scale(spec) is log


def test_reads_scales_from_searches(scored, data):
    narrow = loguniform(1, 1.1)
    search = RandomizedSearchCV(scored, [{"a": narrow}, {"a": narrow}], n_iter=4, random_state=0)
    assert read_search(search.fit(*data)).columns()[0].log
    halving = HalvingRandomSearchCV(
        scored, {"a": narrow}, n_candidates=4, resource="epochs", max_resources=2, random_state=0
    )
    assert read_search(halving.fit(*data)).columns()[0].log
    space = {"a": (1.0, 1.1, "log-uniform"), "b": (1.0, 1000.0)}
    bayes = BayesSearchCV(scored, [(space, 3)], cv=2, random_state=0)
    a, b = read_search(bayes.fit(*data)).columns()
    assert a.log and not b.log
