"""Scores as points, with low scores and failures at the lower edge."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from skkeras.inspection import SearchResultsDisplay
from skkeras.inspection._points import draw_points, show_edges, show_legend, show_resources

SCORES = [0.9, 0.8, 0.85, 0.87, -1e6, np.nan]


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture
def candidates():
    params = [{"a": a} for a in range(6)]
    return SearchResultsDisplay(params=params, scores=SCORES)._candidates()


def test_low_scores_and_failures_have_marks_of_their_own(ax, candidates):
    points = draw_points(ax, np.array([0.0, 1, 2, np.nan, 4, 5]), candidates)
    np.testing.assert_allclose(points.get_offsets()[:, 0], [0, 1, 2])
    (low, _), (failed,) = ax.collections, ax.lines
    np.testing.assert_array_equal(low.get_offsets()[:, 0], [4])
    assert list(failed.get_xdata()) == [5]
    show_edges(ax, candidates)
    labels = ax.get_legend_handles_labels()[1]
    assert labels[0].startswith("below ") and labels[0].endswith(" (1)")
    assert labels[1] == "failed (1)"


def test_legends_and_bars_are_there_only_with_entries(ax, candidates):
    show_legend(ax)
    assert ax.get_legend() is None
    points = draw_points(ax, np.arange(6.0), candidates)
    show_resources(ax, points, candidates)
    assert ax.figure.axes == [ax]
    show_edges(ax, candidates)
    show_legend(ax)
    assert len(ax.get_legend().get_texts()) == 2
