"""Tables with missing values and unknown categories, in ONNX."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest

import skkeras
from skkeras import KerasRealMLPClassifier, KerasRealMLPRegressor, KerasTabMClassifier

N = 120
RNG = np.random.default_rng(0)
Y = np.arange(N) % 2


def table():
    """Return columns of each kind; in some of them, values are missing."""
    X = pd.DataFrame(
        {
            "size in cm": RNG.normal(size=N).round(1),
            "count": RNG.integers(0, 9, N),
            "colour": RNG.choice(["red", "green", "blue"], N),
            "is-new": RNG.random(N) > 0.5,
            "day": pd.to_datetime("2020-02-28 12:00") + pd.to_timedelta(np.arange(N), "D"),
            "city": [f"city {i}" for i in RNG.integers(0, 20, N)],
            "year": pd.Categorical(RNG.choice(["2001", "2002"], N)),
        }
    )
    X.loc[::7, "size in cm"] = np.nan
    X.loc[::5, "colour"] = None
    X.loc[::11, ["city", "day"]] = None
    return X


@pytest.mark.parametrize(
    "network",
    [
        KerasRealMLPClassifier(hidden_layer_sizes=8, epochs=2, random_state=0),
        KerasTabMClassifier(hidden_layer_sizes=8, n_ensemble=2, epochs=2, random_state=0),
    ],
)
def test_missing_and_unknown_values_are_encoded_inside(network, tmp_path):
    X = table()
    network.fit(X, Y)
    unknown = X.assign(city="nowhere", colour="violet")
    far = X.assign(**{"size in cm": X["size in cm"] * 100, "count": X["count"] - 50})
    rows = pd.concat([X, unknown, far])
    skkeras.export(network, tmp_path / "e.onnx", rows)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    types = {one.name: one.type for one in session.get_inputs()}
    assert types == {
        "size in cm": "tensor(double)",
        "count": "tensor(int64)",
        "colour": "tensor(string)",
        "is-new": "tensor(bool)",
        "day": "tensor(double)",
        "city": "tensor(string)",
        "year": "tensor(string)",
    }
    row = {name: X[[name]].to_numpy()[1:2] for name in X}
    row |= {"colour": np.array([[""]], object), "size in cm": np.array([[np.nan]])}
    row |= {
        "day": np.array([[(pd.Timestamp("2020-02-29 23:59") - pd.Timestamp(0)).total_seconds()]])
    }
    found = session.run(["probabilities"], row)[0]
    asked = X[1:2].assign(
        colour=None, day=pd.Timestamp("2020-02-29 23:59"), **{"size in cm": np.nan}
    )
    np.testing.assert_allclose(found, network.predict_proba(asked), atol=1e-5)
    assert np.ptp(network.predict_proba(rows)[:, 0]) > 1e-3


def test_an_array_is_one_input(tmp_path):
    X = RNG.normal(size=(N, 3))
    X[::4, 1] = np.nan
    network = KerasRealMLPRegressor(hidden_layer_sizes=8, epochs=2, random_state=0)
    skkeras.export(network.fit(X, X[:, 0]), tmp_path / "e.onnx", X)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    (found,) = session.run(None, {"X": X[:1]})
    np.testing.assert_allclose(found[:, 0], network.predict(X[:1]), atol=1e-5)


def test_columns_of_other_types_than_in_fit_are_refused(tmp_path):
    X = table()
    network = KerasRealMLPClassifier(hidden_layer_sizes=8, epochs=1, random_state=0).fit(X, Y)
    with pytest.raises(ValueError, match="fitted on numbers in a column that is 'count' here"):
        skkeras.export(network, tmp_path / "e.onnx", X.astype({"count": str}))
    with pytest.raises(ValueError, match="fitted on categories in a column that is 'year' here"):
        skkeras.export(network, tmp_path / "e.onnx", X.astype({"year": int}))
    with pytest.raises(ValueError, match="fitted on numbers in a column that is 'day' here"):
        skkeras.export(network, tmp_path / "e.onnx", X.astype({"day": str}))
