import datetime
import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skkeras.compose._column_routing import as_frame, route
from skkeras.datasets import fetch_clothing_reviews

COLUMNS = {
    "whole": [1, 2, 3, 4],
    "gaps": [0.5, None, 2.5, 3.0],
    "yes": [True, False, True, True],
    "some": [True, None, False, True],
    "city": ["Rome", None, "Oslo", "Rome"],
    "words": ["a fine day", "so dull", None, "what a view"],
    "file": ["a.png", "b.JPG", None, "c.jpeg"],
    "steps": [[1.0, 2.0], [3.0], None, [4.0, 5.0, 6.0]],
}
KINDS = {
    "numbers": ("numbers", ["whole", "gaps"]),
    "categories": ("categories", ["yes", "some", "city"]),
    "texts of words": ("texts", ["words"]),
    "images of file": ("images", ["file"]),
    "series of steps": ("series", ["steps"]),
}


def _of_arrays(columns):
    table = pd.DataFrame(columns, dtype=object)
    table["whole"] = table["whole"].astype("Int64")
    table["city"] = table["city"].astype("category")
    table["steps"] = [None if cell is None else np.array(cell) for cell in columns["steps"]]
    return table


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, _of_arrays])
def test_kinds_are_guessed(frame):
    assert route(as_frame(frame(COLUMNS)), None) == KINDS


def test_strings_are_texts_by_number_and_by_words():
    names = [f"name{place}" for place in range(51)]
    table = pd.DataFrame(
        {"many": names, "some": ["name0", *names[:50]], "few": ["a b", "c"] * 25 + ["d"]}
    )
    kinds = {kind: columns for kind, columns in route(as_frame(table), None).values()}
    assert kinds == {"texts": ["many"], "categories": ["some", "few"]}


def test_columns_of_a_real_table():
    X, _ = fetch_clothing_reviews()
    found = route(as_frame(X), None)
    assert found.pop("texts of Title") == ("texts", ["Title"])
    assert found.pop("texts of Review Text") == ("texts", ["Review Text"])
    numbers = ["Clothing ID", "Age", "Rating", "Positive Feedback Count"]
    names = ["Division Name", "Department Name", "Class Name"]
    assert found == {"numbers": ("numbers", numbers), "categories": ("categories", names)}


@pytest.mark.parametrize(
    "cells",
    [
        [datetime.timedelta(1), datetime.timedelta(2)],
        ["a", 1],
        [{"a": 1}, {"b": 2}],
        [Path("a.png"), Path("b.png")],
    ],
)
def test_what_cannot_be_guessed_is_told(cells):
    table = pd.DataFrame({"number": [1, 2], "odd": pd.Series(cells)})
    with pytest.raises(ValueError, match=r"column 'odd' is for cannot be guessed.*branches="):
        route(as_frame(table), None)


def test_numbers_with_a_mistake_are_numbers():
    prices = [f"{place}.95" for place in range(60)]
    table = pd.DataFrame(
        {
            "price": ["?", *prices[1:]],
            "size": pd.Series(["big", *range(59)], dtype=object),
            "code": ["?", *(str(place % 20) for place in range(59))],
            "truth": pd.Series([np.True_, *[0, 1, 2] * 19, True, False], dtype=object),
        }
    )
    found = route(as_frame(table), None)
    assert found == {
        "numbers": ("numbers", ["price", "size", "truth"]),
        "categories": ("categories", ["code"]),
    }


NOTHING = {"none": [None] * 4, "nan": [np.nan] * 4, "type": pd.Categorical([None] * 4)}


@pytest.mark.parametrize("cells", [*NOTHING.values(), ["", " ", None, "\n"]])
def test_columns_of_nothing_are_left_out(cells):
    table = pd.DataFrame({"number": [1, 2, 3, 4], "odd": cells})
    with pytest.warns(UserWarning, match=r"no value in fit and are left out: \['odd'\]"):
        assert route(as_frame(table), None) == {"numbers": ("numbers", ["number"])}
    with pytest.raises(ValueError, match="no value in any column"):
        route(as_frame(table[["odd"]]), None)


