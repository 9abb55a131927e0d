"""Scores that carry other results of a fit."""

import pickle

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.metrics import get_scorer
from sklearn.metrics._scorer import _MultimetricScorer

from skkeras.model_selection._score_results import attach, detach, equal_scores, wrap

MINUS_MSE = get_scorer("neg_mean_squared_error")


def test_results_travel_with_a_score():
    score = pickle.loads(pickle.dumps(attach(attach(np.float64(0.5), first=1), second=2)))
    record = {"test_scores": score, "fit_time": 3.0}
    assert score == 0.5 and detach(record, "first") == 1
    assert detach(record, "first") is None and detach(record, "second") == 2
    assert record == {"test_scores": 0.5, "fit_time": 3.0} and type(record["test_scores"]) is float


def test_several_scores_share_their_results():
    record = {"test_scores": attach({"a": 1.0, "b": 2.0}, model="m"), "train_scores": {"a": 3.0}}
    assert detach(record, "model") == "m"
    assert record == {"test_scores": {"a": 1.0, "b": 2.0}, "train_scores": {"a": 3.0}}


def test_what_is_no_number_is_left_to_scikit_learn():
    assert attach("no score", model=1) == "no score"
    assert detach({"test_scores": np.nan}, "model") is None


def doubled(scorer, *args):
    scores = scorer(*args)
    return (
        {name: 2 * score for name, score in scores.items()} if dict is type(scores) else 2 * scores
    )


@pytest.mark.parametrize(
    ("scorer", "expected", "fives"),
    [
        (MINUS_MSE, -4.0, 5.0),
        (_MultimetricScorer(scorers={"a": MINUS_MSE}), {"a": -4.0}, {"a": 5.0}),
    ],
)
def test_functions_around_scorers(scorer, expected, fives):
    X, y = np.zeros((2, 1)), np.array([-1.0, 1.0])
    model = DummyRegressor().fit(X, y)
    wrapped = pickle.loads(pickle.dumps(wrap(wrap(scorer, doubled), doubled)))
    assert wrapped(model, X, y) == expected
    # scikit-learn looks at this type.
    assert isinstance(wrapped, _MultimetricScorer) == isinstance(scorer, _MultimetricScorer)
    assert equal_scores(wrapped, 5.0) == fives
