"""The Keras model inside an estimator is as one that `Model.fit` trained."""

import subprocess
import sys

import keras
import numpy as np
import onnxruntime
import pandas as pd
import pytest

from skkeras import (
    KerasClassifier,
    KerasCNNClassifier,
    KerasMLPClassifier,
    KerasMultiInputClassifier,
    KerasRealMLPClassifier,
    KerasRNNClassifier,
    KerasTabMClassifier,
    KerasTextClassifier,
    KerasTimeSeriesClassifier,
)

RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(20, 4)).astype("float32")
SERIES = RNG.normal(size=(20, 12, 2))
TEXTS = ["good day sir", "bad night"] * 10
MIXED = pd.DataFrame({"a": TABLE[:, 0], "t": TEXTS, "c": list("ab") * 10})
Y = np.arange(20) % 2


def build():
    return keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1, "sigmoid")])


CASES = {
    "own": (KerasClassifier(build, loss="binary_crossentropy"), TABLE),
    "MLP": (KerasMLPClassifier(), TABLE),
    "RealMLP": (KerasRealMLPClassifier(), TABLE),
    "TabM": (KerasTabMClassifier(), TABLE),
    "CNN": (KerasCNNClassifier(), RNG.normal(size=(20, 8, 8, 1))),
    "RNN": (KerasRNNClassifier(), SERIES),
    "TimeSeries": (KerasTimeSeriesClassifier(), SERIES),
    "Text": (KerasTextClassifier(), TEXTS),
    "MultiInput": (KerasMultiInputClassifier(), MIXED),
}


@pytest.mark.parametrize("name", CASES)
def test_models_are_saved_exported_and_shown(name, tmp_path):
    estimator, X = CASES[name]
    model = estimator.set_params(epochs=1, random_state=0).fit(X, Y).model_
    rows = estimator._encode_X(estimator._check_X(X, reset=False))
    expected = model.predict(rows, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(rows, verbose=0), expected)
    model.export(tmp_path / "saved", verbose=False)
    assert (tmp_path / "saved" / "saved_model.pb").is_file()
    lines = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    assert "Total params" in "\n".join(lines)
    last = model.get_layer(index=-1)
    inside = keras.Model(model.inputs, last.output)
    np.testing.assert_allclose(inside.predict(rows, verbose=0), expected, rtol=1e-5)
    found = model.evaluate(rows, Y[:, None], verbose=0, return_dict=True)
    assert np.isfinite(found["loss"])


# Keras asks NumPy for a name that is gone.
@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")
@pytest.mark.parametrize("name", CASES)
def test_models_are_exported_as_onnx(name, tmp_path):
    estimator, X = CASES[name]
    model = estimator.set_params(epochs=1, random_state=0).fit(X, Y).model_
    rows = estimator._encode_X(estimator._check_X(X, reset=False))
    model.export(tmp_path / "model.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    arrays = zip(session.get_inputs(), keras.tree.flatten(rows), strict=True)
    (found,) = session.run(None, {inputs.name: np.asarray(array) for inputs, array in arrays})
    np.testing.assert_allclose(found, model.predict(rows, verbose=0), atol=1e-5)


def test_loading_a_model_says_what_to_import(tmp_path):
    path = tmp_path / "model.keras"
    KerasRealMLPClassifier(epochs=1).fit(TABLE, Y).model_.save(path)
    code = f"import keras; keras.models.load_model({str(path)!r})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode and "import skkeras" in run.stderr
    code = f"import keras, skkeras; keras.models.load_model({str(path)!r})"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