@pytest.mark.parametrize("kind", ["numbers", "categories", "texts", "images", "series"])
@pytest.mark.parametrize("cells", NOTHING.values(), ids=NOTHING)
def test_branches_of_nothing_are_left_out(kind, cells):
    table = pd.DataFrame({"number": [1, 2, 3, 4], "odd": cells})
    branches = {"a": ("numbers", "number"), "b": (kind, "odd")}
    with pytest.warns(UserWarning, match=r"left out: \['odd'\]"):
        assert route(as_frame(table), branches) == {"a": ("numbers", ["number"])}


def test_steps_of_nothing_are_kept():
    table = pd.DataFrame({"t0": [1.0, 2.0], "t1": [np.nan, np.nan], "n": [None, None]})
    branches = {"a": ("series", ["t0", "t1"]), "b": ("numbers", ["t0", "n"])}
    with pytest.warns(UserWarning, match=r"left out: \['n'\]"):
        found = route(as_frame(table), branches)
    assert found == {"a": ("series", ["t0", "t1"]), "b": ("numbers", ["t0"])}


@pytest.mark.parametrize(
    ("branches", "message"),
    [
        ([("a", "numbers", ["x"])], "must be None or a dict"),
        ({}, "must be None or a dict"),
        ({"a": "numbers"}, "must be None or a dict"),
        ({1: ("numbers", ["x"])}, "must be None or a dict"),
        ({"a": ("number", ["x"])}, "must be one of .*'numbers'.*; got 'number'"),
        ({"a": ("numbers", 3)}, "a name or a list of names; got 3"),
        ({"a": ("numbers", [])}, "must have columns"),
        ({"a": ("numbers", ["x", "x"])}, "each once"),
        ({"a": ("images", ["x", "y"])}, "a branch of its own"),
        ({"a": ("numbers", ["x", "z"])}, r"does not have: \['z'\]. X has \['x', 'y'\]"),
    ],
)
def test_bad_branches_are_refused(branches, message):
    with pytest.raises(ValueError, match=message):
        route(as_frame(pd.DataFrame({"x": [1], "y": [2]})), branches)


def test_branches_may_share_columns_and_leave_some_out():
    branches = {"a": ("numbers", "x"), "b": ["categories", ["x"]]}
    found = route(as_frame(pd.DataFrame({"x": [1], "y": [2]})), branches)
    assert found == {"a": ("numbers", ["x"]), "b": ("categories", ["x"])}


def test_advice_on_frames_works():
    with pytest.raises(TypeError) as caught:
        as_frame(np.ones((3, 2)))
    advice = re.search(r"Make one, as in (.*?\))", str(caught.value))[1]
    made = eval(advice.replace("[...]", "['a', 'b']"), {"pandas": pd, "X": np.ones((3, 2))})
    assert as_frame(made).columns == ["a", "b"]
    X = pd.DataFrame([[1, 2]])
    with pytest.raises(TypeError) as caught:
        as_frame(X)
    exec(re.search(r"Write (.*)\.$", str(caught.value))[1])
    assert as_frame(X).columns == ["0", "1"]


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (np.ones((3, 2)), TypeError, "must be a data frame.*got ndarray"),
        ([[1, 2]], TypeError, "must be a data frame.*got list"),
        (pd.Series([1, 2]), TypeError, "must be a data frame.*got Series"),
        (pl.DataFrame({"x": [1]}).lazy(), TypeError, "must be a data frame.*got LazyFrame"),
        (pd.DataFrame([[1, 2]]), TypeError, r"must be strings; got \[0, 1\]"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ValueError, "unique"),
        (pd.DataFrame({"x": []}), ValueError, "holds nothing"),
        (pd.DataFrame(index=[0, 1]), ValueError, "holds nothing"),
    ],
)
def test_what_is_no_frame_is_refused(X, error, message):
    with pytest.raises(error, match=message):
        as_frame(X)
