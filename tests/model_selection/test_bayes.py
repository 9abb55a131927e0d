import pickle
import warnings

import numpy as np
import pytest
import sklearn
import skopt
from joblib import parallel_config
from matplotlib import pyplot
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.callback import ProgressBar
from sklearn.datasets import load_iris, make_regression
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GroupKFold, KFold, ShuffleSplit, cross_val_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from skopt import plots
from skopt.space import Categorical, Integer, Real

from skkeras import KerasMLPClassifier
from skkeras.model_selection import BayesSearchCV

C = {"C": (1e-3, 1e3, "log-uniform")}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


class Recorder(ClassifierMixin, BaseEstimator):
    """Keeps what it was given; scores its `value`, and fails where it is told to."""

    def __init__(self, value=0, other=None, fails_at=(), nan_at=()):
        self.value = value
        self.other = other
        self.fails_at = fails_at
        self.nan_at = nan_at

    def fit(self, X, y, sample_weight=None):
        if self.fails_at == "all" or self.value in self.fails_at:
            raise RuntimeError(f"cannot fit {self.value}")
        self.classes_ = np.unique(y)
        self.weight_ = None if sample_weight is None else sample_weight.sum()
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def score(self, X, y, sample_weight=None):
        if self.nan_at == "all" or self.value in self.nan_at:
            return np.nan
        return float(self.value) if isinstance(self.value, (int, float)) else 0.0


def values(search, name="value"):
    return [params[name] for params in search.cv_results_["params"]]


@pytest.mark.parametrize(
    "choices",
    [
        [(64,), (64, 32), (128, 64, 32)],
        [(64, 32), (32, 64)],
        [(64,), (32,)],
        [[64], [64, 32]],
        [None, "auto", 0.5, 3, (1, 2)],
        [1, True, 1.0],
        [True, False],
        ["a", "b", "c"],
        [1, 10],
        np.array([0.1, 1.0, 10.0]),
        np.array(["x", "y"]),
        [float("nan"), 1.0],
        [np.float64(0.5), np.int64(3)],
        ["only"],
    ],
    ids=repr,
)
@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_every_value_arrives_as_itself(iris, choices):
    search = BayesSearchCV(Recorder(), {"value": choices, "other": (0.0, 1.0)}, n_iter=14, cv=2)
    search.set_params(random_state=0).fit(*iris)
    given = [value.item() if isinstance(value, np.generic) else value for value in choices]
    kinds = {(type(value), repr(value)) for value in values(search)}
    assert kinds == {(type(value), repr(value)) for value in given}
    assert all(type(value) is float for value in values(search, "other"))
    assert len(search.optimizer_results_[0].x_iters) == 14


