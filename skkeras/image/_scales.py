"""The scale of the pixels in `fit`, and warnings about images on a different scale."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

# Larger than the ratios between images on one scale; 12 bits are 16 times 8 bits.
_FACTOR = 8
# With fewer images, it may be chance that none of them is like 95 of 100 in `fit`.
_FEWEST_ROWS = 10
_ROWS = 128


class PixelScale(BaseEstimator):
    """Scale of the pixels in `fit`, as far as it can be inferred from them.

    Attributes
    ----------
    low_, high_ : float
        Smallest and largest pixel.
    is_whole_ : bool
        Whether all pixels are whole numbers.
    dimmest_ : float
        Minimum of the largest absolute pixel in 95 of 100 images.
    lowest_ : float
        Maximum of the smallest pixel in 95 of 100 images.
    """

    def fit(self, X: np.ndarray) -> Self:
        """Learn the scale.

        Parameters
        ----------
        X : ndarray of shape (n, height, width, channels)
            Images.

        Returns
        -------
        self
        """
        lows, highs = _extremes(X)
        self.low_, self.high_, self.is_whole_ = float(lows.min()), float(highs.max()), _is_whole(X)
        self.dimmest_ = float(np.quantile(np.maximum(highs, -lows), 0.05, method="lower"))
        self.lowest_ = float(np.quantile(lows, 0.95, method="higher"))
        return self

    def check(self, estimator: Any, X: np.ndarray, *, is_integer: bool) -> None:
        """Warn if images are not on this scale.

        Parameters
        ----------
        estimator : estimator
            Estimator that the message names.
        X : ndarray of shape (n, height, width, channels)
            Images to predict.
        is_integer : bool
            Whether the user passed integers.
        """
        lows, highs = _extremes(X)
        if self._is_other(X, lows, highs, is_integer):
            warnings.warn(
                f"X has pixels from {lows.min():.4g} to {highs.max():.4g}, but this "
                f"{type(estimator).__name__} was fitted on pixels from {self.low_:.4g} to "
                f"{self.high_:.4g}, which looks like another scale; then predictions are wrong. "
                f"Give images as they were given to fit (divide or multiply them by 255, or leave "
                f"preprocessing out), or fit anew.",
                UserWarning,
                stacklevel=2,
            )

    def _is_other(
        self, X: np.ndarray, lows: np.ndarray, highs: np.ndarray, is_integer: bool
    ) -> bool:
        sizes = np.maximum(highs, -lows)
        low, size, fitted = lows.min(), sizes.max(), max(self.high_, -self.low_)
        if not size or not fitted:  # black is the same on each scale
            return False
        if self.low_ >= 0 > low and -low > max(highs.max() / 10, fitted / 1000):
            return True  # more than the overshoot of resizing
        # A single large pixel is an outlier.
        if size > (most := _FACTOR * fitted if fitted > 1 else 2):
            return bool(np.median(sizes[sizes > 0]) > most)
        if fitted <= 1 < size:
            return not self.is_whole_ and _is_whole(X)
        # Integers of 0 and 1 may be dark bytes; floats of 0 and 1 are probably black and white.
        scales = (255,) if is_integer else (1, 255)
        if any(size <= top and self.dimmest_ > _FACTOR * top for top in scales):
            return True
        if size <= 1 and fitted > _FACTOR and self.is_whole_:
            return not _is_whole(X)
        if self.lowest_ < 0 <= low:
            return len(X) >= _FEWEST_ROWS or (size > 1 and not self.is_whole_ and _is_whole(X))
        return False


def warn_unless_bytes(X: np.ndarray) -> None:
    """Warn about pixels that are not from 0 to 255, which is the range that backbones expect.

    Parameters
    ----------
    X : ndarray of shape (n, height, width, channels)
        Images to fit.
    """
    low, high = float(X.min()), float(X.max())
    given = f"{low:.4g} to {high:.4g}"
    if -low > max(high / 10, 0):
        remedy = "give images as they were before preprocess_input or any other scaling"
    elif high > 2 * 255:
        remedy = "bring them to that range, for example divide numbers of 16 bits by 257"
    elif low < high <= 1:
        given, remedy = "0 to 1", "multiply them by 255"
    elif low < high <= 16:
        remedy = f"multiply them by {255 / high:.4g}"
    else:
        return
    warnings.warn(
        f"X has pixels from {given}, where backbones expect them from 0 to 255, and scale them "
        f"themselves; {remedy}.",
        UserWarning,
        stacklevel=2,
    )


def _extremes(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest and the largest pixel of each image."""
    rows = X.reshape(len(X), -1)
    return rows.min(axis=1).astype(np.float64), rows.max(axis=1).astype(np.float64)


def _is_whole(X: np.ndarray) -> bool:
    """Return whether all pixels are whole numbers; stop at the first images where they are not."""
    parts = (X[start : start + _ROWS] for start in range(0, len(X), _ROWS))
    return X.dtype.kind in "iu" or all(np.array_equal(part, np.rint(part)) for part in parts)
