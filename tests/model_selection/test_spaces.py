import math

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_iris, make_regression
from sklearn.ensemble import VotingClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from skopt.space import Categorical, Dimension, Integer, Real

from skkeras import KerasClassifier
from skkeras.model_selection import BayesSearchCV, search_space
from skkeras.model_selection._spaces import LogUniformInteger

SPACE = {
    "C": Real(1e-3, 1e3, prior="log-uniform"),
    "degree": Integer(1, 5),
    "kernel": Categorical(["rbf", "poly"]),
    "coef0": Real(0.0, 1.0),
    "cache_size": Integer(50, 400, prior="log-uniform"),
    "class_weight": Categorical([None, "balanced"]),
}
SIZES = {"small": 3, "medium": 4, "large": 6}


class Tunable(SVC):
    def search_space(self, size="small"):
        return dict(list(SPACE.items())[: SIZES[size]])


class TunableRegressor(SVR):
    def search_space(self, size="small"):
        return {"C": SPACE["C"], "kernel": SPACE["kernel"]}


class Holder(SVC):
    """Has a search space of its own and holds an estimator with another."""

    def __init__(self, held=None, C=1.0):
        super().__init__(C=C)
        self.held = held

    def search_space(self, size="small"):
        return {"C": SPACE["C"]}


@pytest.mark.parametrize(
    ("estimator", "prefixes"),
    [
        (Tunable(), [""]),
        (make_pipeline(StandardScaler(), Tunable()), ["tunable__"]),
        (Pipeline([("a", Pipeline([("b", Tunable())]))]), ["a__b__"]),
        (VotingClassifier([("x", Tunable()), ("y", Tunable()), ("z", SVC())]), ["x__", "y__"]),
        (GridSearchCV(Tunable(), {}), ["estimator__"]),
    ],
    ids=["itself", "pipeline", "nested", "voting", "search"],
)
@pytest.mark.parametrize("kind", ["grid", "random", "bayes", "optuna"])
def test_names_reach_the_parameters(estimator, prefixes, kind):
    space = search_space(estimator, kind=kind)
    names = [prefix + name for prefix in prefixes for name in ("C", "degree", "kernel")]
    # Twice two values of each would be more than a grid holds.
    assert list(space) == (names[:4] if kind == "grid" else names)
    assert set(names) <= set(estimator.get_params())


def test_the_outermost_space_counts():
    assert list(search_space(Pipeline([("a", Holder(Tunable()))]))) == ["a__C"]
    assert list(search_space(Holder(Tunable()))) == ["C"]


@pytest.mark.parametrize("size", SIZES)
def test_bayes_gives_new_dimensions(size):
    space = search_space(Tunable(), size=size)
    assert space == {name: SPACE[name] for name in list(SPACE)[: SIZES[size]]}
    assert all(isinstance(dimension, Dimension) for dimension in space.values())
    assert space["C"] is not SPACE["C"]


@pytest.mark.parametrize(("size", "most"), [("small", 20), ("medium", 60), ("large", 180)])
def test_grids_keep_their_size(size, most):
    grid = search_space(Tunable(), kind="grid", size=size)
    assert most / 3 <= math.prod(map(len, grid.values())) <= most
    for name, values in grid.items():
        assert len(set(values)) == len(values) >= 1
        assert all(value in SPACE[name] for value in values)
    assert {type(value) for value in grid["degree"]} == {int}


def test_grid_values_follow_the_prior():
    grid = search_space(Tunable(), kind="grid")
    assert grid == {"C": [0.01, 1.0, 100.0], "degree": [2, 3, 4], "kernel": ["rbf", "poly"]}


def test_the_longest_and_last_lists_are_cut():
    class Wide(SVC):
        def search_space(self, size="small"):
            return {"kernel": list("abcdefgh"), "C": (0.0, 1.0), "coef0": (0.0, 1.0)}

    grid = search_space(Wide(), kind="grid")
    assert grid == {"kernel": ["a", "b", "c"], "C": [0.17, 0.5, 0.83], "coef0": [0.25, 0.75]}


def test_a_parameter_cut_to_one_value_is_left_to_the_estimator():
    class Wide(SVC):
        def search_space(self, size="small"):
            ranges = {name: (0.1, 1.0) for name in ("C", "coef0", "tol", "gamma")}
            return {**ranges, "kernel": ["rbf"], "shrinking": [True, False]}

    grid = search_space(Wide(), kind="grid")
    assert list(grid) == ["C", "coef0", "tol", "gamma", "kernel"]
    assert [len(values) for values in grid.values()] == [2, 2, 2, 2, 1]


