"""Shares of the variance as bars."""

import pytest
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

from skkeras.inspection import SearchResultsDisplay
from skkeras.inspection._candidates import read_search
from skkeras.inspection._fanova import importances
from tests.inspection.searches import bayes, draws, fitted


def test_bars_are_the_shares_and_say_when_they_are_not_to_be_trusted(scored, data):
    search = fitted(draws, scored, data)
    ax = SearchResultsDisplay.from_search(search, "importance").ax_
    shares = importances(read_search(search)).shares
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[:-1] == list(shares.values())
    assert sum(widths) == pytest.approx(1, abs=0.01)
    thin = SearchResultsDisplay.from_search(fitted(bayes, scored, data), "importance")
    assert "6 scored candidates for 3 parameters, where 15 are the least" in thin.ax_.get_title(
        "left"
    )
    assert ax.get_title("left") == ""


def test_importances_of_some_parameters_are_those_among_all(scored, data):
    search = fitted(draws, scored, data)
    some = SearchResultsDisplay.from_search(search, "importance", params=["b"])
    shares = importances(read_search(search)).shares
    assert some.ax_.patches[0].get_width() == shares["b"]
    assert len(some.ax_.patches) == 2