def test_tuples_in_categorical_reach_an_mlp(iris):
    space = {
        "hidden_layer_sizes": Categorical([(4,), (8, 4), (8, 8)]),
        "batch_size": Integer(16, 64),
        "learning_rate_init": Real(1e-3, 1e-1, prior="log-uniform"),
    }
    mlp = MLPClassifier(max_iter=5, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search = BayesSearchCV(mlp, space, n_iter=12, cv=2, random_state=0).fit(*iris)
    for params in search.cv_results_["params"]:
        assert [type(params[name]) for name in space] == [tuple, int, float]
    assert search.best_params_["hidden_layer_sizes"] in [(4,), (8, 4), (8, 8)]
    assert search.best_estimator_.hidden_layer_sizes == search.best_params_["hidden_layer_sizes"]


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_a_network_in_a_pipeline(iris, backend):
    model = make_pipeline(StandardScaler(), KerasMLPClassifier(epochs=3, random_state=0))
    space = {
        "kerasmlpclassifier__hidden_layer_sizes": [(8,), (8, 4)],
        "kerasmlpclassifier__learning_rate": (1e-3, 1e-1, "log-uniform"),
    }
    search = BayesSearchCV(model, space, n_iter=4, n_points=2, cv=2, random_state=0)
    alone = search.fit(*iris).cv_results_["mean_test_score"]
    assert search.score(*iris) > 0.5
    with parallel_config(backend, n_jobs=2):
        np.testing.assert_array_equal(search.fit(*iris).cv_results_["mean_test_score"], alone)


def test_users_dimensions_stay_as_they_are(iris):
    dimension = Categorical(["a", "b"], prior=[0.1, 0.9], transform="label")
    space = {"value": dimension, "other": Real(0, 1)}
    BayesSearchCV(Recorder(), space, n_iter=12, cv=2, random_state=0).fit(*iris)
    assert dimension.transform_ == "label" and dimension.name is None
    assert space["other"].transform_ == "identity" and space["other"].name is None


def test_finds_a_known_optimum():
    X, y = make_regression(n_samples=60, n_features=5, noise=30, random_state=0)
    space = {"alpha": (1e-6, 1e6, "log-uniform")}
    search = BayesSearchCV(Ridge(), space, n_iter=20, cv=KFold(3), random_state=0).fit(X, y)
    grid = [
        cross_val_score(Ridge(alpha=alpha), X, y, cv=KFold(3)).mean()
        for alpha in np.logspace(-6, 6, 200)
    ]
    assert search.best_score_ > max(grid) - 1e-3
    drawn, led = np.split(search.cv_results_["mean_test_score"], [10])
    assert np.median(led) > np.median(drawn)


@pytest.mark.parametrize("n_points", [1, 3, 20])
def test_integer_random_state_repeats(iris, n_points):
    search = BayesSearchCV(SVC(), C, n_iter=14, n_points=n_points, cv=2, random_state=3)
    first = values(clone(search).fit(*iris), "C")
    np.random.seed(0)
    assert values(search.fit(*iris), "C") == first
    assert values(search.fit(*iris), "C") == first
    assert len(set(first)) == 14
    assert values(search.set_params(random_state=4).fit(*iris), "C") != first


def test_global_random_numbers_are_left_alone(iris):
    state = np.random.get_state()[1].copy()
    BayesSearchCV(SVC(), C, n_iter=12, cv=2).set_params(random_state=0).fit(*iris)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


@pytest.mark.parametrize("n_points", [1, 4])
def test_a_small_space_is_searched_in_full_and_once(iris, n_points):
    space = {"value": (1, 5), "other": ["a", None, (1,)]}
    search = BayesSearchCV(Recorder(), space, n_iter=30, n_points=n_points, cv=2, random_state=0)
    with pytest.warns(UserWarning, match="holds 15 candidates, fewer than n_iter=30"):
        search.fit(*iris)
    rows = [(p["value"], p["other"]) for p in search.cv_results_["params"]]
    assert len(rows) == len(set(rows)) == 15
    assert search.best_score_ == 5


def test_no_candidate_twice_in_a_space_too_large_to_list(iris):
    space = {"value": (1, 10), "other": (1, 2000)}
    search = BayesSearchCV(Recorder(), space, n_iter=25, cv=2, random_state=0).fit(*iris)
    assert len({(p["value"], p["other"]) for p in search.cv_results_["params"]}) == 25


@pytest.mark.parametrize("fails_at", [(1, 2), (1, 6, 7), (5, 6, 7, 8)])
@pytest.mark.parametrize("n_points", [1, 3])
@pytest.mark.parametrize("return_train_score", [False, True])
def test_failing_candidates_are_recorded(iris, fails_at, n_points, return_train_score):
    search = BayesSearchCV(
        Recorder(fails_at=fails_at),
        {"value": (1, 8)},
        n_iter=8,
        n_points=n_points,
        cv=2,
        random_state=0,
        return_train_score=return_train_score,
    )
    with pytest.warns(FitFailedWarning, match="cannot fit"):
        search.fit(*iris)
    results = search.cv_results_
    assert sorted(values(search)) == list(range(1, 9))
    for value, score in zip(values(search), results["mean_test_score"], strict=True):
        assert np.isnan(score) if value in fails_at else score == value
    assert (results["param_value"] == values(search)).all()
    assert {len(column) for column in results.values()} == {8}
    assert (results["mean_fit_time"] > 0).all()
    assert search.best_params_["value"] == max(set(range(1, 9)) - set(fails_at))
    assert np.isfinite(search.optimizer_results_[0].func_vals).all()


def test_failures_do_not_move_the_others(iris):
    space = {"value": (1, 1000)}
    plain = BayesSearchCV(Recorder(), space, n_iter=6, cv=2, random_state=0).fit(*iris)
    failing = clone(plain).set_params(estimator__fails_at=values(plain)[::2])
    with pytest.warns(FitFailedWarning):
        failing.fit(*iris)
    assert values(failing) == values(plain)
    expected = [np.nan if i % 2 == 0 else v for i, v in enumerate(values(plain))]
    np.testing.assert_array_equal(failing.cv_results_["mean_test_score"], expected)


def test_numeric_error_score_and_many_metrics(iris):
    search = BayesSearchCV(
        Recorder(fails_at=(2,)),
        {"value": [1, 2, 3]},
        n_iter=3,
        cv=2,
        random_state=0,
        error_score=-7.0,
        scoring=["accuracy", "balanced_accuracy"],
        refit="accuracy",
    )
    with pytest.warns(FitFailedWarning, match=r"error_score=-7\.0"):
        search.fit(*iris)
    failed = values(search).index(2)
    assert search.cv_results_["mean_test_balanced_accuracy"][failed] == -7
    assert search.cv_results_["std_test_accuracy"][failed] == 0
    assert search.cv_results_["rank_test_accuracy"][failed] == 3


@pytest.mark.parametrize("n_points", [1, 3])
def test_a_batch_that_fails_scores_as_any_other_failure(iris, n_points, capsys):
    space = {"value": (1, 8)}
    search = BayesSearchCV(Recorder(fails_at=(5, 6, 7, 8)), space, n_iter=8, cv=2, verbose=1)
    search.set_params(n_points=n_points, random_state=0, error_score=-7.0)
    told = []
    with pytest.warns(FitFailedWarning):
        search.fit(*iris, callback=lambda result: told.append(result.func_vals.tolist()))
    expected = [-7.0 if value > 4 else value for value in values(search)]
    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], expected)
    # The optimizer learns the error score at once, not the worst score of the others.
    assert len(told[0]) == n_points and told[-1] == [-score for score in expected]
    assert "nan" not in capsys.readouterr().out


