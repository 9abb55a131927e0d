"""The optimizer behind a Bayesian search."""

import warnings

import pytest
from skopt.learning import GaussianProcessRegressor

from skkeras.model_selection._dimensions import Space
from skkeras.model_selection._gaussian_process import cheap_optimizer


@pytest.fixture
def space():
    return Space({"a": (0.0, 1.0), "b": [(1,), (1, 2), (1, 2, 3)]})


def test_proposals_depend_on_the_seed_alone(space):
    def proposals(seed):
        optimizer = cheap_optimizer(space, {"n_initial_points": 1}, seed)
        points = []
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(2):
                points.append(optimizer.ask())
                optimizer.tell(points[-1], (points[-1][0] - 0.3) ** 2)
        assert isinstance(optimizer.models[-1], GaussianProcessRegressor)
        return points

    assert proposals(0) == proposals(0) != proposals(1)


def test_own_arguments_win(space):
    optimizer = cheap_optimizer(space, {"base_estimator": "RF", "acq_func": "EI"}, 0)
    assert optimizer.acq_func == "EI"
    assert not isinstance(optimizer.base_estimator_, GaussianProcessRegressor)


def test_a_constraint_sees_the_values(space):
    def allowed(point):
        return len(point[1]) == 2

    optimizer = cheap_optimizer(space, {"space_constraint": allowed}, 0)
    found = [space.candidate(optimizer.ask())["b"] for _ in range(4)]
    assert found == [(1, 2)] * 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dimensions": []}, "give them as search_spaces"),
        ({"acq_func": "EIps"}, "acq_func='EIps', which needs the time"),
    ],
)
def test_what_a_search_does_not_support_is_refused(space, arguments, message):
    with pytest.raises(ValueError, match=message):
        cheap_optimizer(space, arguments, 0)
