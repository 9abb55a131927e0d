"""Mean scores over pairs of parameters."""

import numpy as np
import pytest
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV

from skkeras.inspection import SearchResultsDisplay
from tests.inspection.searches import draws, fitted, grid


def test_a_heatmap_has_the_mean_of_each_cell(scored, data):
    search = fitted(grid, scored, data)
    ax = SearchResultsDisplay.from_search(search, "heatmap", params=["a", "b"]).ax_
    scores = search.cv_results_["mean_test_score"].reshape(3, 4).T
    np.testing.assert_allclose(ax.collections[0].get_array().reshape(4, 3), scores)
    assert [text.get_text() for text in ax.texts] == [f"{score:.4g}" for score in scores.ravel()]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "10", "100", "1000"]


def test_a_heatmap_takes_the_two_parameters_that_explain_most(scored, data):
    space = {"c": ["one", "two"], "epochs": [1, 100, 200], "a": [1, 2, 3]}
    search = GridSearchCV(scored, space, cv=2).fit(*data)
    ax = SearchResultsDisplay.from_search(search, "heatmap").ax_
    assert {ax.get_xlabel(), ax.get_ylabel()} == {"a", "epochs"}


def test_a_heatmap_puts_many_numbers_into_ranges_and_names_their_edges(scored, data):
    search = fitted(draws, scored, data)
    ax = SearchResultsDisplay.from_search(search, "heatmap", params=["a", "b"]).ax_
    a = [params["a"] for params in search.cv_results_["params"]]
    assert ax.collections[0].get_array().reshape(6, 6).shape == (6, 6)
    edges = [float(label.get_text()) for label in ax.get_xticklabels()]
    np.testing.assert_allclose(edges, np.geomspace(min(a), max(a), 7), rtol=0.06)


def test_the_default_heatmap_is_of_a_pair_that_occurs():
    alone = [{"a": a} for a in (0.0, 0.2)]
    together = [{"b": b, "c": c} for b in ("x", "y") for c in (0.01, 0.1)]
    scores = [0.7, 0.3, 0.6, 0.9, 0.65, 0.95]
    display = SearchResultsDisplay(params=alone + together, scores=scores).plot("heatmap")
    assert {display.ax_.get_xlabel(), display.ax_.get_ylabel()} == {"b", "c"}
    one = [*alone, {"a": 0.1, "b": "x"}, *together]  # `a` and `b` are together once only
    display = SearchResultsDisplay(params=one, scores=[0.7, 0.3, 0.5, *scores[2:]])
    display.plot("heatmap")
    assert {display.ax_.get_xlabel(), display.ax_.get_ylabel()} == {"b", "c"}
    with pytest.raises(ValueError, match="No candidate with a score has both"):
        params = [{"a": 1}, {"a": 2}, {"b": 1}, {"b": 2}]
        SearchResultsDisplay(params=params, scores=[1, 2, 3, 4]).plot("heatmap")