def test_error_score_raise(iris):
    search = BayesSearchCV(
        Recorder(fails_at="all"), {"value": (1, 100)}, n_iter=3, error_score="raise"
    )
    with pytest.raises(RuntimeError, match="cannot fit"):
        search.fit(*iris)


def test_all_candidates_failing_is_an_error(iris):
    search = BayesSearchCV(Recorder(fails_at="all"), {"value": (1, 100)}, n_iter=12, cv=2)
    with pytest.warns(FitFailedWarning), pytest.raises(ValueError, match="No candidate could be"):
        search.fit(*iris)


def test_train_scores_are_ranked_as_in_skopt(iris):
    settings = {"scoring": ["accuracy", "f1_macro"], "refit": "accuracy", "n_iter": 3, "cv": 2}
    space = {"C": (1e-3, 1e-1, "log-uniform")}
    search = BayesSearchCV(SVC(), space, return_train_score=True, **settings).fit(*iris)
    theirs = skopt.BayesSearchCV(SVC(), space, return_train_score=True, **settings).fit(*iris)
    assert set(search.cv_results_) == set(theirs.cv_results_)
    for name in ("accuracy", "f1_macro"):
        means = search.cv_results_[f"mean_train_{name}"]
        ranks = search.cv_results_[f"rank_train_{name}"]
        assert ranks.dtype == theirs.cv_results_[f"rank_train_{name}"].dtype
        assert ranks.tolist() == [1 + (means > mean).sum() for mean in means]


def test_nan_scores_are_never_best(iris):
    search = BayesSearchCV(
        Recorder(nan_at=(4, 5)), {"value": (1, 5)}, n_iter=5, cv=2, random_state=0
    ).set_params(return_train_score=True)
    with pytest.warns(UserWarning, match="test scores"), pytest.warns(UserWarning, match="train"):
        search.fit(*iris)
    ranks = dict(zip(values(search), search.cv_results_["rank_train_score"].tolist(), strict=True))
    assert ranks == {3: 1, 2: 2, 1: 3, 4: 4, 5: 4}
    assert search.best_params_ == {"value": 3}
    with pytest.raises(ValueError, match="Not one of 5 candidates has a score"):
        search.set_params(estimator__nan_at="all").fit(*iris)


