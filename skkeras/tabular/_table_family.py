"""Base class of the networks for tables of numbers and categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.utils import Tags

from skkeras.base import MixUpFamily, ModelParams, ModelSpec, ParquetFitMixin
from skkeras.layers import CategoryVectors, Columns
from skkeras.tabular._cells import warn_about_nothing
from skkeras.tabular._fused_adam import fuse_adam
from skkeras.tabular._table import check_table
from skkeras.tabular._table_encoder import TableEncoder

# Minimum number of rows for a hold-out: fewer rows say little about the best epoch.
_HOLD_OUT_ROWS = 100
# Embedding length of a category with many levels.
_CATEGORY_DIM = 8


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTable(ParquetFitMixin, MixUpFamily):
    """Base class of the networks that accept tables without preprocessing.

    X is a data frame of pandas or polars, or an array, without any preprocessing: columns of
    strings, booleans and categories are encoded, and scaling and imputation are not needed. A
    missing number is replaced by the median. A missing category, or one that is unknown in `fit`,
    is encoded as none of the known ones. A column that holds no values in `fit` is dropped, with a
    warning.

    A column of objects or strings is numeric if at least nine in ten of its cells are numbers, or
    strings of numbers of which some have a decimal point and at least ten are distinct, with ten
    for each distinct string that is not a number. Other values in it, such as "?", are missing,
    with a warning. Columns with only strings of whole numbers are codes, and therefore categories.
    True equals 1 and False equals 0, whichever of them occurs in `fit`.

    A column of dates becomes six numbers, as in skrub's `DatetimeEncoder`: seconds, year, month,
    day, day of the week and hour. A column with a time zone is converted to that of `fit`.

    Parameters
    ----------
    early_stopping : bool or "auto", default="auto"
        Whether to hold out some training rows (or use `X_val` and `y_val` of `fit`), stop when
        the loss on them has not improved for `patience` epochs, and restore the best weights.
        "auto" does so with 100 rows or more, or if `X_val` and `y_val` are given.

    Attributes
    ----------
    categories_ : list of ndarray of str or None
        For each column its categories, or None for a numeric column.
    feature_encoder_ : TableEncoder
        Fitted transformer that scales the numbers and encodes the categories.

    Notes
    -----
    Mixup mixes the vectors that the network makes of the columns, because categories cannot be
    mixed: the embeddings of numbers and categories, and indicator columns.
    """

    _scaling: ClassVar[str] = "robust"

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags

    def _check_X(self, X: Any, *, reset: bool) -> np.ndarray:
        return check_table(self, X, reset=reset)

    def _initialize(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> None:
        names = getattr(self, "feature_names_in_", range(self.n_features_in_))
        has_nothing = np.isnan(X[:, : self.n_features_in_]).all(axis=0)
        empty = [name for name, nothing in zip(names, has_nothing, strict=True) if nothing]
        if empty:
            warn_about_nothing(empty)
        super()._initialize(X, y, weights)

    @property
    def feature_encoder(self) -> TableEncoder:
        """Unfitted encoder of the columns."""
        columns = enumerate(getattr(self, "categories_", ()))
        categorical = tuple(place for place, known in columns if known is not None)
        return TableEncoder(categorical, self._scaling)

    def _describe_encoding(self) -> tuple[Any, ...]:
        return self.feature_encoder_.layout

    @classmethod
    def _make_optimizer(cls, params: ModelParams, spec: ModelSpec) -> keras.optimizers.Optimizer:
        return fuse_adam(super()._make_optimizer(params, spec))

    @classmethod
    def _embed(cls, params: ModelParams, spec: ModelSpec, numbers: Any) -> Any:
        """Return embeddings of the numeric columns, of shape (batch, n_numbers)."""
        raise NotImplementedError

    @classmethod
    def _read(cls, params: ModelParams, spec: ModelSpec) -> tuple[Any, Any]:
        """Return the network's input, and the vector of all columns that its first layer takes."""
        n_numbers, n_indicators, n_places, *_ = spec.encoding
        n_dense = n_numbers + n_indicators
        inputs = keras.layers.Input(spec.input_shape)
        parts = []
        if n_numbers:
            parts.append(cls._embed(params, spec, Columns(0, n_numbers)(inputs)))
        if n_indicators:
            parts.append(Columns(n_numbers, n_dense)(inputs))
        if n_places:
            places = Columns(n_dense, n_dense + len(n_places))(inputs)
            parts.append(CategoryVectors(n_places, _CATEGORY_DIM)(places))
        x = keras.layers.Concatenate()(parts) if len(parts) > 1 else parts[0]
        return inputs, cls._mixed(params, x)

    def _holds_out(self, n_rows: int, options: dict[str, Any], *, partial: bool = False) -> bool:
        if self.early_stopping == "auto":
            return n_rows >= _HOLD_OUT_ROWS and not partial
        return bool(self.early_stopping)
