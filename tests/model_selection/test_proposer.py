import math

import numpy as np
import pytest
from skopt.benchmarks import branin

from skkeras.model_selection._dimensions import Space
from skkeras.model_selection._proposer import Proposer, _losses


def best_of(score, space, n_candidates, seed, n_points=1):
    """Return the best score of a search."""
    proposer = Proposer(Space(space), {}, seed)
    best = -math.inf
    for _ in range(0, n_candidates, n_points):
        scores = [score(**candidate) for candidate in proposer.ask(n_points)]
        proposer.tell(scores)
        best = max([best, *scores])
    return best


@pytest.mark.parametrize("n_points", [1, 4])
def test_comes_close_to_a_known_optimum(n_points):
    space = {"a": (-5.0, 10.0), "b": (0.0, 15.0)}
    best = best_of(lambda a, b: -branin([a, b]), space, 36, seed=0, n_points=n_points)
    assert -best - 0.397887 < 0.05


@pytest.mark.parametrize("bad", [-1e12, -math.inf, math.nan])
def test_a_region_of_disasters_does_not_hide_the_optimum(bad):
    def score(x, y):
        return bad if x > 0.8 else -((x - 0.3) ** 2) - (y - 0.6) ** 2

    space = {"x": (0.0, 1.0), "y": (0.0, 1.0)}
    regrets = [-best_of(score, space, 25, seed) for seed in range(3)]
    assert np.median(regrets) < 1e-3


def test_losses_are_told_as_they_are_where_none_is_far_off():
    proposer = Proposer(Space({"x": (0.0, 1.0)}), {}, 0)
    proposer.ask(4)
    result = proposer.tell([0.5, 0.9, 0.7, 0.1])
    assert result is not None
    np.testing.assert_array_equal(result.func_vals, [-0.5, -0.9, -0.7, -0.1])


def test_nothing_is_told_before_the_first_finite_score():
    proposer = Proposer(Space({"x": (1, 100)}), {"n_initial_points": 2}, 0)
    first = proposer.ask(3)
    assert proposer.tell([math.nan, math.nan, -math.inf]) is None
    second = proposer.ask(2)
    result = proposer.tell([0.25, math.nan])
    assert result is not None
    assert [point[0] for point in result.x_iters] == [c["x"] for c in [*first, *second]]
    np.testing.assert_array_equal(result.func_vals, [-0.25] * 5)
    assert len(result.models) == 1


def test_batches_differ_from_each_other_and_within():
    proposer = Proposer(Space({"x": (0.0, 1.0)}), {"n_initial_points": 4}, 0)
    seen = []
    for _ in range(4):
        batch = [candidate["x"] for candidate in proposer.ask(3)]
        proposer.tell(batch)
        seen += batch
    assert len(set(seen)) == 12


def test_points_are_counted_in_a_space_too_large_to_list():
    space = {"x": (1, 20_000), "y": ["a", None]}
    assert Proposer(Space(space), {}, 0).n_points == 40_000
    assert Proposer(Space({**space, "z": (0.0, 1.0)}), {}, 0).n_points == math.inf
    only_odd = {"space_constraint": lambda point: point[0] % 2 == 1}
    assert Proposer(Space(space), only_odd, 0).n_points == math.inf


def test_the_last_points_of_a_space_too_large_to_list_are_found():
    space = Space({"x": (1, 10_001)})
    proposer = Proposer(space, {}, 0)
    proposer._seen = {tuple(point) for point in space.points()} - {(77,), (9_000,)}
    found = [proposer.ask(1)[0]["x"] for _ in range(2)]
    assert sorted(found) == [77, 9_000]


def test_scores_that_are_not_finite_are_told_as_the_worst():
    scores = [0.5, math.nan, 0.25, -math.inf, math.inf, 0.75]
    assert _losses(scores, 3) == [-0.5, -0.25, -0.25, -0.25, -0.25, -0.75]