@pytest.mark.parametrize("routing", [False, True])
def test_sample_weight_and_groups_go_where_they_should(iris, routing):
    X, y = iris
    groups = np.arange(len(y)) % 6
    weight = np.where(y == 2, 0.0, 2.0)

    def weighted(y_true, y_pred, sample_weight=None):
        return accuracy_score(y_true, y_pred) if sample_weight is None else sample_weight.sum()

    scorer, estimator = make_scorer(weighted), Recorder()
    with sklearn.config_context(enable_metadata_routing=routing):
        if routing:
            scorer = scorer.set_score_request(sample_weight=True)
            estimator.set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
        search = BayesSearchCV(
            estimator, {"value": (1, 9)}, n_iter=3, cv=GroupKFold(3), scoring=scorer, random_state=0
        )
        search.fit(X, y, sample_weight=weight, groups=groups)
    assert search.best_estimator_.weight_ == weight.sum()
    folds = [weight[test].sum() for _, test in GroupKFold(3).split(X, y, groups)]
    row = [search.cv_results_[f"split{i}_test_score"][0] for i in range(3)]
    assert row == pytest.approx(folds)


def test_routing_without_metadata_and_in_cross_val_score(iris):
    with sklearn.config_context(enable_metadata_routing=True):
        search = BayesSearchCV(SVC(), C, n_iter=2, cv=2, random_state=0)
        assert cross_val_score(search, *iris, cv=2).mean() > 0.8


def test_nested_around_and_inside_a_pipeline(iris):
    space = {"clf__C": (0.1, 10.0), "scale": [StandardScaler(), MinMaxScaler(), "passthrough"]}
    model = Pipeline([("scale", StandardScaler()), ("clf", LogisticRegression(max_iter=1000))])
    around = BayesSearchCV(model, space, n_iter=12, cv=2, random_state=0).fit(*iris)
    assert around.best_score_ > 0.9
    inside = make_pipeline(StandardScaler(), BayesSearchCV(SVC(), C, n_iter=3, random_state=0))
    assert cross_val_score(inside, *iris, cv=2).mean() > 0.8


def test_a_step_and_its_parameters_searched_together(iris):
    model = Pipeline([("clf", SVC())])
    spaces = [
        ({"clf": [LogisticRegression(max_iter=1000)], "clf__C": (0.1, 10.0)}, 2),
        {"clf__kernel": ["linear", "rbf"]},
    ]
    search = BayesSearchCV(model, spaces, n_iter=2, cv=2, random_state=0)
    assert search.total_iterations == 4
    search.fit(*iris)
    kinds = [type(params.get("clf")) for params in search.cv_results_["params"]]
    assert kinds == [LogisticRegression] * 2 + [type(None)] * 2
    assert search.cv_results_["param_clf__kernel"].mask.tolist() == [True, True, False, False]
    assert [len(result.x_iters) for result in search.optimizer_results_] == [2, 2]


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_jobs_change_nothing(iris, backend):
    search = BayesSearchCV(SVC(), C, n_iter=6, n_points=2, cv=2, random_state=0)
    alone = values(search.fit(*iris), "C")
    with parallel_config(backend, n_jobs=2):
        # A callback that cannot be pickled stays with the search.
        seen = []
        search.fit(*iris, callback=lambda result, _=(i for i in ()): seen.append(result.fun))
    assert values(search, "C") == alone
    assert len(seen) == 3


def test_nested_in_threads(iris):
    search = BayesSearchCV(SVC(), C, n_iter=12, cv=2, random_state=0)
    alone = cross_val_score(search, *iris, cv=2)
    with parallel_config("threading", n_jobs=2):
        np.testing.assert_array_equal(cross_val_score(search, *iris, cv=2), alone)


