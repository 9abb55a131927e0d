"""Candidates as lines over parallel axes."""

import numpy as np
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

from skkeras.inspection import SearchResultsDisplay
from tests.inspection.searches import conditional, draws, fitted


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


def test_no_line_crosses_a_label(scored, data):
    search = fitted(draws, scored, data)
    ax = SearchResultsDisplay.from_search(search, "parallel").ax_
    canvas = ax.figure.canvas
    canvas.draw()
    with_lines = np.array(canvas.buffer_rgba())[::-1]
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    for drawn in [*ax.collections, ax.lines[0]]:
        drawn.set_visible(False)
    canvas.draw()
    without = np.array(canvas.buffer_rgba())[::-1]
    assert len(boxes) > 5 and (with_lines != without).any()
    for box in boxes:
        x, y = slice(round(box.x0), round(box.x1)), slice(round(box.y0), round(box.y1))
        np.testing.assert_array_equal(with_lines[y, x], without[y, x])
