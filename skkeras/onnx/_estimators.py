"""Shapes and converters of networks, in the form of skl2onnx."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from skl2onnx.common.data_types import Int64TensorType

from skkeras.onnx._graph import Graph, Name
from skkeras.onnx._inputs import add_encoder
from skkeras.onnx._network import add_network
from skkeras.onnx._outputs import (
    add_labels,
    add_probabilities,
    add_target,
    check_target,
    label_type,
    number_type,
)


def classifier_shapes(operator: Any) -> None:
    """Set the types of a classifier's outputs: labels and probabilities."""
    estimator, (labels, probabilities) = operator.raw_operator, operator.outputs
    check_target(estimator)
    n_units = estimator.model_.output_shape[-1]
    if _is_multilabel(estimator):
        labels.set_type(Int64TensorType([None, n_units]))
    else:
        n_units = len(estimator.classes_)
        labels.set_type(label_type(estimator.classes_)([None]))
    probabilities.set_type(number_type(probabilities)([None, n_units]))


def regressor_shapes(operator: Any) -> None:
    """Set the type of a regressor's output."""
    (numbers,) = operator.outputs
    check_target(operator.raw_operator)
    n_outputs = operator.raw_operator.target_encoder_.n_outputs_
    numbers.set_type(number_type(numbers)([None, n_outputs]))


def convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    """Add a classifier to a graph."""
    estimator, (labels, probabilities) = operator.raw_operator, operator.outputs
    graph = Graph(scope, container)
    found = add_outputs(graph, operator, estimator, estimator.model_)
    found = add_probabilities(graph, estimator, estimator.model_, found)
    graph.cast_to(found, probabilities)
    if _is_multilabel(estimator):
        graph.cast_to(graph.add("Greater", found, np.array([0.5], np.float32)), labels)
    else:
        add_labels(graph, estimator.classes_, found, labels.full_name)


def convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    """Add a regressor to a graph."""
    graph, estimator = Graph(scope, container), operator.raw_operator
    found = add_outputs(graph, operator, estimator, estimator.model_)
    graph.cast_to(add_target(graph, estimator, found), operator.outputs[0])


def add_outputs(graph: Graph, operator: Any, estimator: Any, model: keras.Model) -> Name:
    """Add the encoder of a fitted estimator and a model of its inputs, such as its network."""
    inputs = add_encoder(graph, estimator, operator.inputs, model)
    return add_network(graph, type(estimator).__name__, model, inputs)


def _is_multilabel(estimator: Any) -> bool:
    return bool(estimator.target_type_ == "multilabel-indicator")
