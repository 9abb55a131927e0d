import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse

from skkeras.sequence._scaler import ChannelScaler
from skkeras.sequence._series import check_series


class Estimator:
    """Stands in for an estimator."""


def check(X):
    return check_series(Estimator(), X, reset=True)


def unequal(lengths=(3, 9, 5), n_channels=2, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(length, n_channels)).astype(np.float32) for length in lengths]


def padded(series, n_times):
    X = np.full((len(series), n_times, series[0].shape[1]), np.nan, np.float32)
    for row, one in zip(X, series, strict=True):
        row[: len(one)] = one
    return X


def objects(series):
    X = np.empty(len(series), object)
    X[:] = series
    return X


@pytest.mark.parametrize(
    "given",
    [
        list,
        tuple,
        objects,
        pd.Series,
        lambda series: [one.tolist() for one in series],
        lambda series: [one.astype(object) for one in series],
        lambda series: [np.asfortranarray(one) for one in series],
        lambda series: list(padded(series, 11)),
        lambda series: padded(series, 9),
        lambda series: padded(series, 40).astype(np.float64),
    ],
)
def test_unequal_series_may_come_in_any_form(given):
    series = unequal()
    estimator = Estimator()
    X = check_series(estimator, given(series), reset=True)
    np.testing.assert_array_equal(X, padded(series, 10))
    assert X.dtype == np.float32
    assert estimator.n_features_in_ == 2
    assert estimator.X_shape_ == (3, 10, 2)


@pytest.mark.parametrize(
    "given",
    [
        lambda X: X[..., 0],
        lambda X: X,
        lambda X: list(X),
        lambda X: list(X[..., 0]),
        lambda X: X[..., 0].tolist(),
        lambda X: X[..., 0].astype(object),
        lambda X: pd.DataFrame(X[..., 0]),
        lambda X: pl.DataFrame(X[..., 0]),
    ],
)
def test_one_channel_needs_no_axis(given):
    X = np.arange(21.0).reshape(3, 7, 1)
    np.testing.assert_array_equal(check(given(X)), X)


def test_series_of_one_channel_may_differ_in_length():
    X = check([[1, 2, 3], np.array([4.5]), (True, False)])
    nan = np.nan
    np.testing.assert_array_equal(X[..., 0], [[1, 2, 3], [4.5, nan, nan], [1, 0, nan]])


def test_equal_series_are_not_copied_nor_padded():
    X = np.zeros((4, 29, 3), np.float32)
    assert check(X) is X
    X.flags.writeable = False
    assert check(X) is X
    assert check(np.pad(X, [(0, 0), (0, 5), (0, 0)], constant_values=np.nan)).shape == X.shape


def test_close_lengths_are_padded_to_one():
    shapes = {check(unequal((7, longest))).shape[1] for longest in range(25, 29)}
    assert shapes == {28}
    for longest in range(2, 300):
        assert longest <= check(unequal((1, longest))).shape[1] < 1.25 * longest


def test_later_series_are_padded_to_the_first_ones():
    estimator = Estimator()
    check_series(estimator, unequal((4, 9)), reset=True)
    later = {n: check_series(estimator, unequal((n,)), reset=False).shape[1] for n in (1, 10, 11)}
    assert later == {1: 10, 10: 10, 11: 12}
    assert estimator.X_shape_ == (2, 10, 2)


def test_names_of_the_steps_are_remembered():
    estimator = Estimator()
    table = pd.DataFrame(np.zeros((3, 4)), columns=list("abcd"))
    check_series(estimator, table, reset=True)
    assert estimator.feature_names_in_.tolist() == list("abcd")
    with pytest.raises(ValueError, match="same order"):
        check_series(estimator, table[list("bacd")], reset=False)


