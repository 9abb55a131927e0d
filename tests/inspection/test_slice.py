"""Scores over each parameter."""

import numpy as np
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

from skkeras.inspection import SearchResultsDisplay
from tests.inspection.searches import fitted, grid


def test_slices_show_each_score_over_each_parameter(scored, data):
    search = fitted(grid, scored, data)
    display = SearchResultsDisplay.from_search(search, "slice")
    scores = search.cv_results_["mean_test_score"]
    for ax, name in zip(display.axes_, "ab", strict=True):
        shown = np.vstack([points.get_offsets() for points in ax.collections])
        wanted = [
            [params[name], score]
            for params, score in zip(search.cv_results_["params"], scores, strict=True)
        ]
        np.testing.assert_allclose(sorted(shown.tolist()), sorted(wanted))
        assert ax.get_xlabel() == name
    assert [ax.get_xscale() for ax in display.axes_] == ["linear", "log"]
    means = display.axes_[0].lines[-1]
    assert means.get_label() == "mean"
    np.testing.assert_allclose(means.get_ydata(), scores.reshape(3, 4).mean(axis=1))
