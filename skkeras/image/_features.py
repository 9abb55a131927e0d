"""Features of images, computed once per image for all epochs, folds and fits."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Self

import keras
import numpy as np
from keras import ops
from sklearn.base import BaseEstimator, TransformerMixin

from skkeras.image._backbones import Backbone, check_weights, find_backbone
from skkeras.training import count_rows, settings, take
from skkeras.training.programs import ALSO_CLEARED

# Number of images that are hashed, and converted to floats, at a time.
_CHUNK = 128


class FeatureCache:
    """Cache of features that evicts the least recently used ones above a limit of bytes.

    Parameters
    ----------
    n_bytes : int
        Maximum number of bytes to keep.
    """

    def __init__(self, n_bytes: int) -> None:
        self.n_bytes = n_bytes
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Remove all features."""
        with self._lock:
            self._kept: OrderedDict[Hashable, np.ndarray] = OrderedDict()
            self._size = 0

    def get(self, key: Hashable) -> np.ndarray | None:
        """Return the features of a key, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, features: np.ndarray) -> None:
        """Add features that are not in the cache yet."""
        with self._lock:
            self._size += features.nbytes
            self._kept[key] = features
            while self._size > self.n_bytes:
                self._size -= self._kept.popitem(last=False)[1].nbytes


FEATURES = FeatureCache(2**29)
ALSO_CLEARED.append(FEATURES.clear)


class BackboneFeatures(TransformerMixin, BaseEstimator):
    """Transform images into features of a network of `keras.applications`.

    Parameters
    ----------
    backbone : str
        Name of the network.
    weights : "imagenet", str, path-like or None
        Its weights.
    size : (int, int)
        Height and width that images are resized to.
    part : {"avg", "max"} or int
        How to pool the last feature maps into one vector, which is then scaled; or the number of
        last layers to leave out, for features that are not scaled.

    Attributes
    ----------
    digest_ : str
        Hash of the network's weights.
    shape_ : tuple of int
        Shape of an image's features.
    mean_ : ndarray of shape (n_features,)
        Mean of each feature of the vectors, which is subtracted.
    scale_ : float
        Square root of the features' mean variance, by which all are divided, so that the features
        that vary most between images keep the most weight.
    """

    def __init__(self, backbone: str, weights: Any, size: tuple[int, int], part: str | int) -> None:
        self.backbone = backbone
        self.weights = weights
        self.size = size
        self.part = part

    def find(self) -> Backbone:
        """Return the network, which is built at the first call in a process."""
        return find_backbone(self.backbone, self.weights, self.size)

    def find_fitted(self) -> Backbone:
        """Return the network of `fit`, and raise a ValueError if its weights have changed."""
        found = self.find()
        if found.digest != self.digest_:
            raise ValueError(
                f"The weights {self.weights!r} of {self.backbone} are not those that this "
                f"estimator was fitted with; put these back, or fit anew."
            )
        return found

    def find_weights(self, weights: Any) -> None:
        """Set a new location of the weights of `fit`, if their file does not exist any more.

        Parameters
        ----------
        weights : "imagenet", str, path-like or None
            Present location of the weights.

        Raises
        ------
        ValueError
            If the weights of `fit` are not there.
        """
        if self.weights in (None, "imagenet") or os.path.isfile(self.weights):
            return
        there = check_weights(weights)
        if find_backbone(self.backbone, there, self.size).digest != self.digest_:
            raise ValueError(
                f"The weights {there!r} of {self.backbone} are not those that this estimator was "
                f"fitted with, from {self.weights!r}; give the path of a copy of these by "
                f"set_params(weights=), or fit anew."
            )
        self.weights = there

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the scale and the shape of the features.

        Parameters
        ----------
        X : ndarray or ImageStream of shape (n_images, height, width, n_channels)
            Images.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the network cannot be built, or it has fewer layers than are to be left out.
        """
        found = self.find()
        self.digest_ = found.digest
        if isinstance(self.part, str):
            features = _features_of(found, X, self)
            self.mean_ = features.mean(axis=0, dtype=np.float64).astype(features.dtype)
            variance = np.mean((features - self.mean_) ** 2, dtype=np.float64)
            self.scale_ = float(np.sqrt(variance)) or 1.0
            self.shape_ = features.shape[1:]
        elif self.part > (n_layers := len(found.model.layers)):
            raise ValueError(
                f"n_unfrozen={self.part} is more than the {n_layers} layers of {self.backbone}; "
                f"give a number of its last layers."
            )
        else:
            self.shape_ = _features_of(found, X[:1], self).shape[1:]
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the features of images.

        Parameters
        ----------
        X : ndarray or ImageStream of shape (n_images, height, width, n_channels)
            Images.

        Returns
        -------
        ndarray of shape (n_images, *shape_)
            Features, of dtype `keras.config.floatx`.

        Raises
        ------
        ValueError
            If the network's weights are not those of `fit`.
        """
        found = self.find_fitted()
        features = _features_of(found, X, self)
        if isinstance(self.part, str):
            features = (features - self.mean_) / self.scale_
        return features


def _features_of(found: Backbone, X: Any, encoder: BackboneFeatures) -> np.ndarray:
    """Return features from the cache, and compute those that are missing."""
    of = found.digest, encoder.backbone, encoder.size, encoder.part, settings()
    features = []
    for start in range(0, count_rows(X), _CHUNK):
        images = take(X, slice(start, start + _CHUNK))
        keys = [(of, _name(image)) for image in images]
        with found.lock:  # threads with the same images compute them once
            kept = ((key, FEATURES.get(key)) for key in keys)
            known = {key: row for key, row in kept if row is not None}
            missing = {key: place for place, key in enumerate(keys) if key not in known}
            if missing:
                pixels = _pixels(images[list(missing.values())], encoder.size)
                rows = found.run(pixels, encoder.part)
                known |= {key: row.copy() for key, row in zip(missing, rows, strict=True)}
                for key in missing:
                    FEATURES.put(key, known[key])
        features += [known[key] for key in keys]
    return np.stack(features)


def _name(image: np.ndarray) -> Hashable:
    content = np.ascontiguousarray(image)
    digest = hashlib.blake2b(content.view(np.uint8).data, digest_size=16).digest()
    return content.shape, content.dtype.str, digest


def _pixels(images: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return images resized, with three channels, as floats in a new array."""
    pixels = images.astype(keras.config.floatx())
    if pixels.shape[1:3] != size:
        resized = ops.image.resize(pixels, size, antialias=True, data_format="channels_last")
        pixels = ops.convert_to_numpy(resized)
    return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else np.array(pixels)
