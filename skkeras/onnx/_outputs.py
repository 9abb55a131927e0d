"""From the output of a network to labels and probabilities, or to numbers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)

from skkeras.base.data import LabelEncoder, RegressionTarget, is_hinge, is_of_logits
from skkeras.onnx._graph import Graph, Name
from skkeras.tabular import ClippedTarget


def label_type(classes: np.ndarray) -> type:
    """Return the type of labels: int64 for whole numbers and truth values, as in skl2onnx.

    Raises
    ------
    ValueError
        If ONNX has none for these classes.
    """
    if classes.dtype.kind in "biuf":  # floats are whole numbers, as scikit-learn checks
        return Int64TensorType
    if not all(isinstance(label, str) for label in classes):
        raise ValueError(
            f"The classes {classes[:5].tolist()} are of a type that ONNX does not have; fit on "
            f"strings or numbers."
        )
    return StringTensorType


def number_type(variable: Any) -> type:
    """Return the type of an output of numbers: double for doubles, as in skl2onnx, or float."""
    is_double = isinstance(variable.type, DoubleTensorType)
    return DoubleTensorType if is_double else FloatTensorType


def add_probabilities(graph: Graph, estimator: Any, model: keras.Model, outputs: Name) -> Name:
    """Add what makes probabilities of the network's outputs.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    estimator : estimator
        Fitted classifier.
    model : keras.Model
        Its network.
    outputs : str
        Name of the network's output, of shape (n_rows,) or (n_rows, n_units).

    Returns
    -------
    str
        Name of a tensor of shape (n_rows, n_classes).
    """
    exclusive = estimator.target_type_ != "multilabel-indicator"
    n_units = model.output_shape[-1] if len(model.output_shape) > 1 else 1
    x = graph.reshape(outputs, -1, n_units)
    if is_of_logits(model.loss):
        x = (
            graph.add("Softmax", x, axis=1)
            if exclusive and n_units > 1
            else graph.add("Sigmoid", x)
        )
    elif is_hinge(model.loss):
        half = np.array([0.5], np.float32)
        x = graph.add("Add", graph.add("Mul", x, half), half)
    if estimator.target_type_ == "binary" and n_units == 1:
        x = graph.add("Concat", graph.add("Sub", np.array([1.0], np.float32), x), x, axis=1)
    return x


def add_labels(graph: Graph, classes: np.ndarray, probabilities: Name, output: Name) -> None:
    """Add the most probable label of each row, of shape (n_rows,)."""
    best = graph.add("ArgMax", probabilities, axis=1, keepdims=0)
    table = classes.astype(np.int64) if label_type(classes) is Int64TensorType else classes
    graph.add("Gather", table, best, axis=0, output=output)


def add_target(graph: Graph, estimator: Any, outputs: Name) -> Name:
    """Add what makes numbers in the target's units of the network's outputs.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    estimator : estimator
        Fitted regressor.
    outputs : str
        Name of the network's output.

    Returns
    -------
    str
        Name of a tensor of float64 of shape (n_rows, n_outputs).
    """
    target = estimator.target_encoder_
    x = graph.reshape(graph.cast(outputs, "float64"), -1, target.n_outputs_)
    if target.scale:
        x = graph.add("Mul", x, target.scaler_.scale_)
        x = graph.add("Add", x, target.scaler_.mean_)
    if isinstance(target, ClippedTarget):
        x = graph.add("Max", x, target.low_.astype(np.float64))
        x = graph.add("Min", x, target.high_.astype(np.float64))
    return x


def check_target(estimator: Any) -> None:
    """Raise an error if the target is encoded by a transformer of the user's own."""
    kind = type(estimator.target_encoder_)
    if kind not in (LabelEncoder, RegressionTarget, ClippedTarget):
        raise ValueError(
            f"{type(estimator).__name__} cannot be exported to ONNX: there is no converter for "
            f"its target_encoder {kind.__name__}."
        )