def test_all_candidates_get_the_same_splits(iris):
    seen = []

    class Splits(ShuffleSplit):
        def split(self, X, y=None, groups=None):
            for train, test in super().split(X, y, groups):
                seen.append(tuple(test))
                yield train, test

    cv = Splits(n_splits=1, random_state=np.random.RandomState(0))
    BayesSearchCV(SVC(), C, n_iter=4, cv=cv, random_state=0).fit(*iris)
    assert len(seen) == 4 and len(set(seen)) == 1
    assert isinstance(cv.random_state, np.random.RandomState)


def test_scikit_learns_contract(iris):
    space = {"C": Real(0.1, 10), "kernel": ["linear", "rbf"]}
    search = BayesSearchCV(SVC(), space, n_iter=3, cv=2, random_state=0)
    assert search.get_params()["search_spaces"] is space
    assert not {"iid", "fit_params"} & set(search.get_params())
    copy = clone(search)
    assert copy.search_spaces == space and copy.search_spaces["C"] is not space["C"]
    assert "n_iter=3" in repr(search) and "BayesSearchCV" in search._repr_html_()
    copy.set_params(estimator__gamma=0.5, n_iter=2).fit(*iris)
    again = pickle.loads(pickle.dumps(copy))
    np.testing.assert_array_equal(again.predict(iris[0]), copy.predict(iris[0]))
    assert again.best_params_ == copy.best_params_
    assert again.classes_.tolist() == [0, 1, 2]
    assert again.n_features_in_ == 4


def test_results_go_into_skopts_plots(iris):
    pyplot.switch_backend("Agg")
    space = {"value": (1, 50), "other": [(1,), (2,), None]}
    search = BayesSearchCV(Recorder(), space, n_iter=13, cv=2, random_state=0).fit(*iris)
    result = search.optimizer_results_[0]
    assert result.space.dimension_names == ["other", "value"]
    assert result.fun == -search.best_score_
    assert plots.plot_convergence(result).lines
    for draw, settings in [(plots.plot_evaluations, {}), (plots.plot_objective, {"n_points": 5})]:
        pyplot.figure()
        draw(result, **settings)
        figure = pyplot.gcf()
        figure.canvas.draw()
        labels = {text.get_text() for axes in figure.axes for text in axes.get_xticklabels()}
        assert {"(1,)", "(2,)", "None"} <= labels
    pyplot.close("all")


def test_progress_bar_shows_candidates_and_what_is_below(capsys):
    def scoring(estimator, X, y=None):
        return 1.0

    space = {"with_mean": [True, False]}
    search = BayesSearchCV(StandardScaler(), space, n_iter=2, cv=2, scoring=scoring, random_state=0)
    search.set_callbacks(ProgressBar()).fit(np.eye(6))
    shown = capsys.readouterr().out
    for task in ("fit", "search", "StandardScaler", "refit-with-best-params"):
        assert task in shown
    assert "candidate 2 of 2, best so far 1.0000" in shown


def test_callback_ends_a_search(iris):
    search = BayesSearchCV(SVC(), C, n_iter=10, cv=2, random_state=0)
    search.fit(*iris, callback=lambda result: len(result.x_iters) == 4)
    assert len(values(search, "C")) == 4
    assert "_callbacks" not in vars(search)


def test_verbose_prints_one_line_a_candidate(iris, capsys):
    search = BayesSearchCV(
        Recorder(fails_at=(2,)), {"value": [1, 2], "other": ["x"]}, n_iter=2, cv=2, verbose=1
    )
    with pytest.warns(FitFailedWarning):
        search.set_params(random_state=0).fit(*iris)
    lines = capsys.readouterr().out.splitlines()
    assert {line.split(" ", 1)[1] for line in lines} == {
        "1.0000 (0.0000) other='x', value=1",
        "failed other='x', value=2",
    }
    assert [line.split()[0] for line in lines] == ["[1/2]", "[2/2]"]
    assert search.verbose == 1
    search.set_params(verbose=0, search_spaces={"value": [1]}, n_iter=1).fit(*iris)
    assert capsys.readouterr().out == ""


