"""Features of images, computed once for each, however many epochs, folds and fits there are."""

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

# Images that are looked at, and scaled to floats, at a time.
_CHUNK = 128


class FeatureCache:
    """Features by key; when they take too many bytes, the least recently used go.

    Parameters
    ----------
    n_bytes : int
        Bytes to keep at most.
    """

    def __init__(self, n_bytes: int) -> None:
        self.n_bytes = n_bytes
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept: OrderedDict[Hashable, np.ndarray] = OrderedDict()
            self._size = 0

    def get(self, key: Hashable) -> np.ndarray | None:
        """Return what is kept under a key."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, features: np.ndarray) -> None:
        """Keep features that are not kept yet."""
        with self._lock:
            self._size += features.nbytes
            self._kept[key] = features
            while self._size > self.n_bytes:
                self._size -= self._kept.popitem(last=False)[1].nbytes


FEATURES = FeatureCache(2**29)
ALSO_CLEARED.append(FEATURES.clear)


class BackboneFeatures(TransformerMixin, BaseEstimator):
    """Turn images into what a network of `keras.applications` makes of them.

    Parameters
    ----------
    backbone : str
        Name of the network.
    weights : "imagenet", str, path-like or None
        Its weights.
    size : (int, int)
        Height and width that it gets images in.
    part : {"avg", "max"} or int
        How to pool the last feature maps into one vector, which is then scaled; or the number of
        last layers to leave out, for features as they are.

    Attributes
    ----------
    digest_ : str
        Hash of the network's weights.
    shape_ : tuple of int
        Shape of an image's features.
    mean_ : ndarray of shape (n_features,)
        Mean of each feature of the vectors, which is taken away.
    scale_ : float
        Root of the features' mean variance, by which all are divided: those that differ most
        between images go on counting most.
    """

    def __init__(self, backbone: str, weights: Any, size: tuple[int, int], part: str | int) -> None:
        self.backbone = backbone
        self.weights = weights
        self.size = size
        self.part = part

    def find(self) -> Backbone:
        """Return the network, built if it is the first time in this process."""
        return find_backbone(self.backbone, self.weights, self.size)

    def find_weights(self, weights: Any) -> None:
        """Take the weights of `fit` from elsewhere, if their file is gone.

        Parameters
        ----------
        weights : "imagenet", str, path-like or None
            Where they are now.

        Raises
        ------
        ValueError
            If they are not there.
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
        """Learn what features are like.

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
            If there is no such network, or it has fewer layers than are to be left out.
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
            Features, of `keras.config.floatx`.

        Raises
        ------
        ValueError
            If the network's weights are not those of `fit`.
        """
        found = self.find()
        if found.digest != self.digest_:
            raise ValueError(
                f"The weights {self.weights!r} of {self.backbone} are not those that this "
                f"estimator was fitted with; put these back, or fit anew."
            )
        features = _features_of(found, X, self)
        if isinstance(self.part, str):
            features = (features - self.mean_) / self.scale_
        return features


def _features_of(found: Backbone, X: Any, encoder: BackboneFeatures) -> np.ndarray:
    """Look features up, and compute those that nobody has asked for."""
    of = found.digest, encoder.backbone, encoder.size, encoder.part, settings()
    features = []
    for start in range(0, count_rows(X), _CHUNK):
        images = take(X, slice(start, start + _CHUNK))
        keys = [(of, _name(image)) for image in images]
        with found.lock:  # threads with the same images wait for one of them
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
    """Return images of three channels and of one size, as floats in a new array."""
    pixels = images.astype(keras.config.floatx())
    if pixels.shape[1:3] != size:
        resized = ops.image.resize(pixels, size, antialias=True, data_format="channels_last")
        pixels = ops.convert_to_numpy(resized)
    return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else np.array(pixels)
