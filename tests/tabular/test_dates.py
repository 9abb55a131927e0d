"""Columns of dates."""

import datetime
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator

import skkeras
from skkeras import KerasMLPRegressor, KerasRealMLPRegressor, KerasTabMRegressor
from skkeras.tabular._dates import calendar_of, read_dates, seconds_of, time_zone
from skkeras.tabular._table import check_table

TIMES = [datetime.datetime(2024, 2, 29, 13, 30, 15, 500_000), None, datetime.datetime(1969, 12, 31)]
SECONDS = [1709213415.5, np.nan, -86400.0]
CALENDAR = [[2024, 2, 29, 3, 13], [np.nan] * 5, [1969, 12, 31, 2, 0]]  # a Thursday, a Wednesday


class Estimator(BaseEstimator):
    """What gets attributes."""


def coded(X, fitted=None):
    estimator = Estimator() if fitted is None else fitted
    return check_table(estimator, X, reset=fitted is None), estimator


FRAMES = {
    "pandas": lambda: pd.DataFrame({"t": pd.to_datetime(TIMES), "x": [1, 2, 3]}),
    "seconds": lambda: pd.DataFrame(
        {"t": pd.Series(TIMES, dtype="datetime64[ms]"), "x": [1, 2, 3]}
    ),
    "polars": lambda: pl.DataFrame({"t": TIMES, "x": [1, 2, 3]}),
    "objects": lambda: pd.DataFrame({"t": pd.Series(TIMES, dtype=object), "x": [1, 2, 3]}),
    "array": lambda: np.array([[t, x] for t, x in zip(TIMES, [1, 2, 3], strict=True)], object),
}


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_dates_are_seconds_and_a_calendar_at_the_end(make):
    X = make()
    table, estimator = coded(X)
    np.testing.assert_array_equal(table, np.column_stack([SECONDS, [1, 2, 3], CALENDAR]))
    assert estimator.categories_ == [None, None] and estimator.n_features_in_ == 2
    np.testing.assert_array_equal(coded(X[1:], estimator)[0], table[1:])


def test_days_have_the_hour_0():
    days = [datetime.date(2024, 2, 29), None]
    for X in (
        pd.DataFrame({"t": pd.Series(days, dtype=object)}),
        pl.DataFrame({"t": days}),
        np.array(days, dtype="datetime64[D]")[:, np.newaxis],
    ):
        table, _ = coded(X)
        np.testing.assert_array_equal(table, [[1709164800, 2024, 2, 29, 3, 0], [np.nan] * 6])


def test_calendar_is_that_of_pandas():
    draws = np.random.default_rng(0).integers(-4_000_000_000, 8_000_000_000, 2000)
    dates = (draws * 1_000_000 + 7).astype("datetime64[us]")
    known = pd.Series(dates).dt
    expected = [known.year, known.month, known.day, known.day_of_week, known.hour]
    np.testing.assert_array_equal(calendar_of(dates), np.column_stack(expected))
    np.testing.assert_allclose(seconds_of(dates), draws, atol=1e-4)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_time_zones_are_those_of_fit(frame):
    def column(zone, hour):
        times = pd.Series(pd.to_datetime([f"2024-07-01 {hour:02}:00"])).dt.tz_localize(zone)
        return frame({"t": times}) if frame is pd.DataFrame else frame({"t": times.tolist()})

    table, fitted = coded(column("Europe/Rome", 1))
    assert table[0, 1:].tolist() == [2024, 7, 1, 0, 1], "local time"
    np.testing.assert_array_equal(coded(column("UTC", 23), fitted)[0][0, 1:], [2024, 7, 2, 1, 1])
    without = pl.DataFrame if frame is pl.DataFrame else pd.DataFrame
    naive = without({"t": [datetime.datetime(2024, 7, 1)]})
    with pytest.raises(TypeError, match=r"'t' of X had the time zone .* in fit, and has none now"):
        coded(naive, fitted)
    with pytest.raises(TypeError, match="'t' of X had no time zone in fit, and has the time zone"):
        coded(column("UTC", 1), coded(naive)[1])


def test_other_values_than_in_fit_are_refused():
    dates = pd.DataFrame({"t": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    texts = dates.astype(str)
    _, fitted = coded(dates)
    with pytest.raises(
        TypeError, match=r"'t' of X held dates in fit.*pandas.to_datetime\(X\['t'\]"
    ):
        coded(texts, fitted)
    missing = pd.DataFrame({"t": [None, None]})
    assert np.isnan(coded(missing, fitted)[0]).all() and coded(missing, fitted)[0].shape == (2, 6)
    with pytest.raises(TypeError, match="Column 't' of X is of type Datetime"):
        coded(dates, coded(texts)[1])
    zoned = pd.DataFrame({"t": pd.Series([datetime.datetime.now(datetime.UTC)], dtype=object)})
    with pytest.raises(TypeError, match=r"objects with time zones.*utc=True"):
        coded(zoned)


def test_time_zone_of_other_columns_is_none():
    for cells in ([1, 2], ["2024-01-01"], [None], [datetime.time(1)], [TIMES[0], "a"], []):
        assert time_zone(cells) is None
    assert time_zone([*TIMES, pd.NaT, np.nan]) == ""
    np.testing.assert_array_equal(np.isnat(read_dates("t", [pd.NaT, TIMES[0]], "")), [True, False])


@pytest.mark.parametrize(
    "model",
    [
        KerasRealMLPRegressor(hidden_layer_sizes=16, epochs=60, random_state=0),
        KerasTabMRegressor(
            hidden_layer_sizes=16, n_ensemble=4, learning_rate=0.02, epochs=100, random_state=0
        ),
        skkeras.KerasMultiInputRegressor(epochs=60, random_state=0),
    ],
    ids=lambda model: type(model).__name__,
)
def test_networks_learn_from_dates(model, tmp_path):
    times = pd.Series(pd.date_range("2024-01-01", periods=400, freq="7h"))
    X = pd.DataFrame({"noise": np.random.default_rng(0).normal(size=400), "time": times})
    y = (times.dt.day_of_week >= 5) + times.dt.month / 12
    X.loc[5, "time"] = pd.NaT
    model.fit(X[::2], y[::2])
    assert model.score(X[1::2], y[1::2]) > 0.7
    assert model.n_features_in_ == 2 and model.feature_names_in_.tolist() == ["noise", "time"]
    skkeras.save(model, tmp_path / "model.skk")
    expected = model.predict(X)
    for copy in (pickle.loads(pickle.dumps(model)), skkeras.load(tmp_path / "model.skk")):
        np.testing.assert_array_equal(copy.predict(X), expected)
    with pytest.warns(UserWarning, match=r"no value in fit and are left out: \['time'\]"):
        model.set_params(epochs=1).fit(X.assign(time=pd.NaT), y)


@pytest.mark.parametrize(
    "kind", [KerasMLPRegressor, KerasTabMRegressor, skkeras.KerasMultiInputRegressor]
)
def test_column_names_that_occur_twice(kind):
    X = pd.DataFrame(np.eye(4), columns=["a", "b", "a", "c"])
    with pytest.raises(ValueError, match=r"several columns named \['a'\].*duplicated\(\)"):
        kind().fit(X, range(4))
