"""Validate images and convert them to one array of scaled pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import gen_batches

from skkeras.base.data import as_floats, check_X, standardized, with_digits
from skkeras.image._paths import ImageStream, check_paths, holds_paths
from skkeras.image._scales import PixelScale
from skkeras.image._stacks import stacked

# Number of values that are copied as float64 at a time.
_PIXELS = 2**20


def check_images(
    estimator: Any, X: Any, *, reset: bool, cast: bool = True
) -> np.ndarray | ImageStream:
    """Validate images and convert them to one shape.

    Parameters
    ----------
    estimator : estimator
        Its attributes `image_shape_`, `n_features_in_`, `X_shape_` and `X_dtype_` are set,
        `feature_names_in_` for a data frame, and `_pixel_scale`, which is used to warn about images
        on a different scale.
    X : array-like of shape (n, height, width), (n, height, width, channels), (n, n_pixels) or (n,)
        Images; flat ones may be sparse. Strings and path-like objects are paths of images; a list
        or a column may hold arrays of the same shape.
    reset : bool
        Whether to learn the shape from these images; otherwise they are checked against it.
    cast : bool, default=True
        Whether to cast all types except bytes; otherwise numbers that may lose precision are
        float64, for a scaler to cast.

    Returns
    -------
    ndarray or ImageStream of shape (n, height, width, channels)
        Images: bytes are unchanged, other types are cast to `keras.config.floatx`; a stream if
        files hold more than fits in memory.

    Raises
    ------
    ValueError
        If X is empty, not finite, or has a wrong shape, holds images of different shapes, or a file
        cannot be read.
    TypeError
        If X holds values that are neither numbers nor paths.
    """
    is_paths = holds_paths(X)
    if not reset and is_paths != (estimator.X_dtype_.kind == "U"):
        given, before = ("paths", "arrays") if is_paths else ("arrays", "paths")
        raise ValueError(
            f"X holds images as {given}, but this {type(estimator).__name__} was fitted on {before}"
            f"; give {before}, or fit anew."
        )
    if is_paths:
        return check_paths(estimator, X, reset=reset)
    X = check_X(estimator, stacked(X), reset=reset, allow_nd=True, kept_kinds="iuf")
    X = X.toarray() if scipy.sparse.issparse(X) else X
    if reset:
        estimator.image_shape_ = _find_shape(X.shape, estimator.image_shape)
    is_integer = X.dtype.kind in "iu"
    # Bytes take a quarter of the memory of floats, so they are kept until they are scaled.
    floats = X if X.dtype == np.uint8 else as_floats(X)
    X = floats if cast else with_digits(X, floats)
    X = X.reshape(len(X), *estimator.image_shape_)
    if reset:
        estimator._pixel_scale = PixelScale().fit(X)
    else:
        estimator._pixel_scale.check(estimator, X, is_integer=is_integer)
    return X


def full_shape(image_shape: Sequence[int]) -> tuple[int, ...]:
    """Return height, width and the number of channels, which is 1 by default."""
    return (*image_shape, 1)[:3]


def _find_shape(X_shape: tuple[int, ...], image_shape: Sequence[int] | None) -> tuple[int, ...]:
    """Return the shape of one image, from X or from `image_shape`."""
    if len(X_shape) == 2:
        if image_shape is None:
            raise ValueError(
                f"X has shape {X_shape}, so its images are flat; set image_shape=(height, width) "
                f"or (height, width, channels), or give X of shape (n, height, width[, channels])."
            )
        if np.prod(image_shape) != X_shape[1]:
            raise ValueError(
                f"X has rows of {X_shape[1]} values, but image_shape={tuple(image_shape)} takes "
                f"{np.prod(image_shape)}; set the image_shape that these images have."
            )
        return full_shape(image_shape)
    if len(X_shape) > 4 or 0 in X_shape:
        raise ValueError(
            f"X has shape {X_shape}; expected images of shape (n, height, width), (n, height, "
            f"width, channels), or (n, height*width*channels) with image_shape set."
        )
    found = full_shape(X_shape[1:])
    if image_shape is not None and full_shape(image_shape) != found:
        raise ValueError(
            f"X has images of shape {X_shape[1:]}, but image_shape={tuple(image_shape)}; leave "
            f"image_shape out, or set the shape that these images have."
        )
    return found


class PixelScaler(TransformerMixin, BaseEstimator):
    """Scale each channel to mean 0 and standard deviation 1 over all pixels of all images.

    Attributes
    ----------
    mean_, scale_ : ndarray of shape (n_channels,), float64
        Mean and standard deviation; the latter is 1 for a constant channel.
    """

    def fit(self, X: np.ndarray | ImageStream, y: Any = None) -> Self:
        """Learn the mean and the standard deviation of each channel.

        Parameters
        ----------
        X : ndarray or ImageStream of shape (n, height, width, channels)
            Images.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        # Subtract one pixel: far from 0, rounding loses the variance of small differences. Sums of
        # integers are exact, so they do not depend on the split into parts.
        start = sums = squares = np.zeros(X.shape[-1])
        for place, block in enumerate(X.blocks() if isinstance(X, ImageStream) else [X]):
            start = start if place else block[0, 0, 0].astype(np.float64)
            for part in gen_batches(len(block), max(1, _PIXELS // int(np.prod(X.shape[1:])))):
                moved = block[part] - start
                sums = sums + moved.sum(axis=(0, 1, 2))
                squares = squares + np.einsum("nhwc,nhwc->c", moved, moved)
        n_pixels = np.prod(X.shape[:-1])
        means, squares = sums / n_pixels, squares / n_pixels
        variance = squares - means**2
        self.mean_ = start + means
        self.scale_ = np.where(variance > 1e-12 * squares, np.sqrt(np.abs(variance)), 1.0)
        return self

    def transform(self, X: np.ndarray | ImageStream) -> np.ndarray | ImageStream:
        """Return scaled images, of dtype `keras.config.floatx`; streams are scaled when read."""
        if isinstance(X, ImageStream):
            return X.scaled(self)
        return standardized(X, self.mean_, self.scale_)
