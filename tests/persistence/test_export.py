"""Files in ONNX of pipelines."""

import importlib.util
import os
import subprocess
import sys

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

import skkeras
from skkeras import KerasMLPClassifier, KerasMLPRegressor
from skkeras.datasets import fetch_adult

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
LABELS = np.where(X[:, 0] > 0, "yes", "no")


def run(path, **arrays):
    session = onnxruntime.InferenceSession(path)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, arrays), strict=True))


def fitted(kind=KerasMLPClassifier, y=LABELS, rows=X, **params):
    network = kind(hidden_layer_sizes=8, epochs=2, random_state=0, **params)
    return make_pipeline(StandardScaler(), network).fit(rows, y)


def test_a_pipeline_on_a_data_frame_has_one_input_for_each_column(tmp_path):
    """With categories that were unknown in `fit`."""
    X, y = fetch_adult()
    X, y = X.fillna("?").iloc[:2000], y.iloc[:2000]
    texts = X.select_dtypes(exclude="number").columns.tolist()
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), texts), remainder=StandardScaler()
    )
    model = make_pipeline(columns, KerasMLPClassifier(epochs=3, random_state=0))
    model.fit(X[:1000], y[:1000])
    rows = X[1000:].copy()
    rows.loc[rows.index[:100], "native-country"] = "Atlantis"
    path = tmp_path / "adult.onnx"
    skkeras.export(model, path, rows)
    arrays = {str(name): rows[[name]].to_numpy() for name in rows}
    session = onnxruntime.InferenceSession(path)
    assert [one.name for one in session.get_inputs()] == list(X)
    found = run(path, **arrays)
    assert list(found) == ["label", "probabilities"]
    assert found["label"].tolist() == model.predict(rows).tolist()
    np.testing.assert_allclose(found["probabilities"], model.predict_proba(rows), atol=1e-5)
    assert set(found["label"]) == {"<=50K", ">50K"}
    one = run(path, **{name: array[:1] for name, array in arrays.items()})
    np.testing.assert_allclose(one["probabilities"], found["probabilities"][:1], atol=1e-6)


RUN = """
import sys
import numpy as np
import onnxruntime
labels, _ = onnxruntime.InferenceSession(sys.argv[1]).run(None, {"X": np.load(sys.argv[2])})
assert not {"tensorflow", "keras", "sklearn", "skkeras"} & sys.modules.keys()
print(*labels)
"""


def test_onnxruntime_needs_no_tensorflow(tmp_path):
    model = fitted()
    skkeras.export(model, tmp_path / "e.onnx", X)
    np.save(tmp_path / "X.npy", X)
    command = [sys.executable, "-c", RUN, str(tmp_path / "e.onnx"), str(tmp_path / "X.npy")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.split() == model.predict(X).tolist()


def test_a_missing_package_names_the_extra(tmp_path, monkeypatch):
    model, find_spec = fitted(), importlib.util.find_spec
    monkeypatch.delitem(sys.modules, "skkeras.onnx")
    missing = {"tf2onnx"}
    monkeypatch.setattr(
        "skkeras._extras.find_spec", lambda name: None if name in missing else find_spec(name)
    )
    with pytest.raises(ImportError, match=r'needs tf2onnx, .*pip install "\.\[onnx\]"'):
        skkeras.export(model, tmp_path / "e.onnx", X)
    assert not os.listdir(tmp_path)


def test_without_rows_the_input_is_an_array_of_floats(tmp_path):
    model = fitted(KerasMLPRegressor, X[:, 0] * 1000 + 5)
    skkeras.export(model, tmp_path / "e.onnx")
    found = run(tmp_path / "e.onnx", X=X.astype("float32"))
    np.testing.assert_allclose(found["variable"][:, 0], model.predict(X), atol=1e-2)
    with pytest.raises(ValueError, match="X is None, but Pipeline was not fitted on an array"):
        skkeras.export(fitted(rows=pd.DataFrame(X, columns=list("abcd"))), tmp_path / "f.onnx")
    assert os.listdir(tmp_path) == ["e.onnx"]


def test_what_cannot_be_converted_is_named_before_anything_is_written(tmp_path):
    model = make_pipeline(FunctionTransformer(np.cbrt), fitted()).fit(X, LABELS)
    with pytest.raises(ValueError, match="FunctionTransformer"):
        skkeras.export(model, tmp_path / "e.onnx", X)

    class Own(StandardScaler):
        pass

    with pytest.raises(ValueError, match=r"no converter for .*Own\. Take it out"):
        skkeras.export(make_pipeline(Own(), fitted()).fit(X, LABELS), tmp_path / "e.onnx", X)
    assert not os.listdir(tmp_path)


def test_a_model_that_predicts_something_else_is_not_written(tmp_path, monkeypatch):
    model = fitted()
    predict_proba = KerasMLPClassifier.predict_proba
    monkeypatch.setattr(KerasMLPClassifier, "predict_proba", lambda *a: predict_proba(*a) + 1e-4)
    with pytest.raises(ValueError, match=r"probabilities differ from .* by 0\.0001 in 60 rows"):
        skkeras.export(model, tmp_path / "e.onnx", X)
    assert not os.listdir(tmp_path)
