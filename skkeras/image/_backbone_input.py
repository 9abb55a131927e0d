"""Images and features of an estimator around a backbone."""

from __future__ import annotations

import os
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras.image._backbones import BACKBONES, check_weights
from skkeras.image._features import BackboneFeatures
from skkeras.image._paths import ImageStream
from skkeras.image._pixels import check_images
from skkeras.image._scales import warn_unless_bytes
from skkeras.utils import check_sizes, sizes

CONSTRAINTS: dict[str, Any] = {
    "backbone": [StrOptions(set(BACKBONES))],
    "weights": [None, str, os.PathLike],
    "pooling": [StrOptions({"avg", "max"})],
    "input_size": [None, Interval(Integral, 1, None, closed="left"), list, tuple],
}


def check_backbone_params(estimator: Any) -> None:
    """Raise an error for a missing file of weights, or sizes that are none."""
    check_weights(estimator.weights)
    for name, lengths in (("input_size", (2,)), ("image_shape", (2, 3))):
        check_sizes(name, getattr(estimator, name), lengths)


def check_backbone_images(estimator: Any, X: Any, *, reset: bool) -> np.ndarray | ImageStream:
    """Validate images for a backbone, as `check_images`, and warn unless pixels are 0 to 255.

    Raises
    ------
    ValueError
        Also if images have not 1 or 3 channels, or the weights of `fit` are not there.
    """
    if not reset:
        estimator.feature_encoder_.find_weights(estimator.weights)
    images = check_images(estimator, X, reset=reset)
    if reset and estimator.image_shape_[2] not in (1, 3):
        raise ValueError(
            f"X has images of {estimator.image_shape_[2]} channels; expected 3 (red, green, blue) "
            f"or 1 (grey)."
        )
    if reset and isinstance(images, np.ndarray):
        warn_unless_bytes(images)
    return images


def backbone_features(estimator: Any, part: str | int) -> BackboneFeatures:
    """Return unfitted features of the backbone, pooled or without the last `part` layers."""
    given = estimator.input_size
    size = estimator.image_shape_[:2] if given is None else sizes(given)
    weights = check_weights(estimator.weights)
    return BackboneFeatures(estimator.backbone, weights, (size[0], size[-1]), part)
