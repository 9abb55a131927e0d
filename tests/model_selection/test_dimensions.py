"""Spaces that searches take, and those that they refuse before any fit."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from skopt.space import Real

from skkeras.model_selection import GridSearchCV, RandomizedSearchCV
from skkeras.model_selection._dimensions import Parameter
from tests.model_selection.searches import VALUES, Recorder


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


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


def test_dicts_of_arrays_are_refused(iris):
    X, y = iris
    with pytest.raises(ValueError, match=r"dict of arrays has none; got the keys \['a', 'b'\]"):
        GridSearchCV(Recorder(), VALUES).fit({"a": X, "b": X}, y)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([1, 2], [1, 2]),
        (["a", "b"], ["a", "b"]),
        ([True, False], [True, False]),
        ([np.float64(0.5), 0.25], [0.5, 0.25]),
        ([1, True], ["1", "True"]),
        ([1, 1], ["1 (value 0)", "1 (value 1)"]),
        ([1.0, float("nan")], ["1.0", "nan"]),
        ([None, (1,), [2]], ["None", "(1,)", "[2]"]),
    ],
    ids=str,
)
def test_each_value_has_a_label_of_its_own(values, labels):
    parameter = Parameter("value", values)
    assert parameter.coordinates() == labels == list(parameter.dimension.categories)
    for label, value in zip(labels, values, strict=True):
        np.testing.assert_equal(parameter.value(label), value)
        assert type(parameter.value(label)) is type(getattr(value, "item", lambda v=value: v)())
