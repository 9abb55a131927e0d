"""Networks of `keras.applications`: built once per process, run, and split into two parts."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import warnings
import weakref
from collections.abc import Hashable
from types import FunctionType
from typing import Any

import keras
import numpy as np

from skkeras.training import predict, seeding, settings
from skkeras.training.programs import ALSO_CLEARED, Cache

BACKBONES = {
    name: builder
    for name, builder in vars(keras.applications).items()
    if isinstance(builder, FunctionType)
}

_POOLINGS = {
    "avg": keras.layers.GlobalAveragePooling2D,
    "max": keras.layers.GlobalMaxPooling2D,
}


def pooling_layer(pooling: str) -> keras.Layer:
    """Return the layer that pools an image's last feature maps into one vector."""
    return _POOLINGS[pooling]()


class Backbone:
    """Network without its last layer, which is shared by all estimators of a process.

    Parameters
    ----------
    name : str
        Name in `keras.applications`.
    weights : "imagenet", str or None
        "imagenet" for pretrained weights, a file of weights, or None for random weights, which are
        always the same.
    size : (int, int)
        Height and width of the input images.

    Attributes
    ----------
    model : keras.Model
        The network, which is never trained.
    digest : str
        Hash of its weights.
    lock : threading.RLock
        Lock that is held while the network computes.
    """

    def __init__(self, name: str, weights: str | None, size: tuple[int, int]) -> None:
        builder = BACKBONES[name]
        with seeding(0):
            self.model = builder(include_top=False, weights=weights, input_shape=(*size, 3))
        # For inference only, with the same result as part of another network.
        self.model.trainable = False
        self._preprocess = sys.modules[builder.__module__].preprocess_input
        self.lock = threading.RLock()
        self._parts: dict[Any, keras.Model] = {}
        whole = hashlib.sha256()
        for array in self.model.get_weights():
            whole.update(np.ascontiguousarray(array).view(np.uint8).data)
        self.digest = whole.hexdigest()

    def run(self, pixels: np.ndarray, part: str | int) -> np.ndarray:
        """Compute features.

        Parameters
        ----------
        pixels : ndarray of shape (n_images, height, width, 3)
            Pixels from 0 to 255; may be overwritten.
        part : {"avg", "max"} or int
            How to pool the last feature maps, or the number of last layers to leave out.

        Returns
        -------
        ndarray of shape (n_images, ...)
            Features.
        """
        pixels = self._preprocess(pixels)
        with self.lock:
            features: np.ndarray = predict(self._lower(part), pixels)
        return features

    def with_preprocessing(self, part: str | int) -> keras.Model:
        """Return a model that computes what `run` does."""
        pixels = keras.layers.Input(self.model.input_shape[1:])
        with self.lock:
            return keras.Model(pixels, self._lower(part)(self._preprocess(pixels)))

    def _lower(self, part: str | int) -> keras.Model:
        if part not in self._parts:
            start, end = self.model.input, self.model.output
            output = pooling_layer(part)(end) if isinstance(part, str) else self._cut(part)
            self._parts[part] = keras.Model(start, output)
        return self._parts[part]

    def upper(self, n_unfrozen: int) -> keras.Model:
        """Return a new network of the layers that `run` leaves out, with the last ones trainable.

        Batch normalisation is frozen, too, because statistics of few images are worse. The network
        may begin before the trainable layers, at a single tensor that connects the two parts. Its
        weights are new; `upper_weights` returns the values to set.
        """
        with self.lock:
            template = self._upper(n_unfrozen)
            other = keras.models.clone_model(template)
        unfrozen = {layer.name for layer in self.model.layers[-n_unfrozen:]}
        for layer in other.layers:
            layer.trainable = layer.name in unfrozen
        for layer in other._flatten_layers():
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = False
        return other

    def upper_weights(self, n_unfrozen: int) -> list[np.ndarray]:
        """Return the weights of `upper` before any training."""
        with self.lock:
            return list(self._upper(n_unfrozen).get_weights())

    def _upper(self, n_unfrozen: int) -> keras.Model:
        key = "upper", n_unfrozen
        if key not in self._parts:
            self._parts[key] = keras.Model(
                self._cut(n_unfrozen), self.model.output, name=self.model.name
            )
        return self._parts[key]

    def _cut(self, n_unfrozen: int) -> Any:
        """Return the last tensor that is the only connection to the last layers."""
        operations = self.model.operations
        places = {id(operation): place for place, operation in enumerate(operations)}
        made, used = {}, {id(self.model.output): len(operations)}
        for nodes in self.model._nodes_by_depth.values():
            for node in nodes:
                place = places[id(node.operation)]
                made.update({id(tensor): (place, tensor) for tensor in node.outputs})
                for tensor in node.input_tensors:
                    used[id(tensor)] = max(used.get(id(tensor), 0), place)
        for place in range(places[id(self.model.layers[-n_unfrozen])], 0, -1):
            crossing = [t for key, (start, t) in made.items() if start < place <= used[key]]
            if len(crossing) == 1:
                return crossing[0]
        return self.model.input


