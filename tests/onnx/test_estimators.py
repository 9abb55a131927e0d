"""Networks converted by skl2onnx itself."""

import numpy as np
import onnxruntime
import pytest
import skl2onnx
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skkeras.onnx  # noqa: F401
from skkeras import KerasMLPClassifier

X = np.random.default_rng(0).normal(size=(30, 2)).astype("float32")
NETWORK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=1, random_state=0)
PIPELINE = make_pipeline(StandardScaler(), NETWORK).fit(X, np.where(X[:, 0] > 0, "a", "b"))


@pytest.mark.parametrize("zipmap", [True, False, "columns"])
def test_options_are_those_of_classifiers(zipmap):
    proto = skl2onnx.to_onnx(PIPELINE, X[:1], options={id(PIPELINE): {"zipmap": zipmap}})
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    labels, *rest = session.run(None, {"X": X})
    assert labels.tolist() == PIPELINE.predict(X).tolist()
    found = [[row["a"], row["b"]] for row in rest[0]] if zipmap is True else np.column_stack(rest)
    np.testing.assert_allclose(found, PIPELINE.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize("opset", [13, 18, 22])
def test_versions_of_the_operators_may_be_chosen(opset):
    proto = skl2onnx.to_onnx(PIPELINE, X[:1], target_opset=opset)
    assert max(one.version for one in proto.opset_import if not one.domain) <= opset
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    assert session.run(["output_label"], {"X": X})[0].tolist() == PIPELINE.predict(X).tolist()
