"""Scores in the order of the candidates."""

import numpy as np
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

from skkeras.inspection import SearchResultsDisplay
from tests.inspection.searches import conditional, fitted


def test_convergence_shows_scores_and_the_best_so_far(scored, data):
    search = fitted(conditional, scored, data)
    ax = SearchResultsDisplay.from_search(search, "convergence").ax_
    scores = search.cv_results_["mean_test_score"]
    lines = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(lines["best so far"].get_ydata(), np.fmax.accumulate(scores))
    assert "failed (2)" in lines
    (star,) = [line for label, line in lines.items() if label.startswith("chosen")]
    assert star.get_xdata() == [search.best_index_ + 1]
