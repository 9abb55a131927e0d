"""What the user chose to train, and the kind of data that follows from it."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from skkeras.auto._candidates import check_candidates, kind_for

TABLE = np.random.RandomState(0).rand(10, 3)
STACK = np.zeros((10, 20, 20))  # images or series
WORDS = ["one", "two"]  # texts or categories


@pytest.mark.parametrize(
    ("candidates", "X", "kind"),
    [
        ("auto", TABLE, "table"),
        (["linear", "RandomForest"], TABLE, "table"),
        (["linear", LogisticRegression()], TABLE, "table"),
        (["linear", "KerasText"], WORDS, "texts"),
        (["KerasTimeSeries", "KerasRNN"], STACK, "series"),
        (("KerasCNN",), STACK, "images"),
        ([LogisticRegression()], TABLE, "table"),
        ([LogisticRegression()], WORDS, "any"),
    ],
)
def test_families_say_what_the_data_does_not(candidates, X, kind):
    check_candidates(candidates)
    assert kind_for(candidates, X) == kind


@pytest.mark.parametrize(
    ("candidates", "X", "message"),
    [
        (["KerasCNN", "linear"], TABLE, "X is of the kind 'table', which not all of candidates"),
        (["linear"], np.zeros((4, 8, 8, 1)), "kind 'images', which not all of candidates"),
        (["linear"], WORDS, "may be texts or categories"),
        ("auto", WORDS, "may be texts or categories"),
    ],
)
def test_kinds_that_are_not_taken_or_not_known(candidates, X, message):
    with pytest.raises(ValueError, match=message):
        kind_for(candidates, X)


@pytest.mark.parametrize(
    ("candidates", "error", "message"),
    [
        ([], ValueError, "candidates is empty"),
        (["linear", "KerasTabN"], ValueError, "candidates may name .*; got 'KerasTabN'"),
        ([LogisticRegression], TypeError, "names of families and estimators; got <class"),
        ([LogisticRegression(), 3], TypeError, "names of families and estimators; got 3"),
    ],
)
def test_bad_candidates(candidates, error, message):
    with pytest.raises(error, match=message):
        check_candidates(candidates)
