"""Shapes and converters of transformers and of the outlier detector, in the form of skl2onnx."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from skkeras.onnx._estimators import add_outputs
from skkeras.onnx._graph import Graph
from skkeras.onnx._inputs import add_encoder, add_image_features
from skkeras.onnx._network import add_network
from skkeras.onnx._outputs import number_type


def transformer_shapes(operator: Any) -> None:
    """Set the type of a transformer's output."""
    (numbers,) = operator.outputs
    numbers.set_type(number_type(numbers)([None, operator.raw_operator._n_features_out]))


def detector_shapes(operator: Any) -> None:
    """Set the types of an outlier detector's outputs: labels and scores."""
    labels, scores = operator.outputs
    labels.type.shape = [None, 1]
    scores.set_type(number_type(scores)([None, 1]))


def convert_autoencoder(scope: Any, operator: Any, container: Any) -> None:
    """Add the encoder of an autoencoder."""
    graph, estimator = Graph(scope, container), operator.raw_operator
    encoder = estimator.model_.get_layer("encoder")
    graph.cast_to(add_outputs(graph, operator, estimator, encoder), operator.outputs[0])


def convert_detector(scope: Any, operator: Any, container: Any) -> None:
    """Add an outlier detector: labels of -1 and 1, and what `decision_function` returns."""
    graph, estimator = Graph(scope, container), operator.raw_operator
    labels, scores = operator.outputs
    model, name = estimator.model_, type(estimator).__name__
    x = add_encoder(graph, estimator, operator.inputs, model)
    rows = graph.cast(x[0], "float64")
    error = graph.add("Sub", graph.cast(add_network(graph, name, model, x), "float64"), rows)
    far = graph.add("Sub", rows, estimator.location_)
    far = graph.add("Div", graph.add("Mul", far, far), estimator.variance_)
    error = graph.add("Div", graph.add("Mul", error, error), estimator.noise_variance_)
    squares = graph.add("Add", graph.add("Add", far, error), np.array([1.0]))
    total = graph.add("ReduceSum", graph.add("Log", squares), np.array([1]), keepdims=1)
    score = graph.add("Sub", np.array([-estimator.offset_]), total)
    graph.cast_to(score, scores)
    is_outlier = graph.add("Less", score, np.array([0.0]))
    sides = np.array([-1]), np.array([1])
    graph.add("Where", is_outlier, *sides, output=labels.full_name)


def convert_hidden_layer(scope: Any, operator: Any, container: Any) -> None:
    """Add a `NetworkFeatures`: the outputs of a hidden layer."""
    graph, estimator = Graph(scope, container), operator.raw_operator
    network, layers = estimator._hidden_layers()
    flat = [keras.layers.Flatten()(output) for output in layers.outputs]
    output = flat[0] if len(flat) == 1 else keras.layers.Concatenate()(flat)
    model = keras.Model(layers.model.input, output)
    graph.cast_to(add_outputs(graph, operator, network, model), operator.outputs[0])


def convert_image_features(scope: Any, operator: Any, container: Any) -> None:
    """Add a `KerasImageFeatures`."""
    graph, estimator = Graph(scope, container), operator.raw_operator
    features = add_image_features(graph, estimator, operator.inputs)
    graph.cast_to(features, operator.outputs[0])