# The most recently built backbone for each name and size, with any weights.
_ALIVE: weakref.WeakValueDictionary[Hashable, Backbone] = weakref.WeakValueDictionary()
# Each takes the memory of its network. Backbones that were removed are built again when needed.
_BUILT = Cache(4)
ALSO_CLEARED.append(_BUILT.clear)


def find_backbone(
    name: str, weights: str | os.PathLike[str] | None, size: tuple[int, int]
) -> Backbone:
    """Return a network, which is built at the first call in a process.

    Raises
    ------
    ValueError
        If the weights do not exist or do not fit the network, or it does not accept this size.
    """
    path = check_weights(weights)
    state: Hashable = None
    if path not in (None, "imagenet"):
        found = os.stat(path)
        state = found.st_mtime_ns, found.st_size
    key = (name, path, state, size, settings())
    backbone: Backbone = _BUILT.get(key, lambda: _build(name, path, size))
    return backbone


def find_architecture(name: str, size: tuple[int, int]) -> Backbone:
    """Return a network with any weights: the most recently built one, if there is one.

    Raises
    ------
    ValueError
        If the network does not accept images of this size.
    """
    backbone = _ALIVE.get((name, size, settings()))
    return find_backbone(name, None, size) if backbone is None else backbone


def check_weights(weights: str | os.PathLike[str] | None) -> str | None:
    """Return the absolute path of a file of weights; None and "imagenet" are returned unchanged.

    Raises
    ------
    ValueError
        If there is no such file, or its name does not end in `.h5`.
    """
    if weights is None or weights == "imagenet":
        return weights
    path = os.path.abspath(os.fspath(weights))
    if not os.path.isfile(path):
        raise ValueError(
            f"There is no file of weights {path!r}; put it there, or say where it is, after a fit "
            f"by set_params(weights=) or skkeras.load(weights=). weights='imagenet' fetches those "
            f"that Keras has, and weights=None takes random ones."
        )
    if not path.endswith(".h5"):
        raise ValueError(
            f"The file of weights {path!r} does not end in '.weights.h5' or '.h5'; give one that "
            f"save_weights of Keras wrote."
        )
    return path


def _build(name: str, weights: str | None, size: tuple[int, int]) -> Backbone:
    shown = f"{name} for images of {size[0]}x{size[1]} pixels"
    try:
        # For weights that do not fit, Keras warns for each layer before it raises a full error.
        with warnings.catch_warnings(record=True) as said:
            backbone = _ALIVE[name, size, settings()] = Backbone(name, weights, size)
    except Exception as error:
        why = str(error).strip().split("\n")[0].rstrip(".")
        if "URL fetch failure" in why:
            raise OSError(
                f"The weights of {shown} could not be fetched: {why}. Try again with a network, or "
                f"give a file as weights=."
            ) from error
        if weights is None or "nput" in why:
            raise ValueError(
                f"{shown} cannot be built: {why}. Set input_size, to which all images are resized."
            ) from error
        raise ValueError(
            f"{shown} does not take the weights {weights!r}: {why}. Give weights of {name} that "
            f"were saved with include_top=False."
        ) from error
    for one in said:
        warnings.showwarning(one.message, one.category, one.filename, one.lineno)
    return backbone
