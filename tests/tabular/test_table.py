"""Tables as users give them."""

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator

from skkeras.tabular._table import check_table

NAN = np.nan


class Estimator(BaseEstimator):
    """What gets attributes."""


def coded(X, fitted=None):
    estimator = Estimator() if fitted is None else fitted
    return check_table(estimator, X, reset=fitted is None), estimator


COLUMNS = {
    "number": ([2.5, None, 1], [2.5, NAN, 1]),
    "text": (["b", None, "a"], [1, NAN, 0]),
    "truth": ([True, False, True], [1, 0, 1]),
    "truth or nothing": ([True, None, False], [1, NAN, 0]),
    "anything": (["a", 1, True], [2, 0, 1]),
    "nothing": ([None, None, None], [NAN, NAN, NAN]),
}


@pytest.mark.parametrize(
    "make",
    [pd.DataFrame, lambda d: pd.DataFrame(np.array(list(d.values()), dtype=object).T)],
    ids=["frame", "frame of objects"],
)
def test_columns_are_numbers_or_categories(make):
    X = make({name: given for name, (given, _) in COLUMNS.items()})
    table, estimator = coded(X)
    np.testing.assert_array_equal(table, np.column_stack([c for _, c in COLUMNS.values()]))
    assert estimator.categories_[0] is None
    assert estimator.categories_[1].tolist() == ["a", "b"]
    assert estimator.categories_[4].tolist() == ["1", "True", "a"]
    assert estimator.n_features_in_ == 6


def test_arrays_and_lists_of_anything_are_tables():
    rows = [[2.5, "b"], [None, None], [1, "a"]]
    expected = [[2.5, 1], [NAN, NAN], [1, 0]]
    for X in (np.array(rows, dtype=object), [row[:] for row in rows]):
        np.testing.assert_array_equal(coded(X)[0], expected)
    np.testing.assert_array_equal(coded([[2, "b"], [1, "a"]])[0], [[2, 1], [1, 0]])
    np.testing.assert_array_equal(coded(np.array([[1, 2]], dtype=object))[0], [[1, 2]])


def test_types_of_frames():
    frame = pd.DataFrame(
        {
            "nullable": pd.array([1, None, 3], dtype="Int64"),
            "category": pd.Categorical(["b", "a", None]),
            "interval": pd.cut(pd.Series([1, 2, 9]), [0, 5, 10]),
            "string": pd.array(["x", pd.NA, "y"], dtype="string"),
        }
    )
    table, estimator = coded(frame)
    np.testing.assert_array_equal(table, [[1, 1, 0, 0], [NAN, 0, 0, NAN], [3, NAN, 1, 1]])
    assert estimator.categories_[2].tolist() == ["(0, 5]", "(5, 10]"]
    polars = pl.DataFrame(
        {
            "number": [1, None, 3],
            "category": pl.Series(["b", "a", None], dtype=pl.Categorical),
            "truth": [True, None, False],
        }
    )
    np.testing.assert_array_equal(coded(polars)[0], [[1, 1, 1], [NAN, 0, NAN], [3, NAN, 0]])


def test_what_was_not_there_in_fit_is_marked():
    table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [None, None]})
    _, fitted = coded(table)
    new = pd.DataFrame({"a": [None, 3.0], "b": ["z", None], "c": ["now", 3]})
    np.testing.assert_array_equal(coded(new, fitted)[0], [[NAN, -1, -1], [3, NAN, -1]])


def test_categories_are_told_by_their_text():
    _, fitted = coded(pd.DataFrame({"a": pd.Categorical([1, 2, 10])}))
    for same in ([10, 2], [10.0, 2.0], ["10", "2"], pd.Categorical([10, 2])):
        np.testing.assert_array_equal(coded(pd.DataFrame({"a": same}), fitted)[0], [[1], [2]])
    _, fitted = coded(pd.DataFrame({"a": [True, False]}))
    given = pd.DataFrame({"a": np.array([True, None], dtype=object)})
    np.testing.assert_array_equal(coded(given, fitted)[0], [[1], [NAN]])


@pytest.mark.parametrize(
    ("X", "kind", "said"),
    [
        (pd.DataFrame({"t": pd.to_timedelta([1])}), TypeError, "'t'.*Duration.*seconds of"),
        (pd.DataFrame({"t": [datetime.time(1)]}), TypeError, "'t'.*time.*seconds of"),
        (pd.DataFrame({"b": [b"a"]}), TypeError, "bytes in row 0.*Decode"),
        (pd.DataFrame({"a": [1 + 1j]}), TypeError, "complex in row 0"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ValueError, "unique column names"),
        (pl.DataFrame({"a": [[1], [2]]}), TypeError, "'a'.*List"),
        (np.array([["1", "a"]]), TypeError, "U1; expected .* data frame"),
        (np.array([[1]], "m8[s]"), TypeError, "timedelta64.*seconds of"),
        (np.array([[1, {}]], dtype=object), TypeError, "Column 1 .* dict in row 0"),
        (scipy.sparse.eye(2), TypeError, "Sparse.*toarray"),
        (np.array([[1.0], [np.inf]]), ValueError, "infinity"),
        ([[1e300]], ValueError, "too large for dtype"),
        (pd.DataFrame({"a": [1.0, np.inf]}), ValueError, "infinity"),
        (pd.DataFrame({"a": ["x"]}).iloc[:0], ValueError, "0 sample"),
        (pd.DataFrame(), ValueError, "0 sample"),
        (pd.Series([1, 2]), ValueError, "2D array"),
        (["a", "b"], ValueError, "2D array"),
        (np.zeros((2, 2, 2)), ValueError, "X has 3 axes"),
        (None, ValueError, "2D array"),
    ],
)
def test_what_is_no_table_is_refused(X, kind, said):
    with pytest.raises(kind, match=said):
        coded(X)


def test_other_columns_than_in_fit_are_refused():
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    _, fitted = coded(frame)
    with pytest.raises(ValueError, match="missing"):
        coded(frame[["a"]], fitted)
    with pytest.raises(ValueError, match="same order"):
        coded(frame[["b", "a"]], fitted)
    with pytest.raises(ValueError, match="3 features"):
        coded(np.zeros((2, 3)), coded(np.zeros((2, 2)))[1])
