import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from PIL import Image

from skkeras.compose._branch_columns import find_time_zones, read_branches
from skkeras.compose._column_routing import as_frame


def read(frame, kind, columns, size=(4, 3), reset=True):
    frame, branches = as_frame(frame), {"part": (kind, columns)}
    zones = find_time_zones(frame, branches)
    return read_branches(frame, branches, size, zones, reset=reset)["part"]


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_numbers(frame):
    table = frame({"a": [1, 2], "b": [True, False], "c": [None, 0.5]})
    found = read(table, "numbers", ["c", "a", "b"])
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [[np.nan, 1, 1], [0.5, 2, 0]])


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_dates_among_numbers(frame):
    when = [datetime.datetime(2024, 2, 29, 13), None]
    table = frame({"a": [1, 2], "when": when, "b": [3, 4]})
    found = read(table, "numbers", ["a", "when", "b"])
    dates = [[1709211600, 2024, 2, 29, 3, 13], [np.nan] * 6]
    np.testing.assert_array_equal(found, np.column_stack([[1, 2], [3, 4], dates]))
    np.testing.assert_array_equal(read(table, "numbers", ["when"]), dates)
    with pytest.raises(TypeError, match=r"Branch 'part'.*Datetime"):
        read(table, "categories", ["when"])


def test_numbers_of_all_types():
    table = pd.DataFrame(
        {
            "nullable": pd.array([1, None], dtype="Int64"),
            "object": pd.Series([2, None], dtype=object),
            "category": pd.Categorical([3, 4]),
        }
    )
    found = read(table, "numbers", list(table))
    np.testing.assert_array_equal(found, [[1, 2, 3], [np.nan, np.nan, 4]])


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_what_is_no_number_is_missing(frame):
    table = frame({"a": ["1.5", "?", "2"], "b": [1, 2, 3]})
    for reset in (True, False):
        with pytest.warns(UserWarning, match=r"Column 'a' of X holds numbers and '\?'"):
            found = read(table, "numbers", ["a", "b"], reset=reset)
        np.testing.assert_array_equal(found, [[1.5, 1], [np.nan, 2], [2, 3]])
    with pytest.warns(UserWarning, match="'a' of X holds numbers and 'x', 'y'"):
        found = read(frame({"a": ["x", "y"]}), "numbers", ["a"], reset=False)
    assert np.isnan(found).all()


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_categories_are_strings_and_missing_ones_are_empty(frame):
    table = frame({"a": ["x", None, "y"], "b": [1.0, None, 3.0], "c": [True, None, False]})
    found = read(table, "categories", ["a", "b", "c"])
    assert found.tolist() == [["x", "1", "True"], ["", "", ""], ["y", "3", "False"]]


def test_columns_of_texts_are_joined():
    table = pd.DataFrame({"title": ["one", None, "two"], "text": ["a b", "c", None]})
    assert read(table, "texts", ["title", "text"]).tolist() == ["one\na b", "c", "two"]


def test_images_are_read_and_missing_ones_are_black(tmp_path):
    path = tmp_path / "white.png"
    Image.new("L", (8, 8), 255).save(path)
    found = read(pd.DataFrame({"file": [None, str(path)]}), "images", ["file"])
    assert found.shape == (2, 4, 3, 3) and found.dtype == np.uint8
    assert (found[0] == 0).all() and (found[1] == 255).all()


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_series_are_padded(frame):
    found = read(frame({"s": [[1.0, 2.0], None, [3.0]]}), "series", ["s"])
    np.testing.assert_array_equal(found[..., 0], [[1, 2], [np.nan, np.nan], [3, np.nan]])
    wide = frame({"t0": [1.0, None, 3.0], "t1": [2.0, None, None]})
    np.testing.assert_array_equal(read(wide, "series", ["t0", "t1"]), found)


def test_series_that_are_all_missing_have_no_channels():
    for table in (
        pd.DataFrame({"s": [None, None]}),
        pl.DataFrame({"s": [None, None]}),
        pd.DataFrame({"s": [np.nan, np.nan]}),
    ):
        found = read(table, "series", ["s"], reset=False)
        assert found.shape == (2, 1, 1) and np.isnan(found).all()


def test_series_keep_their_digits():
    steps = 1e9 + np.array([[0.25, 0.5], [0.75, 1.0]])
    table = pd.DataFrame({"s": list(steps), "t0": steps[:, 0], "t1": steps[:, 1]})
    for columns in (["s"], ["t0", "t1"]):
        np.testing.assert_array_equal(read(table, "series", columns)[..., 0], steps)
    light = pd.DataFrame({"s": list(steps.astype(np.float32))})
    assert read(light, "series", ["s"]).dtype == np.float32


def test_series_of_several_channels():
    table = pd.DataFrame({"s": [np.ones((2, 3)), None, np.zeros((1, 3))]})
    found = read(table, "series", ["s"])
    assert found.shape == (3, 2, 3)
    assert np.isnan(found[1]).all() and np.isnan(found[2, 1]).all()


@pytest.mark.parametrize(
    ("kind", "cells", "message"),
    [
        ("numbers", [None, "a"], "no cell of column 'x' is a number; got 'a'"),
        ("numbers", [1.0, np.inf], "infinity"),
        ("numbers", [1.0, 1e300], "too large"),
        ("categories", [["a"], ["b"]], "Column 'x' of X holds a list in row 0"),
        ("texts", ["a", 1], "Row 1 of X is of type int"),
        ("images", ["no.png", None], "no file 'no.png'"),
        ("images", [1, 2], "row 0 is of type int; expected the path"),
        ("series", [[1.0], ["a"]], "Series 1 of X"),
        ("series", [[1.0, np.nan, 2.0], None], "NaN inside series 0"),
        ("series", [None, [1.0, np.nan, 2.0]], "NaN inside series 1"),
        ("series", [[1.0], []], "no step"),
    ],
)
def test_what_a_branch_cannot_take_is_told(kind, cells, message):
    table = pd.DataFrame({"x": cells})
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        read(table, kind, ["x"])
    assert str(caught.value).startswith(f"Branch 'part' takes {kind} from ['x']: ")
