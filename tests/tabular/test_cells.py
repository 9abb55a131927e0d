"""Whether columns of cells are numbers or categories."""

import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold

from skkeras import KerasRealMLPClassifier, KerasTabMRegressor
from skkeras.tabular._cells import holds_numbers, numbers_of
from skkeras.tabular._table import check_table

NAN = np.nan
FLOATS = [0.5 + i for i in range(40)]
PRICES = [f"{i}.95" if i % 2 else str(i) for i in range(40)]
CODES = ["1", "2", "3"] * 20


@pytest.mark.parametrize(
    "cells",
    [
        FLOATS,
        [*FLOATS, "?"],
        [*FLOATS, None, NAN, pd.NA, pd.NaT, "?", "n/a", "12 kg"],
        [1, 2, 3] * 20 + ["?"],  # what are numbers by type may be few
        [1, 2, 3] * 20 + ["?"] * 6,
        [1, "2", 3.5, "4", 5],
        [1, 0, True, False, True],
        [np.int64(1), np.float32(2.5), Decimal("3.5")],
        PRICES,
        [*PRICES, "?"],
        [*PRICES, " ", " "],
        [*PRICES, "?", "", "-"],
        [" 1.5", "-2.5e3", ".5", "+4.", *(f"{i}.0" for i in range(9))],
        [1.5] * 9 + ["?"],
    ],
)
def test_numbers_with_few_mistakes_are_numbers(cells):
    assert holds_numbers(cells)
    assert holds_numbers(cells[::-1])


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [None, NAN],
        ["a", "b"],
        [True, False, None],
        [*CODES, "A"],
        [*CODES, *["A"] * 6],
        CODES,
        [1, 2, 3, "A"],
        [1.5] * 8 + ["?"],
        ["a", 1, True],
        [str(i) for i in range(100)],  # codes of digits
        [*(str(i) for i in range(100)), "?"],
        [f"0{i}" for i in range(100, 200)],
        ["1.0", "1.5", "2.0", "2.1"] * 20,  # few levels
        [*PRICES, *"ABCDE"],
        [*(f"{i}.5" for i in range(200)), *(f"V{i}" for i in range(21))],
        [f"{i},5" for i in range(40)],
        ["1_000.5", "inf", "nan"] * 20,
        [1 + 1j, 2],
        [[1.0], [2.0]],
        [np.array([1.0, 2.0])],
        [b"1", 2],
        [pd.Timestamp("2020-01-01"), 1],
    ],
)
def test_all_else_is_not(cells):
    assert not holds_numbers(cells)
    assert not holds_numbers(cells[::-1])


def test_mistakes_are_missing_and_named():
    cells = [1, "2.5", "?", None, True, np.False_, "True", "False", "?", pd.NA, Decimal("0.5")]
    with pytest.warns(UserWarning, match=r"Column 'age' of X holds numbers and '\?', which"):
        found = numbers_of("age", cells)
    np.testing.assert_array_equal(found, [1, 2.5, NAN, NAN, 1, 0, 1, 0, NAN, NAN, 0.5])
    with pytest.warns(UserWarning, match="and 'a', 'b', 'c' and 2 other values, which"):
        numbers_of("age", [*"abcde", "a", 1])
    with pytest.raises(TypeError, match="Column 'age' of X holds a dict in row 1"):
        numbers_of("age", [1, {}])


FRAMES = {
    "object": lambda cells: pd.DataFrame({"charges": pd.Series(cells, dtype=object)}),
    "array": lambda cells: np.array([cells], dtype=object).T,
    "list": lambda cells: [[cell] for cell in cells],
    "str": lambda cells: pd.DataFrame({"charges": [str(cell) for cell in cells]}),
    "string": lambda cells: pd.DataFrame({"charges": [str(c) for c in cells]}, dtype="string"),
    "polars": lambda cells: pl.DataFrame({"charges": [str(cell) for cell in cells]}),
}


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("place", [3, 50])
def test_kind_of_a_column_is_the_same_in_every_fold(make, place):
    cells = list(np.random.default_rng(0).normal(size=60))
    cells[place] = "?"
    for train, test in KFold(3).split(cells):
        estimator = BaseEstimator()
        for rows, reset in ((train, True), (test, False)):
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                table = check_table(estimator, make([cells[i] for i in rows]), reset=reset)
            expected = [NAN if i == place else cells[i] for i in rows]
            np.testing.assert_array_equal(table[:, 0], expected)
            assert len(said) == (place in rows)
            assert all("'?'" in str(one.message) for one in said)
        assert estimator.categories_ == [None]


@pytest.mark.parametrize(
    ("cells", "levels"),
    [
        ([*CODES, "A"], ["1", "2", "3", "A"]),
        ([*CODES, *["A"] * 20], ["1", "2", "3", "A"]),
        ([*[1, 2, 3] * 20, *["A"] * 20], ["1", "2", "3", "A"]),
        ([f"{zip_code}" for zip_code in range(10115, 10175)], None),
    ],
)
def test_codes_remain_categories(cells, levels):
    estimator = BaseEstimator()
    check_table(estimator, pd.DataFrame({"code": cells}), reset=True)
    (found,) = estimator.categories_
    assert found.tolist() == (levels or cells)


