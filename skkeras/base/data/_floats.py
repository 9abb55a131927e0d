"""Conversion of numbers to the dtype of networks."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import scipy.sparse


def as_floats(X: Any, what: str = "X") -> Any:
    """Cast to `keras.config.floatx`, with an error for values that are too large.

    Raises
    ------
    ValueError
        If a value is too large for the type.
    """
    dtype = keras.config.floatx()
    if X.dtype == dtype:
        return X
    with np.errstate(over="ignore"):
        cast = X.astype(dtype)
    values = cast.data if scipy.sparse.issparse(cast) else cast
    if not np.isfinite(values).all():
        raise ValueError(
            f"{what} contains infinity or a value too large for dtype({dtype!r}); scale it first, "
            f"for example with sklearn.preprocessing.StandardScaler."
        )
    return cast
