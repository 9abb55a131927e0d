"""Images: from what users give to one array of scaled pixels."""

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

# Numbers that are copied as float64 at a time.
_PIXELS = 2**20


def check_images(
    estimator: Any, X: Any, *, reset: bool, cast: bool = True
) -> np.ndarray | ImageStream:
    """Validate images and bring them into one shape.

    Parameters
    ----------
    estimator : estimator
        Gets `image_shape_`, `n_features_in_`, `X_shape_` and `X_dtype_`, `feature_names_in_` for
        a data frame, and `_pixel_scale`, with which it warns of images on another scale.
    X : array-like of shape (n, height, width), (n, height, width, channels), (n, n_pixels) or (n,)
        Images; flat ones may be sparse. Strings and path-like objects are paths of images; a list
        or a column may hold arrays of one shape.
    reset : bool
        Whether these are the images to learn the shape from; else they are checked against it.
    cast : bool, default=True
        Whether to cast all but bytes; else numbers that may lose digits by it are float64, for a
        scaler to cast.

    Returns
    -------
    ndarray or ImageStream of shape (n, height, width, channels)
        Images: bytes as they are, all else of `keras.config.floatx`; a stream where files hold more
        than fits the memory.

    Raises
    ------
    ValueError
        If X is empty, not finite, or of another shape than expected, holds images of several
        shapes, or a file cannot be read.
    TypeError
        If X holds things that are neither numbers nor paths.
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
    # Bytes stay bytes, a quarter of floats' size, until they are scaled.
    floats = X if X.dtype == np.uint8 else as_floats(X)
    X = floats if cast else with_digits(X, floats)
    X = X.reshape(len(X), *estimator.image_shape_)
    if reset:
        estimator._pixel_scale = PixelScale().fit(X)
    else:
        estimator._pixel_scale.check(estimator, X, is_integer=is_integer)
    return X


def full_shape(image_shape: Sequence[int]) -> tuple[int, ...]:
    """Return height, width and the number of channels, which is 1 when left out."""
    return (*image_shape, 1)[:3]


def _find_shape(X_shape: tuple[int, ...], image_shape: Sequence[int] | None) -> tuple[int, ...]:
    """Return the shape of one image, from X or from the parameter."""
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
    """Bring each channel to mean 0 and standard deviation 1 over all pixels of all images.

    Attributes
    ----------
    mean_, scale_ : ndarray of shape (n_channels,), float64
        Mean and standard deviation; 1 for a channel that is the same everywhere.
    """

    def fit(self, X: np.ndarray | ImageStream, y: Any = None) -> Self:
        """Learn what the pixels are like.

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
        # Far from 0, the variance of small differences would be lost in rounding. Of integers the
        # sums are exact, in whichever parts they come.
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
        """Scale images, into a new array of `keras.config.floatx`, or when they are read."""
        if isinstance(X, ImageStream):
            return X.scaled(self)
        return standardized(X, self.mean_, self.scale_)
