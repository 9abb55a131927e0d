"""Tables of candidates."""

from types import SimpleNamespace

import numpy as np

from skkeras.auto._families import Family
from skkeras.auto._leaderboard import cv_results, leaderboard
from skkeras.auto._trial import Trial


def _trial(name, params, scores):
    scores = np.array(scores, dtype=float)
    results = {"params": params}
    for column in ("mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"):
        results[column] = np.ones(len(params))
    for split, one in enumerate(scores.T):
        results[f"split{split}_test_score"] = one
    results["mean_test_score"], results["std_test_score"] = scores.mean(axis=1), scores.std(axis=1)
    return Trial(Family(name, None), SimpleNamespace(cv_results_=results))


TRIALS = [
    _trial("forest", [{}], [[0.2, 0.4]]),
    Trial(Family("network", None), params={"step__epochs": 3}, error="OSError: no weights"),
    _trial("linear", [{"ridge__alpha": 1}, {"ridge__alpha": 2}], [[0.5, 0.7], [np.nan, 0.2]]),
]


def test_leaderboard():
    table = leaderboard(TRIALS, {(2, 0): 0.75, (0, 0): 0.25})
    assert list(table["model"]) == ["linear", "forest", "network", "linear"]
    assert list(table["params"]) == [{"alpha": 1}, {}, {"epochs": 3}, {"alpha": 2}]
    np.testing.assert_allclose(table["score"], [0.6, 0.3, np.nan, np.nan])
    np.testing.assert_allclose(table["weight"], [0.75, 0.25, 0, 0])
    assert list(table["error"][:3]) == ["", "", "OSError: no weights"]
    assert "NaN" in table["error"][3]


def test_results():
    results = cv_results(TRIALS, 2, "accuracy")
    assert results["params"][1:3] == [
        {"model": "network", "epochs": 3},
        {"model": "linear", "alpha": 1},
    ]
    np.testing.assert_allclose(results["split1_test_accuracy"], [0.4, np.nan, 0.7, 0.2])
    np.testing.assert_array_equal(results["rank_test_accuracy"], [2, 3, 1, 4])
    assert {len(column) for column in results.values()} == {4}
