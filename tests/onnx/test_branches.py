"""Networks of several inputs, in ONNX."""

import numpy as np
import onnxruntime
import pandas as pd
import polars as pl
import pytest

import skkeras
from skkeras import KerasMultiInputClassifier, KerasMultiInputRegressor

N = 60
RNG = np.random.default_rng(0)
Y = np.where(np.arange(N) % 2, "yes", "no")
QUICK = {"units": 4, "hidden_layer_sizes": 4, "epochs": 2, "random_state": 0}


def table():
    """Return columns of each kind that ONNX has; in most of them, values are missing."""
    X = pd.DataFrame(
        {
            "size": RNG.normal(5, 3, N),
            "day": pd.Timestamp("2023-11-30 22:30") + pd.to_timedelta(RNG.integers(0, 9e6, N), "s"),
            "colour": RNG.choice(["red", "green", "blue"], N),
            "title": RNG.choice(["A fine view!", "a dull   street", "Fine"], N),
            "count": RNG.integers(0, 9, N),
            "born": pd.Timestamp("1969-02-27") + pd.to_timedelta(RNG.integers(-400, 400, N), "D"),
            "is-new": RNG.random(N) > 0.5,
            "not used": 1.5,
            "text": RNG.choice(["so dull", "such a view, such a street", ""], N),
        }
    )
    X.loc[::7, ["size", "born"]] = None
    X.loc[::5, ["colour", "title"]] = None
    return X


BRANCHES = {
    "numbers": ("numbers", ["born", "size", "day", "count"]),
    "categories": ("categories", ["colour", "is-new"]),
    "texts": ("texts", ["title", "text"]),
    "view": ("texts", "text"),
}


def test_columns_of_each_kind_are_encoded_inside(tmp_path, feed):
    X = table()
    network = KerasMultiInputClassifier(branches=BRANCHES, fusion="gating", n_pairs=50, **QUICK)
    network.fit(X, Y)
    others = X.assign(
        colour="violet", text="a new street", title=None, size=np.nan, born=pd.Timestamp("2100-3-1")
    )
    rows = pd.concat([X, others])
    skkeras.export(network, tmp_path / "e.onnx", rows)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    types = {one.name: one.type for one in session.get_inputs()}
    assert list(types) == list(X)
    assert types["day"] == types["size"] == "tensor(double)" and types["text"] == "tensor(string)"
    labels, probabilities = session.run(None, feed(rows))
    assert labels.tolist() == network.predict(rows).tolist()
    np.testing.assert_allclose(probabilities, network.predict_proba(rows), atol=1e-5)
    assert np.ptp(probabilities[:, 0]) > 1e-3


def test_guessed_branches_and_time_zones(tmp_path):
    X = pl.DataFrame({"rooms": [2, 3, 1, 4] * 10, "city": ["Rome", "Oslo", None, "Bonn"] * 10})
    times = pd.date_range("2024-03-30", periods=40, freq="h", tz="Europe/Rome").tolist()
    X = X.with_columns(pl.Series("time", times))
    network = KerasMultiInputRegressor(**QUICK).fit(X, np.arange(40))
    skkeras.export(network, tmp_path / "e.onnx", X)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    wall = [(t.tz_localize(None) - pd.Timestamp(0)).total_seconds() for t in times]
    row = {"rooms": [[2]], "city": [["Rome"]], "time": [[wall[32]]]}
    row = {name: np.array(cell, object if name == "city" else None) for name, cell in row.items()}
    np.testing.assert_allclose(
        session.run(None, row)[0][:, 0], network.predict(X[32:33]), rtol=1e-5
    )


def test_branches_without_converter_and_other_types_are_refused(tmp_path):
    X = table()
    X["path"] = [np.arange(3.0)] * N
    network = KerasMultiInputClassifier(
        branches={"table": ("numbers", "size"), "steps": ("series", "path")}, **QUICK
    )
    with pytest.raises(ValueError, match="no converter for its branch 'steps' of series"):
        skkeras.export(network.fit(X, Y), tmp_path / "e.onnx", X)
    network = KerasMultiInputClassifier(branches={"words": ("texts", "text")}, **QUICK)
    network.fit(X[["text"]], Y)
    with pytest.raises(ValueError, match="fitted on texts in a column that is 'text' here"):
        skkeras.export(network, tmp_path / "e.onnx", pd.DataFrame({"text": [1.5]}))
    assert not list(tmp_path.iterdir())
