"""Candidates that are evaluated with a line each, and their failures."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning

from tests.model_selection.searches import VALUES, Recorder, every_search


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@every_search
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_verbose_prints_one_line_a_candidate(iris, capsys, make, n_jobs):
    search = make(Recorder(fails_at=(2,)), VALUES, cv=2, verbose=1)
    with pytest.warns(FitFailedWarning):
        search.set_params(n_jobs=n_jobs, pre_dispatch="all").fit(*iris)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert {line.split(" ", 1)[1] for line in lines} == {
        "1.0000 (0.0000) value=1",
        "failed value=2",
        "3.0000 (0.0000) value=3",
        "4.0000 (0.0000) value=4",
    }
    assert search.verbose == 1 and search.best_params_ == {"value": 4}
    search.set_params(verbose=0, estimator__fails_at=()).fit(*iris)
    assert capsys.readouterr().out == ""


@every_search
@pytest.mark.parametrize("n_repeats", [1, 2])
@pytest.mark.parametrize("verbose", [0, 1])
def test_candidates_that_fail_stay_in_their_places(iris, make, n_repeats, verbose):
    model = Recorder(fails_at=(1, 4), random_state=0)
    search = make(model, VALUES, cv=2, n_repeats=n_repeats, verbose=verbose)
    with pytest.warns(FitFailedWarning, match="cannot fit"):
        search.fit(*iris)
    results = search.cv_results_
    for params, score in zip(results["params"], results["mean_test_score"], strict=True):
        expected = np.nan if params["value"] in (1, 4) else params["value"]
        np.testing.assert_equal(score, expected)
    assert {len(column) for column in results.values()} == {4}
    assert search.best_params_ == {"value": 3}


@every_search
def test_a_search_without_any_score_is_an_error(iris, make):
    search = make(Recorder(fails_at="all"), VALUES, cv=2)
    with pytest.warns(FitFailedWarning), pytest.raises(ValueError, match="No candidate could be"):
        search.fit(*iris)
    assert "_evaluation" not in vars(search)
