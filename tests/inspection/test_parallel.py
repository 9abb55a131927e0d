"""Candidates as lines over parallel axes."""

import numpy as np
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

from skkeras.inspection import SearchResultsDisplay
from tests.inspection.searches import conditional, fitted


def test_parallel_lines_go_through_the_values(scored, data):
    search = fitted(conditional, scored, data)
    ax = SearchResultsDisplay.from_search(search, "parallel").ax_
    failed, lines = ax.collections
    assert len(failed.get_segments()) == 2
    assert len(lines.get_segments()) == 8
    scores = search.cv_results_["mean_test_score"]
    np.testing.assert_allclose(lines.get_array(), np.sort(scores[np.isfinite(scores)]))
    best = ax.lines[0].get_ydata()
    assert best[-1] == 1, "the chosen one ends at the top of the scores"
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ["a", "b", "c", "Score"]
    assert "not set" in [text.get_text() for text in ax.texts]
