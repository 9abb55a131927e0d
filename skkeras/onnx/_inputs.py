"""From the inputs of a graph to the input of a network, as the fitted encoder does it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from skl2onnx.common.data_types import StringTensorType

from skkeras.compose import BranchEncoder
from skkeras.image import BackboneFeatures, PixelScaler
from skkeras.onnx._branches import add_branches
from skkeras.onnx._graph import Graph, Name
from skkeras.onnx._images import add_backbone
from skkeras.onnx._tables import add_table
from skkeras.onnx._texts import add_words
from skkeras.sequence import ChannelScaler
from skkeras.tabular import TableEncoder
from skkeras.text import WordEncoder


def add_encoder(graph: Graph, estimator: Any, inputs: list[Any], model: keras.Model) -> list[Name]:
    """Add what a fitted estimator does to X before its network.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    estimator : estimator
        Fitted estimator of this package.
    inputs : list of Variable of skl2onnx
        One variable with all columns, or one for each column.
    model : keras.Model
        Its network.

    Returns
    -------
    list of str
        Names of the network's inputs.

    Raises
    ------
    ValueError
        If the estimator has an encoder for which there is no converter.
    """
    encoder = estimator.feature_encoder_
    if isinstance(encoder, TableEncoder):
        return [add_table(graph, estimator, inputs)]
    if isinstance(encoder, BranchEncoder):
        return add_branches(graph, estimator, inputs)
    if isinstance(encoder, WordEncoder):
        return [add_words(graph, type(estimator).__name__, encoder, inputs[0].full_name)]
    if isinstance(encoder, BackboneFeatures):
        return [add_image_features(graph, estimator, inputs)]
    # Networks for series take any number of steps, and the graph as many as there were in `fit`.
    fitted = estimator.X_shape_
    shape = [fitted[i] if n is None else n for i, n in enumerate(model.input_shape)][1:]
    x = _numbers(graph, estimator, inputs, "float32" if encoder is None else "float64")
    x = graph.reshape(x, -1, *shape)
    if encoder is None:
        return [graph.cast(x, model.inputs[0].dtype)]
    if not isinstance(encoder, (PixelScaler, ChannelScaler)):
        raise ValueError(
            f"{type(estimator).__name__} cannot be exported to ONNX: there is no converter for its "
            f"encoder {type(encoder).__name__}."
        )
    centered = graph.add("Sub", x, np.asarray(encoder.mean_, np.float64))
    scaled = graph.add("Div", centered, np.asarray(encoder.scale_, np.float64))
    return [graph.cast(scaled, "float32")]


def add_image_features(graph: Graph, estimator: Any, inputs: list[Any]) -> Name:
    """Add the features of a pretrained network that a fitted estimator computes of images."""
    pixels = _numbers(graph, estimator, inputs, "float32")
    return add_backbone(graph, estimator, graph.reshape(pixels, -1, *estimator.image_shape_))


def _numbers(graph: Graph, estimator: Any, inputs: list[Any], dtype: str) -> Name:
    """Return all columns as one tensor of numbers."""
    texts = [one.raw_name for one in inputs if isinstance(one.type, StringTensorType)]
    if texts:
        raise ValueError(
            f"{type(estimator).__name__} takes numbers, and the inputs {texts} are strings; encode "
            f"them in the pipeline."
        )
    return graph.beside([graph.cast(one.full_name, dtype) for one in inputs])