def test_categories_of_numbers_stay_so_as_the_warning_advises():
    X = pd.DataFrame({"code": pd.Series([*[1, 2, 3] * 20, "A"], dtype=object)})
    with pytest.warns(UserWarning, match="Column 'code' of X holds numbers and 'A'") as said:
        check_table(BaseEstimator(), X, reset=True)
    advice = str(said[0].message).split(" as by ")[1].rstrip(".")
    estimator = BaseEstimator()
    check_table(estimator, X.assign(code=eval(advice, {"X": X})), reset=True)
    assert estimator.categories_[0].tolist() == ["1", "2", "3", "A"]


def test_whole_numbers_that_a_mark_made_strings_are_told():
    X = pd.DataFrame({"age": [str(i % 70) for i in range(200)]})
    X.loc[3, "age"] = "?"
    with pytest.warns(
        UserWarning, match=r"Column 'age' of X is taken for categories.*'\?'"
    ) as said:
        check_table(BaseEstimator(), X, reset=True)
    convert, make = (part.split("; if")[0] for part in str(said[0].message).split(" as by ")[1:])
    for code, kind in ((convert, None), (make.rstrip("."), 71)):
        estimator = BaseEstimator()
        given = X.assign(age=eval(code, {"X": X, "pandas": pd}))
        check_table(estimator, given, reset=True)
        (known,) = estimator.categories_
        assert kind == (known if known is None else len(known))


TRUTHS = [True, False, False, True]
FORMS = {
    "bool": TRUTHS,
    "object": np.array(TRUTHS, dtype=object),
    "numpy objects": pd.Series([np.bool_(t) for t in TRUTHS], dtype=object),
    "nullable": pd.array(TRUTHS, dtype="boolean"),
    "int": [int(t) for t in TRUTHS],
    "float": [float(t) for t in TRUTHS],
    "Int64": pd.array([int(t) for t in TRUTHS], dtype="Int64"),
    "mixed": pd.Series([True, 0, False, 1], dtype=object),
    "category": pd.Categorical(TRUTHS),
    "category of numbers": pd.Categorical([1, 0, 0, 1]),
    "text": ["True", "False", "False", "True"],
}


@pytest.mark.parametrize("fitted", FORMS)
def test_truth_values_are_one_and_zero(fitted):
    estimator = BaseEstimator()
    expected = check_table(estimator, pd.DataFrame({"yes": FORMS[fitted]}), reset=True)
    for form, values in FORMS.items():
        found = check_table(estimator, pd.DataFrame({"yes": values}), reset=False)
        np.testing.assert_array_equal(found, expected, form)
    found = check_table(estimator, pl.DataFrame({"yes": TRUTHS}), reset=False)
    np.testing.assert_array_equal(found, expected)
    if isinstance(estimator.categories_[0], np.ndarray):
        two = check_table(estimator, pd.DataFrame({"yes": [2, 1]}), reset=False)
        np.testing.assert_array_equal(two[:, 0], [-1, 1])


@pytest.mark.parametrize("form", ["bool", "int", "mixed"])
@pytest.mark.parametrize("other", ["bool", "int", "object", "nullable"])
def test_truth_values_are_predicted_as_numbers_are(form, other):
    model = KerasRealMLPClassifier(hidden_layer_sizes=(4,), epochs=2, random_state=0)
    model.fit(pd.DataFrame({"yes": FORMS[form]}), TRUTHS)
    given = [model.predict_proba(pd.DataFrame({"yes": FORMS[name]})) for name in (form, other)]
    np.testing.assert_array_equal(given[0], given[1])
    assert not np.array_equal(given[0][0], given[0][1])


QUICK = {"hidden_layer_sizes": (4,), "epochs": 2, "random_state": 0}


@pytest.mark.parametrize("make", [KerasRealMLPClassifier, KerasTabMRegressor])
@pytest.mark.parametrize(
    "nothing",
    [[NAN] * 12, pd.array([None] * 12, dtype="Int64"), [None] * 12, pd.Categorical([None] * 12)],
    ids=["float", "nullable", "object", "category"],
)
def test_columns_of_nothing_are_left_out(make, nothing):
    X = pd.DataFrame({"number": np.arange(12.0), "note": nothing})
    y = np.arange(12) % 2
    with pytest.warns(UserWarning, match=r"no value in fit and are left out: \['note'\]"):
        model = make(**QUICK).fit(X, y)
    predict = model.predict_proba if hasattr(model, "predict_proba") else model.predict
    expected = predict(X)
    assert np.isfinite(expected).all()
    for value in (1.0, -1e6, 0):
        np.testing.assert_array_equal(predict(X.assign(note=value)), expected)


def test_rows_without_weight_hold_nothing():
    X = np.column_stack([np.arange(6.0), [NAN] * 5 + [1.0]])
    with pytest.warns(UserWarning, match=r"left out: \[1\]"):
        KerasRealMLPClassifier(**QUICK).fit(X, [0, 1] * 3, sample_weight=[1] * 5 + [0])


def test_a_row_is_predicted_as_among_others():
    X = pd.DataFrame(
        {
            "number": pd.Series([*FLOATS], dtype=object),
            "price": PRICES,
            "name": [*"abcd"] * 10,
            "yes": [True, False] * 20,
        }
    )
    model = KerasRealMLPClassifier(**QUICK).fit(X, [0, 1] * 20)
    new = X[:5].astype(object)
    new.iloc[1, :2] = "?"
    new.iloc[2] = None
    new.iloc[3] = [1, 2.5, "z", 1]
    with pytest.warns(UserWarning, match="which counts as missing"):
        together = model.predict_proba(new)
    for row in range(5):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore" if row == 1 else "error")
            alone = model.predict_proba(new[row : row + 1])
        np.testing.assert_allclose(alone[0], together[row], rtol=1e-6)
