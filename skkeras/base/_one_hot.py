"""Decoding of one-hot encoded classes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import scipy.sparse

from skkeras.base._classifier import BaseKerasClassifier
from skkeras.base.data import LabelEncoder
from skkeras.utils import loss_name

_MULTILABEL_HINT = (
    "For a multilabel target, of which a row may have several labels or none, set "
    'loss="binary_crossentropy".'
)


class OneHotTargets(BaseKerasClassifier):
    """Decodes a target of 0 and 1 with a single 1 in each row to classes.

    Some rows of a multilabel target may look the same, so only the loss is decisive: with a binary
    loss, which is a sum over labels, the target is not decoded.
    """

    loss: Any
    # Number of columns of the one-hot target; None if the target was not one-hot.
    _n_columns: int | None = None

    def _known_classes(self) -> np.ndarray | None:
        known = super()._known_classes()
        return np.arange(self._n_columns) if known is None and self._n_columns else known

    def _decode(self, y: Any, *, reset: bool) -> Any:
        if reset:
            self._n_columns = None
        if _is_multilabel_loss(self.loss) or not (reset or self.y_ndim_ == 1):
            return y
        columns = _as_columns(y)
        if columns is None:
            return y
        name, n_columns = type(self).__name__, columns.shape[1]
        is_one_hot = len(columns) > 0 and (columns.sum(axis=1) == 1).all()
        if not is_one_hot and self._n_columns is not None:
            raise ValueError(
                f"y has rows that are not one-hot, but {name} was fitted on one-hot rows, which it "
                f"took for classes. {_MULTILABEL_HINT}"
            )
        if not is_one_hot:
            return y
        if reset:
            self._n_columns = n_columns
            warnings.warn(
                f"y has {n_columns} columns and a single 1 in each row: {name} takes it for "
                f"one-hot and decodes it to the classes 0 to {n_columns - 1}. {_MULTILABEL_HINT}",
                UserWarning,
                stacklevel=2,
            )
        elif not np.array_equal(self.classes_, np.arange(n_columns)):
            raise ValueError(
                f"y is one-hot with {n_columns} columns, but {name} was fitted on the classes "
                f"{self.classes_[:10].tolist()}; give these."
            )
        return columns.argmax(axis=1)

    def _fit_encoder(self, y: np.ndarray, weights: np.ndarray | None) -> Any:
        if self._n_columns is not None and self._classes is None:
            LabelEncoder().fit(y)  # raises an error for a single class
        encoder = super()._fit_encoder(y, weights)
        if getattr(encoder, "_target_type", None) == "multiclass-onehot":
            # SciKeras decides by these rows, and would return only the label of the largest output.
            encoder._target_type = "multilabel-indicator"
        return encoder


def _is_multilabel_loss(loss: Any) -> bool:
    try:
        return loss is not None and loss_name(loss).startswith("binary")
    except (TypeError, ValueError, AttributeError):
        return False


def _as_columns(y: Any) -> np.ndarray | None:
    """Return a target of several columns of 0 and 1 as an array, otherwise None."""
    try:
        values = y.toarray() if scipy.sparse.issparse(y) else np.asarray(y)
    except ValueError:  # rows of different lengths
        return None
    if values.ndim != 2 or values.shape[1] < 2 or values.dtype.kind not in "buif":
        return None
    return values if ((values == 0) | (values == 1)).all() else None
