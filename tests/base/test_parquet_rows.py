import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from skkeras import KerasMLPClassifier, KerasMLPRegressor, ParquetRows
from skkeras.base._parquet_rows import ParquetScan

RANDOM = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "a": RANDOM.normal(size=200),
        "k": [f"k{place // 10}" for place in range(200)],
        "y": np.repeat([10.0, 30.0], 100) + RANDOM.normal(size=200),
        "c": np.where(np.arange(200) == 150, "rare", "often"),
        "w": np.where(np.arange(200) < 20, 0.0, 2.0),
    }
)
BATCHES = pa.Table.from_pandas(FRAME).to_batches(max_chunksize=20)


def scan(estimator, target, columns=("a",), **arguments):
    return ParquetScan(estimator, ParquetRows(BATCHES, target, columns=columns, **arguments))


def test_the_sample_is_drawn_from_all_rows():
    found, again = (scan(KerasMLPRegressor(), "y", sample_rows=40) for _ in range(2))
    assert len(found.table) == len(found.y) == 40
    assert found.table == again.table
    places = [FRAME["a"].tolist().index(a) for a in found.table["a"].to_pylist()]
    assert (places == np.sort(places)).all() and len(set(np.array(places) // 20)) == 10
    np.testing.assert_array_equal(found.y, FRAME["y"][places])


def test_the_sample_has_all_categories():
    found = scan(KerasMLPRegressor(), "y", ["a", "k"], sample_rows=1)
    assert sorted(found.table["k"].unique().to_pylist()) == sorted(FRAME["k"].unique())
    assert len(found.table) in (20, 21)


def test_categories_are_limited(monkeypatch):
    monkeypatch.setattr("skkeras.base._parquet_rows._MOST_CATEGORIES", 5)
    assert len(scan(KerasMLPRegressor(), "y", ["k"], sample_rows=1).table) in (5, 6)


def test_scales_of_the_target_are_exact():
    scaler = scan(KerasMLPRegressor(), "y", sample_rows=1).target_encoder.scaler_
    np.testing.assert_allclose(
        [scaler.mean_[0], scaler.scale_[0]], [FRAME.y.mean(), FRAME.y.std(ddof=0)]
    )


def test_classes_are_counted():
    found = scan(KerasMLPClassifier(), "c", sample_rows=1)
    assert found.classes.tolist() == ["often", "rare"]
    assert found.class_counts.tolist() == [199, 1]


def test_rows_of_weight_zero_are_left_out():
    found = scan(KerasMLPClassifier(), "c", weights="w")
    assert found.n_rows.tolist() == [0, *[20] * 9]
    assert found.weights[0] == {} and found.weights[7] == {"often": 38.0, "rare": 2.0}
    assert len(found.table) == len(found.sample_weight) == 180


def test_some_weight_is_positive():
    batches = pa.Table.from_pandas(FRAME.assign(w=0.0)).to_batches()
    with pytest.raises(ValueError, match="All weights in column 'w' are 0"):
        ParquetScan(KerasMLPRegressor(), ParquetRows(batches, "y", columns=["a"], weights="w"))
