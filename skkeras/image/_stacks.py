"""Stack images that are separate arrays in a list or a column."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse


def stacked(X: Any) -> Any:
    """Stack images of a list, Series or column into one array; return anything else unchanged.

    Parameters
    ----------
    X : array-like
        Images in the form that the user passed.

    Returns
    -------
    array-like
        An array of shape (n_images, ...) if X holds images that are arrays; otherwise X.

    Raises
    ------
    ValueError
        If images have different shapes, or X has several columns of them.
    TypeError
        If some rows are not images.
    """
    rows = _rows(X)
    if isinstance(rows, np.ndarray) and rows.dtype != object:
        return rows
    if rows is None:
        return X
    images = [_as_image(row, place) for place, row in enumerate(rows)]
    first: dict[tuple[int, ...], int] = {}
    for place, image in enumerate(images):
        first.setdefault(image.shape, place)
    if len(first) > 1:
        shown = ", ".join(f"{shape} (row {place})" for shape, place in list(first.items())[:5])
        raise ValueError(
            f"X holds images of {len(first)} shapes: {shown}; expected one. Bring all to one size "
            f"and number of channels, for example with PIL.Image.resize and convert, or save them "
            f"as files and give their paths, with image_shape=(height, width) set."
        )
    return np.stack(images)


def _rows(X: Any) -> Any:
    """Return the rows of X, as one array if possible; None if X does not hold separate arrays."""
    if isinstance(X, (list, tuple)):
        try:
            return np.asarray(X)
        except ValueError:  # rows of different shapes
            return X
    shape = tuple(getattr(X, "shape", ()))
    if len(shape) not in (1, 2) or scipy.sparse.issparse(X):
        return None
    is_column = shape[1:] in ((), (1,))
    values = np.asarray(X if is_column else X[:1])
    if values.dtype != object or not any(map(_is_array, values.flat)):
        return None
    if not is_column:
        raise ValueError(
            f"X has shape {shape} and holds arrays; expected one column of images. Choose that "
            f"column."
        )
    return values.ravel()


def _is_array(cell: Any) -> bool:
    is_one = hasattr(cell, "__array__") or hasattr(cell, "__array_interface__")
    return isinstance(cell, (list, tuple)) or (is_one and np.ndim(cell) > 0)


def _as_image(row: Any, place: int) -> np.ndarray:
    try:
        image = np.asarray(row)
    except ValueError:  # nested lists of different lengths
        image = np.array(None)
    if image.ndim == 0 or image.dtype.kind not in "biuf":
        raise TypeError(
            f"Row {place} of X is of type {type(row).__name__} and no image; expected an array of "
            f"numbers of shape (height, width) or (height, width, channels) in each row."
        )
    return image
