"""Greedy selection of members."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, root_mean_squared_error

from skkeras.ensemble._selection import (
    log_likelihood,
    minus_rmse,
    scores_of,
    select,
    true_probabilities,
)

RNG = np.random.RandomState(0)


def test_models_that_complement_each_other_are_selected():
    target = RNG.normal(size=200)
    error = RNG.normal(size=200)
    # The first two cancel each other; the third is better than each of them alone.
    values = np.array([target + error, target - error, target + 0.5 * RNG.normal(size=200)])
    found = select(values, minus_rmse(target), 10, 1, np.random.RandomState(0))
    assert found.weights[0] > 0 and found.weights[1] > 0
    assert found.scores[-1] > minus_rmse(target)(values).max()
    np.testing.assert_allclose(found.weights.sum(), 1)


def test_first_selection_is_the_best_model():
    target = RNG.normal(size=50)
    values = target + RNG.normal(size=(6, 50))
    alone = minus_rmse(target)(values)
    found = select(values, minus_rmse(target), 1, 1, np.random.RandomState(0))
    assert found.weights.argmax() == alone.argmax() and found.scores[0] == alone.max()


def test_each_step_is_the_best_of_all_steps():
    target = RNG.normal(size=30)
    values = target + RNG.normal(size=(4, 30))
    chosen, score = [], minus_rmse(target)
    for _ in range(5):
        reached = [score(values[[*chosen, one]].mean(axis=0)[None])[0] for one in range(4)]
        chosen.append(int(np.argmax(reached)))
    found = select(values, score, 5, 1, np.random.RandomState(0))
    np.testing.assert_allclose(found.weights, np.bincount(chosen, minlength=4) / 5)


def test_bags_select_from_halves():
    """The best model is in about half of the bags, and cannot be all of the ensemble."""
    target = np.zeros(10)
    values = np.arange(8.0)[:, None] + np.zeros((8, 10))
    found = select(values, minus_rmse(target), 3, 40, np.random.RandomState(0))
    assert 0.3 < found.weights[0] < 0.7
    again = select(values, minus_rmse(target), 3, 40, np.random.RandomState(0))
    np.testing.assert_array_equal(again.weights, found.weights)


def test_scores_are_those_of_scikit_learn():
    probabilities = RNG.dirichlet(np.ones(3), size=(2, 20))
    y = RNG.randint(3, size=20)
    true = probabilities[:, np.arange(20), y]
    expected = [-log_loss(y, one) for one in probabilities]
    np.testing.assert_allclose(log_likelihood(true), expected)
    target = RNG.normal(size=(20, 2))
    means = RNG.normal(size=(3, 20, 2))
    expected = [-root_mean_squared_error(target, one) for one in means]
    np.testing.assert_allclose(minus_rmse(target)(means), expected)


def test_scorers_get_what_the_mean_predicts():
    seen = scores_of(lambda model, X, y: model + y, 1, lambda mean: mean.sum())(np.ones((2, 3)))
    np.testing.assert_array_equal(seen, [4, 4])


@pytest.mark.parametrize("n_bags", [1, 2])
def test_one_model(n_bags):
    found = select(np.ones((1, 5)), minus_rmse(np.ones(5)), 2, n_bags, np.random.RandomState(0))
    np.testing.assert_array_equal(found.weights, [1])


def test_probabilities_of_the_truth():
    values = np.array([[[0.9, 0.1], [0.3, 0.7]], [[0.8, 0.2], [0.6, 0.4]]])
    found = true_probabilities(values, ["b", "a"], np.array(["a", "b"]))
    np.testing.assert_array_equal(found, [[0.1, 0.3], [0.2, 0.6]])
    found = true_probabilities(values[0], [[1, 1], [0, 1]], None)
    np.testing.assert_array_equal(found, [[0.9, 0.1], [0.7, 0.7]])
