"""Conversion of pipelines with the names and types of some rows."""

import numpy as np
import onnxruntime
import polars as pl
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras.onnx import to_onnx
from skkeras.onnx._convert import arrays_of

FRAME = pl.DataFrame({"in cm": [1.0, 2.0, None], "n-of": [1, 2, 3], "name": ["a", None, "c"]})


def test_inputs_have_the_names_and_types_of_the_columns():
    X = FRAME.select(pl.col("in cm").fill_null(0.0), "n-of")
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, [0, 1, 0])
    session = onnxruntime.InferenceSession(to_onnx(pipeline, X).SerializeToString())
    found = [(one.name, one.type, one.shape) for one in session.get_inputs()]
    assert found == [
        ("in cm", "tensor(double)", [None, 1]),
        ("n-of", "tensor(int64)", [None, 1]),
    ]
    labels, probabilities = session.run(None, arrays_of(X))
    assert labels.tolist() == pipeline.predict(X).tolist()
    np.testing.assert_allclose(probabilities, pipeline.predict_proba(X), atol=1e-6)


def test_missing_values_are_nan_and_empty_strings():
    arrays = arrays_of(FRAME)
    assert np.isnan(arrays["in cm"][2, 0])
    assert arrays["name"].tolist() == [["a"], [""], ["c"]]
    assert arrays_of(["a", None])["X"].tolist() == [["a"], [""]]


def test_what_is_not_fitted_is_refused():
    with pytest.raises(NotFittedError):
        to_onnx(StandardScaler(), [[1.0]])


def test_a_full_disk_is_no_fault_of_the_estimator(monkeypatch):
    def full(*args, **kwargs):
        raise OSError("No space left on device")

    scaler = StandardScaler().fit([[1.0]])
    monkeypatch.setattr("skl2onnx.to_onnx", full)
    with pytest.raises(OSError, match=r"^No space left"):
        to_onnx(scaler, [[1.0]])
