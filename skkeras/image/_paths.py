"""Validate paths of images, and read the images at once or one batch at a time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.utils.validation import _check_feature_names

from skkeras.image._files import check_files, image_sizes, read_images
from skkeras.training import Streamed, fits_memory

_EXPECTED = (
    "expected the path of one image a row: a list, an array of shape (n_images,), a Series or a "
    "single column of strings or pathlib.Path"
)


class ImageStream(Streamed):
    """Images in files that are read when they are needed.

    Parameters
    ----------
    paths : ndarray of shape (n_images,), str
        Paths of the files.
    image_shape : tuple (int, int, int)
        Height, width and channels that images are converted to.
    scaler : transformer or None, default=None
        Fitted scaler that is applied to the pixels.
    """

    def __init__(
        self, paths: np.ndarray, image_shape: tuple[int, int, int], scaler: Any = None
    ) -> None:
        self.paths, self.image_shape, self.scaler = paths, image_shape, scaler
        self.shape = (len(paths), *image_shape)

    def __getitem__(self, rows: np.ndarray | slice) -> ImageStream:
        return ImageStream(self.paths[rows], self.image_shape, self.scaler)

    def scaled(self, scaler: Any) -> ImageStream:
        """Return the same images with a scaler applied."""
        return ImageStream(self.paths, self.image_shape, scaler)

    def toarray(self) -> np.ndarray:
        """Read all images."""
        *size, channels = self.image_shape
        images = read_images(self.paths, (size[0], size[1]), channels)
        return images if self.scaler is None else self.scaler.transform(images)

    def check(self) -> None:
        """Read all images block by block, and raise an error if one cannot be read."""
        for _ in self.blocks():
            pass

    def content_key(self) -> Any:
        """Return the hash of each file's content, the image shape and the scaler's state."""
        hashes = [hashlib.sha256(Path(path).read_bytes()).digest() for path in self.paths]
        return hashes, self.image_shape, self.scaler and vars(self.scaler)


def holds_paths(X: Any) -> bool:
    """Return whether X holds paths: rows of strings or of path-like objects."""
    if isinstance(X, (str, os.PathLike)):
        return True
    first: Any = None
    shape: tuple[int, ...] = getattr(X, "shape", ())
    if isinstance(X, (list, tuple)):
        first = X
        while isinstance(first, (list, tuple)) and len(first):
            first = first[0]
    elif len(shape) == 1 or (len(shape) == 2 and shape[1] == 1):
        # For a data frame, this is its first row. A sparse matrix holds no strings.
        first = None if scipy.sparse.issparse(X) else next(np.asarray(X[:1], object).flat, None)
    return isinstance(first, (str, bytes, os.PathLike))


def check_paths(estimator: Any, X: Any, *, reset: bool) -> np.ndarray | ImageStream:
    """Validate paths, and read their images if they fit in memory.

    Parameters
    ----------
    estimator : estimator
        Has `image_shape`. Its attributes `image_shape_`, `n_features_in_`, which is 1, `X_shape_`
        and `X_dtype_` are set, and `feature_names_in_` for a data frame.
    X : array-like of shape (n_images,) or (n_images, 1)
        Strings or path-like objects.
    reset : bool
        Whether to learn the shape from these images; otherwise they are checked against it.

    Returns
    -------
    ndarray of shape (n_images, height, width, channels), uint8, or ImageStream
        Images; a stream if they would take more memory, as `keras.config.floatx`, than the compiled
        trainer holds.

    Raises
    ------
    ValueError
        If X has a wrong shape, an image does not exist or cannot be read, or one has a different
        size while `image_shape` is None. For a stream, only the headers of the files are read here.
    TypeError
        If X holds values that are not paths.
    """
    paths = _as_paths(X)
    _check_feature_names(estimator, X, reset=reset)
    wanted = None if reset else estimator.image_shape_
    shape = _find_shape(paths, estimator.image_shape, wanted)
    if reset:
        estimator.image_shape_, estimator.n_features_in_ = shape, 1
        estimator.X_shape_, estimator.X_dtype_ = (len(paths), *shape), paths.dtype
    stream = ImageStream(paths, shape)
    if fits_memory(int(np.prod(stream.shape))):
        return stream.toarray()
    check_files(paths)
    return stream


def _as_paths(X: Any) -> np.ndarray:
    if isinstance(X, (str, os.PathLike)):
        raise ValueError(f"X is one single path; {_EXPECTED}.")
    values = np.asarray(X, dtype=object)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise ValueError(f"X has shape {values.shape} and begins with a string; {_EXPECTED}.")
    return np.array([_as_path(value, row) for row, value in enumerate(values)])


def _as_path(value: Any, row: int) -> str:
    path = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    if not isinstance(path, str):
        raise TypeError(f"Row {row} of X is of type {type(value).__name__}; {_EXPECTED}.")
    return path


def _find_shape(
    paths: np.ndarray, image_shape: Sequence[int] | None, known: tuple[int, int, int] | None
) -> tuple[int, int, int]:
    """Return the shape to resize images to; without `image_shape`, all must have the same size."""
    if image_shape is not None:
        height, width, channels = (*image_shape, 3)[:3]
        if channels not in (1, 3):
            raise ValueError(
                f"image_shape={tuple(image_shape)} has {channels} channels, but images are read "
                f"from files in colour, which are 3, or grey, which is 1."
            )
        return (height, width, channels) if known is None else known
    sizes = image_sizes(paths)
    height, width = sizes[0] if known is None else known[:2]
    for path, size in zip(paths, sizes, strict=True):
        if size != (height, width):
            raise ValueError(
                f"{str(path)!r} is {size[0]} pixels high and {size[1]} wide, but "
                f"{'the first image' if known is None else 'those of fit are'} {height} and "
                f"{width}; set image_shape=(height, width), to which all images are then resized."
            )
    return (height, width, 3) if known is None else known
