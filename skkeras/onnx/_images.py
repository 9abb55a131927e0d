"""Features of images by a pretrained network."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from skkeras.onnx._graph import Graph, Name
from skkeras.onnx._network import add_network


def add_backbone(graph: Graph, estimator: Any, pixels: Name) -> Name:
    """Add what a `BackboneFeatures` does to images.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    estimator : estimator
        Fitted estimator with this encoder.
    pixels : str
        Name of the images, float32 of shape (n_rows, height, width, n_channels).

    Returns
    -------
    str
        Name of the features, float32 of shape (n_rows, ...).
    """
    encoder = estimator.feature_encoder_
    encoder.find_weights(estimator.weights)
    backbone = encoder.find_fitted()
    height, width, n_channels = estimator.image_shape_
    if (height, width) != encoder.size:
        x = graph.add("Transpose", pixels, perm=[0, 3, 1, 2])
        x = graph.add("MatMul", _resizing(height, encoder.size[0]), x)
        x = graph.add("MatMul", x, _resizing(width, encoder.size[1]).T)
        pixels = graph.add("Transpose", x, perm=[0, 2, 3, 1])
    if n_channels == 1:
        pixels = graph.add("Concat", pixels, pixels, pixels, axis=3)
    model = backbone.with_preprocessing(encoder.part)
    x = add_network(graph, type(estimator).__name__, model, [pixels])
    if not isinstance(encoder.part, str):
        return x
    return graph.add("Div", graph.add("Sub", x, encoder.mean_), np.array(encoder.scale_, "float32"))


def _resizing(old: int, new: int) -> np.ndarray:
    """Return the matrix by which Keras resizes one side of an image."""
    columns = np.eye(old, dtype="float32")[np.newaxis, ..., np.newaxis]
    resized = ops.image.resize(columns, (new, old), antialias=True, data_format="channels_last")
    return np.array(ops.convert_to_numpy(resized)[0, ..., 0])
