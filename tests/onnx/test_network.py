"""Networks of all kinds of layers, in ONNX."""

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf

import skkeras
from skkeras import KerasClassifier

X = np.random.default_rng(0).normal(size=(24, 2))
Y = np.arange(24) % 2


class Python(keras.layers.Layer):
    """A layer that calls Python, which no graph has."""

    def call(self, inputs):
        doubled = tf.py_function(lambda x: 2 * x, [inputs], tf.float32)
        return tf.ensure_shape(doubled, inputs.shape)


def test_a_layer_that_calls_python_is_named(tmp_path):
    layers = [keras.layers.Input((2,)), Python(), keras.layers.Dense(1, "sigmoid")]
    network = KerasClassifier(keras.Sequential(layers), loss="binary_crossentropy", epochs=1)
    network.fit(X, Y)
    with pytest.raises(ValueError, match=r"network, with layers of its own \(Python\), has an op"):
        skkeras.export(network, tmp_path / "e.onnx", X)
    assert not list(tmp_path.iterdir())


def test_constants_of_layers_are_written(tmp_path):
    layers = [keras.layers.Normalization(mean=[3.0, -2.0], variance=[4.0, 9.0])]
    layers += [keras.layers.Dense(1, "sigmoid")]
    network = KerasClassifier(
        keras.Sequential([keras.layers.Input((2,)), *layers]), loss="binary_crossentropy", epochs=1
    )
    skkeras.export(network.fit(X, Y), tmp_path / "e.onnx", X)
    (given,) = onnxruntime.InferenceSession(tmp_path / "e.onnx").get_inputs()
    assert given.name == "X"
