import numpy as np
import pytest
from scipy import stats
from skopt.space import Categorical, Integer, Real

from skkeras import KerasMLPClassifier
from skkeras.model_selection import search_space
from skkeras.model_selection._candidate_sampler import CandidateSampler

SPACE = {
    "list": [(64,), (64, 32), None],
    "distribution": stats.loguniform(1e-3, 1e3),
    "integers": (2, 9),
    "numbers": (1e-4, 1e-1, "log-uniform"),
    "dimension": Integer(1, 5),
}


def draw(space, n_candidates, seed=0):
    return CandidateSampler(space).candidates(n_candidates, np.random.RandomState(seed))


def test_values_are_plain_and_lie_within():
    drawn = draw(SPACE, 200)
    assert len(drawn) == 200
    for candidate in drawn:
        assert set(candidate) == set(SPACE)
        assert candidate["list"] in SPACE["list"]
        assert type(candidate["distribution"]) is float and type(candidate["numbers"]) is float
        assert type(candidate["integers"]) is int and 2 <= candidate["integers"] <= 9
        assert type(candidate["dimension"]) is int and 1 <= candidate["dimension"] <= 5
    for name in ("distribution", "numbers"):
        low, high = np.log([1e-3, 1e3] if name == "distribution" else [1e-4, 1e-1])
        share = (np.log([candidate[name] for candidate in drawn]) - low) / (high - low)
        assert stats.kstest(share, "uniform").pvalue > 0.01


def test_an_integer_seed_repeats():
    assert draw(SPACE, 20) == draw(SPACE, 20)
    assert draw(SPACE, 20) != draw(SPACE, 20, seed=1)


def test_no_candidate_twice_and_all_of_a_small_space():
    drawn = draw({"a": [1, 2, 3], "b": ["x", "y"]}, 6)
    assert len({(one["a"], one["b"]) for one in drawn}) == 6
    assert len(draw({"a": [1, 2, 3], "b": ["x", "y"]}, 7)) == 6
    # Lists cannot be hashed, and 1 is equal to True.
    assert len(draw({"a": [[1], [2]], "b": [1, True, 1.0]}, 10)) == 6


def test_priors_of_categories_count():
    drawn = draw({"a": Categorical(["often", "rarely"], prior=[0.9, 0.1]), "b": Real(0, 1)}, 300)
    assert 250 < sum(one["a"] == "often" for one in drawn) < 290


def test_a_list_is_a_choice_of_spaces():
    drawn = draw([{"a": Real(0, 1)}, {"b": [1, 2], "c": Real(0, 1)}], 100)
    assert 30 < sum(set(one) == {"a"} for one in drawn) < 70
    assert {tuple(one) for one in drawn} == {("a",), ("b", "c")}


@pytest.mark.parametrize("kind", ["grid", "random", "bayes"])
def test_spaces_of_estimators(kind):
    model = KerasMLPClassifier()
    for candidate in draw(search_space(model, kind=kind), 10):
        model.set_params(**candidate)
        model._validate_params()


@pytest.mark.parametrize(
    ("space", "error", "message"),
    [
        ({}, ValueError, "empty"),
        ([], ValueError, "empty list"),
        ([{}], ValueError, "empty"),
        ({"a": []}, ValueError, "'a'.*nothing to choose from"),
        ({"a": 3}, TypeError, "'a'.*got 3"),
        ({"a": (5, 1)}, ValueError, "'a'"),
        ({3: [1]}, TypeError, "got 3 as a name"),
        ("abc", TypeError, "got 'abc'"),
        ([["a"]], TypeError, "takes a dict"),
    ],
    ids=repr,
)
def test_what_is_no_space_is_refused(space, error, message):
    with pytest.raises(error, match=message):
        CandidateSampler(space)