NAN_INSIDE = np.array([[[1.0, 1.0], [1.0, 1.0]], [[1.0, np.nan], [1.0, 1.0]]])
NAN_IN_THE_LAST = np.array([[[1.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [np.nan, 1.0]]])


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ([], ValueError, "no series"),
        (np.zeros((0, 3, 2)), ValueError, r"\(0, 3, 2\), which holds no value"),
        (np.zeros((2, 0, 2)), ValueError, "holds no value"),
        (np.zeros((2, 3, 0)), ValueError, "holds no value"),
        (np.zeros(5), ValueError, r"1 dimension\(s\); expected numbers"),
        (np.zeros((2, 3, 4, 5)), ValueError, r"4 dimension\(s\)"),
        ([1.0, 2.0], ValueError, r"Series 0 of X has shape \(\)"),
        ([np.zeros((2, 2)), np.zeros((0, 2))], ValueError, "Series 1 .* no step"),
        ([np.zeros((2, 2)), np.zeros((3, 1))], ValueError, r"Series 1 of X has shape \(3, 1\)"),
        ([np.zeros((2, 1)), np.zeros(3)], ValueError, "Series 1"),
        (NAN_INSIDE, ValueError, "NaN inside series 1, at step 0"),
        (NAN_IN_THE_LAST, ValueError, "NaN inside series 1, at step 1"),
        (np.array([[1.0, 2.0], [np.nan, np.nan]]), ValueError, "Series 1 of X is all NaN"),
        (np.array([[1.0, np.inf]]), ValueError, "infinity"),
        ([[1.0, 1e300], [1.0]], ValueError, "too large for dtype"),
        (np.array([["a", "b"]]), TypeError, "expected numbers"),
        ([["a", "b"], ["c"]], TypeError, "Series 0 of X holds <U1"),
        ([[1.0, None, {}], [2.0]], TypeError, "Series 0 of X is not an array of numbers"),
        ([[1.0], [[1.0], [2.0, 3.0]]], TypeError, "Series 1 of X is not an array of numbers"),
        (np.ones((2, 3), complex), TypeError, "complex"),
        ({"a": [1.0]}, TypeError, "expected numbers"),
        (scipy.sparse.csr_array(np.eye(3)), TypeError, "toarray"),
    ],
)
def test_what_is_no_series_is_refused(X, error, message):
    with pytest.raises(error, match=message):
        check(X)


def test_other_channels_than_in_fit_are_refused():
    estimator = Estimator()
    check_series(estimator, unequal(), reset=True)
    with pytest.raises(ValueError, match="3 channels, but Estimator was fitted on 2"):
        check_series(estimator, unequal(n_channels=3), reset=False)


def test_scales_are_those_of_the_steps_alone():
    series = [5 * one + 3 for one in unequal((30, 7))]
    scaler = ChannelScaler().fit(padded(series, 40))
    steps = np.concatenate(series).astype(np.float64)
    np.testing.assert_allclose(scaler.mean_, steps.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(scaler.scale_, steps.std(axis=0), rtol=1e-6)
    scaled = scaler.transform(padded(series, 40))
    assert scaled.dtype == np.float32
    assert scaled.shape == (2, 40, 2)
    np.testing.assert_array_equal(np.isnan(scaled), np.isnan(padded(series, 40)))


FORMS = {
    "array": lambda X: X,
    "list": list,
    "unequal": lambda X: [row[: 4 + place % 3] for place, row in enumerate(X)],
    "frame": lambda X: pd.DataFrame(X[..., 0]),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("level", [-1e9, 1e8, 1.7e12])
def test_series_far_from_zero_keep_their_digits(form, level):
    X = np.random.default_rng(0).normal(size=(30, 6, 1))
    scaled = []
    for given in (form(X), form(level + X)):
        checked = check_series(Estimator(), given, reset=True, cast=False)
        scaled.append(ChannelScaler().fit(checked).transform(checked))
    assert scaled[0].dtype == scaled[1].dtype == np.float32
    np.testing.assert_allclose(scaled[1], scaled[0], atol=1e-15 * abs(level) + 1e-6)


def test_whole_numbers_keep_their_digits():
    stamps = 1_700_000_000_000 + np.arange(40).reshape(5, 8) % 7
    scaled = []
    for given in (stamps, stamps.tolist(), stamps.astype(float), stamps - stamps.min()):
        checked = check_series(Estimator(), given, reset=True, cast=False)
        scaled.append(ChannelScaler().fit(checked).transform(checked))
    for other in scaled[1:]:
        np.testing.assert_allclose(other, scaled[0], atol=1e-6)


def test_small_changes_of_many_great_values_are_scaled():
    X = 1e9 + 0.01 * np.random.default_rng(0).normal(size=(500, 1000, 1))
    scaler = ChannelScaler().fit(X)
    assert scaler.scale_[0] == pytest.approx(0.01, rel=0.01)
    constant = ChannelScaler().fit(np.full((3, 4, 1), 1e9 / 3))
    assert constant.scale_[0] == 1
    np.testing.assert_array_equal(constant.transform(np.full((3, 4, 1), 1e9 / 3)), 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.uint8])
def test_what_float32_holds_is_not_made_larger(dtype):
    X = np.ones((4, 5, 2), dtype)
    checked = check_series(Estimator(), X, reset=True, cast=False)
    assert checked.dtype == np.float32
    assert checked is X or dtype != np.float32
    assert ChannelScaler().fit(checked).transform(checked).dtype == np.float32
    assert check(X.astype(np.float64)).dtype == np.float32
