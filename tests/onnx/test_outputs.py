"""Labels, probabilities and targets, in ONNX."""

import keras
import numpy as np
import onnxruntime
import pytest
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags

import skkeras
from skkeras import (
    KerasClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRealMLPRegressor,
    KerasRegressor,
)

X = np.random.default_rng(0).normal(size=(40, 3))
CLASSES = np.arange(40) % 3


def build(meta, activation=None):
    n_units = 1 if meta["target_type_"] in ("binary", "continuous") else 3
    layers = [keras.layers.Input((3,)), keras.layers.Dense(n_units, activation)]
    return keras.Sequential(layers)


def around(loss, **params):
    return KerasClassifier(build, loss=loss, epochs=1, random_state=0, **params)


BINARY = keras.losses.BinaryCrossentropy(from_logits=True)
SPARSE = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SMALL = {"hidden_layer_sizes": 4, "epochs": 1, "random_state": 0}


@pytest.mark.parametrize(
    "network, y",
    [
        (KerasMLPClassifier(**SMALL), np.array(["a", "b", "ü"])[CLASSES]),
        (KerasMLPClassifier(**SMALL), np.array(["a", "b", "ü"], object)[CLASSES]),
        (KerasMLPClassifier(**SMALL), CLASSES > 0),
        (KerasMLPClassifier(**SMALL), CLASSES.astype("uint8")),
        (KerasMLPClassifier(**SMALL), np.array([-1.0, 0.0, 4.0])[CLASSES]),
        (KerasMLPClassifier(**SMALL), np.eye(3, dtype=int)[CLASSES] | (X > 0)),
        (around(BINARY), CLASSES > 0),
        (around(SPARSE), CLASSES),
        (around("hinge", model__activation="tanh"), CLASSES > 0),
        (KerasMLPRegressor(**SMALL), 1e6 + 1e4 * X[:, 0]),
        (KerasMLPRegressor(**SMALL), X[:, :2] * [1, 1000]),
        (KerasRealMLPRegressor(**SMALL), X[:, 0]),
        (KerasRegressor(build, loss="mse", epochs=1, random_state=0), X[:, 0]),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_outputs_are_those_of_the_estimator(network, y, dtype, tmp_path):
    rows = X.astype(dtype)
    skkeras.export(network.fit(rows, y), tmp_path / "e.onnx", rows)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    outputs = [output.name for output in session.get_outputs()]
    is_classifier = get_tags(network).estimator_type == "classifier"
    assert outputs == (["label", "probabilities"] if is_classifier else ["variable"])
    found = session.run(None, {"X": rows})
    expected = network.predict(rows)
    shape = expected.shape if is_classifier else expected.reshape(40, -1).shape
    assert found[0].shape == shape
    assert found[-1].dtype == dtype


def test_encoders_of_the_user_are_named(tmp_path):
    class Shifted(KerasRegressor):
        @property
        def target_encoder(self):
            return FunctionTransformer(lambda y: y.reshape(-1, 1) - 1, lambda y: y.ravel() + 1)

    network = Shifted(build, loss="mse", epochs=1, random_state=0).fit(X, X[:, 0])
    with pytest.raises(ValueError, match=r"no converter for .*Shifted"):
        skkeras.export(network, tmp_path / "e.onnx", X)
    network.__class__ = KerasRegressor
    with pytest.raises(ValueError, match="no converter for its target_encoder FunctionTransformer"):
        skkeras.export(network, tmp_path / "e.onnx", X)