def test_own_optimizer_arguments_win(iris):
    search = BayesSearchCV(SVC(), C, n_iter=5, cv=2, random_state=0)
    search.set_params(
        optimizer_kwargs={"base_estimator": "RF", "n_initial_points": 2, "acq_func": "EI"}
    ).fit(*iris)
    arguments = search.optimizer_results_[0].specs["args"]
    assert arguments["base_estimator"] == "RF" and arguments["acq_func"] == "EI"
    assert len(search.optimizer_results_[0].models) == 4


def test_a_constraint_sees_the_values(iris):
    def allowed(point):
        return len(point[0]) == point[1]

    space = {"other": [(1,), (1, 2), (1, 2, 3)], "value": (1, 3)}
    search = BayesSearchCV(Recorder(), space, n_iter=3, cv=2, random_state=0)
    search.set_params(optimizer_kwargs={"space_constraint": allowed}).fit(*iris)
    assert sorted(values(search)) == [1, 2, 3]
    assert all(len(p["other"]) == p["value"] for p in search.cv_results_["params"])


def test_scoring_by_a_function_of_many_scores(iris):
    def scoring(estimator, X, y):
        return {"up": float(estimator.value), "down": -float(estimator.value)}

    search = BayesSearchCV(
        Recorder(fails_at=(1,)), {"value": (1, 4)}, n_iter=4, cv=2, scoring=scoring, refit="down"
    )
    with pytest.warns(FitFailedWarning):
        search.set_params(random_state=0).fit(*iris)
    assert search.best_params_ == {"value": 2}
    with pytest.raises(ValueError, match="multi-metric"):
        clone(search).set_params(refit=True, estimator__fails_at=()).fit(*iris)


@pytest.mark.parametrize(
    ("spaces", "error", "message"),
    [
        ({}, ValueError, "empty"),
        ([], ValueError, "empty list"),
        ([{}], ValueError, "empty"),
        ({"value": []}, ValueError, "'value'.*nothing to choose from"),
        ({"value": "abc"}, TypeError, "'value'.*got 'abc'"),
        ({"value": 3}, TypeError, "'value'.*got 3"),
        ({"value": (5, 1)}, ValueError, "'value'"),
        ({"value": (1.0, 2.0, "log")}, ValueError, "'value'"),
        ({3: (1, 2)}, TypeError, "got 3 as a name"),
        ({"valeu": (1, 2)}, ValueError, "'valeu'.*'other', 'value'"),
        ([({"value": (1, 2)}, 0)], ValueError, "at least 1; got 0"),
        ([({"value": (1, 2)}, 2.5)], TypeError, "integer"),
        ([["value"]], TypeError, "value"),
    ],
    ids=repr,
)
def test_bad_spaces_are_refused_before_any_fit(iris, spaces, error, message):
    search = BayesSearchCV(Recorder(fails_at="all"), spaces, n_iter=2, error_score="raise")
    with pytest.raises(error, match=message):
        search.fit(*iris)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_iter": 0}, "n_iter"),
        ({"n_points": 0}, "n_points"),
        ({"search_spaces": 3}, "search_spaces"),
        ({"refit": max}, "refit"),
        ({"optimizer_kwargs": {"dimensions": []}}, "search_spaces instead"),
        ({"optimizer_kwargs": {"acq_func": "EIps"}}, "time of each candidate"),
    ],
    ids=repr,
)
def test_bad_parameters_are_refused_before_any_fit(iris, params, message):
    search = BayesSearchCV(Recorder(fails_at="all"), {"value": (1, 2)}, error_score="raise")
    with pytest.raises(ValueError, match=message):
        search.set_params(**params).fit(*iris)


def test_a_score_with_mean_in_its_name_has_its_ranks(iris):
    search = BayesSearchCV(SVC(), C, n_iter=3, random_state=0, return_train_score=True)
    search.set_params(scoring={"mean_right": "accuracy"}, refit="mean_right").fit(*iris)
    means = search.cv_results_["mean_train_mean_right"]
    ranks = search.cv_results_["rank_train_mean_right"]
    assert means[ranks.argmin()] == means.max() and ranks.min() == 1
