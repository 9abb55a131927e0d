"""Files that Keras and TensorFlow write of pipelines."""

import os
import resource
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skkeras
from skkeras import KerasMLPClassifier
from skkeras.persistence._keras_formats import FORMATS, export_by_keras

X = np.random.default_rng(0).normal(5, size=(40, 3)).astype("float32")
NETWORK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=1, random_state=0)
MODEL = make_pipeline(StandardScaler(), NETWORK).fit(X, X[:, 0] > 5)

# Keras passes it to JAX when it exports for TensorFlow.
pytestmark = pytest.mark.filterwarnings("ignore:The `native_serialization` parameter is deprecated")
only_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="needs TensorFlow as the backend"
)

# As TensorFlow Serving does it.
SERVE = """
import sys
import numpy as np
import tensorflow as tf
serve = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
np.save(sys.argv[3], serve(X=tf.constant(np.load(sys.argv[2])))["output_0"].numpy())
assert "skkeras" not in sys.modules
"""


def test_the_keras_file_has_the_scaler(tmp_path):
    skkeras.export(MODEL, tmp_path / "e.keras", X)
    found = keras.models.load_model(tmp_path / "e.keras").predict(X, verbose=0)
    np.testing.assert_allclose(found, MODEL.predict_proba(X), atol=1e-5)
    assert os.listdir(tmp_path) == ["e.keras"]


def test_tensorflow_serves_the_folder_without_skkeras(tmp_path):
    skkeras.export(MODEL, tmp_path / "1", X, format="tf_saved_model")
    np.save(tmp_path / "X.npy", X)
    paths = [str(tmp_path / name) for name in ("1", "X.npy", "found.npy")]
    subprocess.run([sys.executable, "-c", SERVE, *paths], check=True)
    np.testing.assert_allclose(np.load(paths[2]), MODEL.predict_proba(X), atol=1e-5)
    with pytest.raises(FileExistsError, match="a folder that does not exist"):
        skkeras.export(MODEL, tmp_path / "1", format="tf_saved_model")


@pytest.mark.parametrize("name", ["e.tflite", "e.onnx"])
def test_another_backend_is_refused_before_anything_is_written(name, tmp_path, monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ValueError, match=r"KERAS_BACKEND=jax; load .* and export it there"):
        skkeras.export(MODEL, tmp_path / name, X)
    assert not os.listdir(tmp_path)


@only_tensorflow
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated")
def test_litert_runs_the_file(tmp_path):
    skkeras.export(MODEL, tmp_path / "e.tflite", X)
    runner = tf.lite.Interpreter(str(tmp_path / "e.tflite")).get_signature_runner()
    found = runner(X=X)["output_0"]
    np.testing.assert_allclose(found, MODEL.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize(
    "kind", ["keras", "tf_saved_model", pytest.param("litert", marks=only_tensorflow)]
)
def test_a_model_that_predicts_something_else_is_not_written(kind, tmp_path, monkeypatch):
    predict_proba = KerasMLPClassifier.predict_proba
    monkeypatch.setattr(KerasMLPClassifier, "predict_proba", lambda *a: predict_proba(*a) + 1e-4)
    path = tmp_path / f"e{FORMATS[kind][1]}"
    with pytest.raises(ValueError, match=r"differ from predict_proba of .* by 0\.0001 in 40 rows"):
        export_by_keras(MODEL, path, X, kind)
    assert not os.listdir(tmp_path)


@pytest.fixture
def no_room():
    """Let files have 20 kB at most, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    "name",
    [
        "e.keras",
        "e",
        *(pytest.param(f"e.{end}", marks=only_tensorflow) for end in ("tflite", "onnx")),
    ],
)
def test_a_full_disk_leaves_no_half_file(name, tmp_path, no_room):
    large = KerasMLPClassifier(hidden_layer_sizes=[1, 5000], epochs=1).fit(X, X[:, 0] > 5)
    kind, before = ("tf_saved_model", {}) if name == "e" else (None, {name: b"before"})
    for file, content in before.items():
        (tmp_path / file).write_bytes(content)
    with pytest.raises(OSError, match="File too large"):
        skkeras.export(large, tmp_path / name, format=kind)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_formats_go_with_their_paths(tmp_path):
    with pytest.raises(ValueError, match=r"format='litert' needs a path .* '\.tflite'"):
        skkeras.export(MODEL, tmp_path / "e.keras", format="litert")
    with pytest.raises(ValueError, match=r"format must be 'onnx' or one of .*got 'pmml'"):
        skkeras.export(MODEL, tmp_path / "e", format="pmml")
    assert not os.listdir(tmp_path)
