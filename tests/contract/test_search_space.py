"""What families say is worth a search."""

import numpy as np
import optuna
import pytest
from sklearn.model_selection import ParameterGrid, ParameterSampler, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skkeras.base import KerasFamily
from skkeras.model_selection import search_space

# The fewest and the most parameters that each size has.
SIZES = {"small": (3, 4), "medium": (5, 8), "large": (12, 20)}


def _families(cases):
    return [case for case in cases if issubclass(case.kind, KerasFamily)]


def test_families_and_no_others_have_a_search_space(case):
    if issubclass(case.kind, KerasFamily) or case.inner:
        assert search_space(case.estimator())
    else:
        with pytest.raises(TypeError, match="has a method search_space"):
            search_space(case.estimator())


@pytest.mark.parametrize("size", SIZES)
def test_sizes(cases, size):
    fewest, most = SIZES[size]
    for case in _families(cases):
        names = list(case.kind().search_space(size))
        falls = case.kind().learning_rate in ("cosine", "exponential", "on-plateau")
        assert names[0] == ("learning_rate_init" if falls else "learning_rate")
        assert fewest <= len(names) <= most
        smaller = case.kind().search_space("small" if size == "medium" else "medium")
        assert size == "small" or set(smaller) < set(names)


def test_small_is_what_is_given_unless_asked(cases):
    for case in _families(cases):
        assert case.kind().search_space() == case.kind().search_space("small")
        with pytest.raises(ValueError, match=r"size must be one of .*; got 'tiny'"):
            case.kind().search_space("tiny")


def test_defaults_lie_within(cases):
    for case in _families(cases):
        model = case.kind()
        for name, dimension in model.search_space("large").items():
            default = model.get_params()[name]
            if default == "auto" and name == "learning_rate":
                continue  # it depends on the data
            assert default in dimension, (case.name, name)


def _candidates(space, kind):
    """Return some candidates of each kind of space; of a grid, all."""
    if kind == "grid":
        return list(ParameterGrid(space))
    if kind == "random":
        return list(ParameterSampler(space, 30, random_state=0))
    if kind == "bayes":
        columns = [dimension.rvs(30, random_state=0) for dimension in space.values()]
        return [dict(zip(space, row, strict=True)) for row in zip(*columns, strict=True)]
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [study.ask(space).params for _ in range(30)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["grid", "random", "bayes", "optuna"])
def test_candidates_are_valid_parameters(cases, kind, size):
    for case in _families(cases):
        model = case.estimator()
        space = search_space(model, kind=kind, size=size)
        candidates = _candidates(space, kind)
        for candidate in candidates:
            model.set_params(**candidate)._validate_params()
        if kind == "grid":
            # As the documentation says.
            assert len(candidates) == {"small": 18, "medium": 32, "large": 128}[size]
            assert all(len(values) > 1 for values in space.values())
        else:
            assert set(space) == set(model.search_space(size))


def test_a_search_of_a_family_in_a_pipeline(case):
    if not issubclass(case.kind, KerasFamily):
        return
    X, y = case.data()
    network = case.estimator(epochs=1)
    pipeline = Pipeline([("same", FunctionTransformer()), ("net", network)])
    space = search_space(pipeline, kind="random")
    search = RandomizedSearchCV(pipeline, space, n_iter=1, cv=2, random_state=0).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert set(search.best_params_) == {f"net__{name}" for name in network.search_space()}