def test_grid_of_a_narrow_range_has_no_value_twice_nor_outside():
    class Narrow(SVC):
        def search_space(self, size="small"):
            return {"degree": (2, 3), "C": (1.234, 1.235)}

    grid = search_space(Narrow(), kind="grid")
    assert grid["degree"] == [2, 3]
    assert len(set(grid["C"])) == 3
    assert all(1.234 <= value <= 1.235 for value in grid["C"])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.994, 1.006, [0.996, 1.0, 1.004]),  # twice 1.0
        (0.1405, 0.166, [0.14475, 0.15325, 0.16175]),  # 0.14 is outside
        (0.1395, 0.165, [0.14, 0.15, 0.16]),
    ],
)
def test_grid_values_are_rounded_only_if_they_stay_distinct_and_inside(low, high, expected):
    class Narrow(SVC):
        def search_space(self, size="small"):
            return {"C": (low, high)}

    assert search_space(Narrow(), kind="grid")["C"] == pytest.approx(expected, rel=1e-12)


def test_random_gives_distributions_over_the_ranges():
    space = search_space(Tunable(), kind="random", size="large")
    rng = np.random.RandomState(0)
    for name in ("C", "degree", "coef0", "cache_size"):
        drawn = space[name].rvs(size=2000, random_state=rng)
        low, high = SPACE[name].low, SPACE[name].high
        assert drawn.min() >= low and drawn.max() <= high
        expected = np.sqrt(low * high) if SPACE[name].prior == "log-uniform" else (low + high) / 2
        assert np.median(drawn) == pytest.approx(expected, rel=0.3)
    assert set(space["degree"].rvs(size=200, random_state=rng)) == {1, 2, 3, 4, 5}
    assert space["kernel"] == ["rbf", "poly"] and space["class_weight"] == [None, "balanced"]


def test_log_uniform_integers():
    law = LogUniformInteger(1, 4)
    assert isinstance(law.rvs(random_state=0), int)
    drawn = law.rvs(size=(50, 200), random_state=0)
    assert drawn.shape == (50, 200)
    share = np.bincount(drawn.ravel(), minlength=5)[1:] / drawn.size
    edges = stats.loguniform(0.5, 4.5).cdf([0.5, 1.5, 2.5, 3.5, 4.5])
    np.testing.assert_allclose(share, np.diff(edges), atol=0.02)


def randomized(model, space, **settings):
    return RandomizedSearchCV(model, space, n_iter=4, random_state=0, **settings)


def bayes(model, space, **settings):
    return BayesSearchCV(model, space, n_iter=4, random_state=0, **settings)


@pytest.mark.parametrize(
    ("kind", "search"), [("grid", GridSearchCV), ("random", randomized), ("bayes", bayes)]
)
def test_each_search_takes_its_kind(kind, search):
    model = make_pipeline(StandardScaler(), Tunable())
    fitted = search(model, search_space(model, kind=kind), cv=2).fit(*load_iris(return_X_y=True))
    assert fitted.best_score_ > 0.8
    X, y = make_regression(n_samples=40, random_state=0)
    target = TransformedTargetRegressor(make_pipeline(StandardScaler(), TunableRegressor()))
    space = search_space(target, kind=kind)
    assert next(iter(space)) == "regressor__tunableregressor__C"
    assert np.isfinite(search(clone(target), space, cv=2).fit(X, y).best_score_)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((SVC(),), TypeError, "search_space"),
        ((Pipeline([("a", SVC())]),), TypeError, "search_space"),
        ((Tunable,), TypeError, "search_space"),
        ((None,), TypeError, "got None"),
        ((Tunable(), "gird"), ValueError, "kind must be one of.*got 'gird'"),
        ((Tunable(), "grid", "huge"), ValueError, "size must be one of.*got 'huge'"),
    ],
    ids=repr,
)
def test_bad_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        search_space(*arguments)


@pytest.mark.parametrize("kind", ["grid", "random", "bayes", "optuna"])
def test_names_that_the_estimator_does_not_have_are_refused(kind):
    class Misspelt(SVC):
        def search_space(self, size="small"):
            return {"C": (0.1, 1.0), "gama": (0.1, 1.0)}

    with pytest.raises(ValueError, match=r"has 'misspelt__gama', .*'misspelt__gamma'"):
        search_space(make_pipeline(StandardScaler(), Misspelt()), kind=kind)


class Routed(KerasClassifier):
    """Has a search space of parameters that stand in no signature."""

    def search_space(self, size="small"):
        return {"optimizer__learning_rate": (1e-4, 1e-1, "log-uniform"), "model__units": (4, 8)}


class Misrouted(KerasClassifier):
    def search_space(self, size="small"):
        return {"optimizer__learning_rat": (1e-4, 1e-1), "model__unit": (4, 8), "epochs": (1, 9)}


def build(meta, units=8):
    raise NotImplementedError


@pytest.mark.parametrize("kind", ["grid", "random", "bayes", "optuna"])
def test_routed_parameters_are_in_a_space(kind):
    space = search_space(make_pipeline(StandardScaler(), Routed(build)), kind=kind)
    assert list(space) == ["routed__optimizer__learning_rate", "routed__model__units"]
    with pytest.raises(ValueError, match="has 'optimizer__learning_rat', 'model__unit', which"):
        search_space(Misrouted(build), kind=kind)


def test_an_empty_space_is_refused():
    class Empty(SVC):
        def search_space(self, size="small"):
            return {}

    with pytest.raises(ValueError, match="'small' is empty"):
        search_space(Empty())
