"""What networks for tables of numbers and categories share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.utils import Tags

from skkeras.base import KerasFamily, ModelParams, ModelSpec
from skkeras.layers import CategoryVectors, Columns
from skkeras.tabular._cells import warn_about_nothing
from skkeras.tabular._fused_adam import fuse_adam
from skkeras.tabular._table import check_table
from skkeras.tabular._table_encoder import TableEncoder

_TABLES = """\
X is a data frame of pandas or polars, or an array, as it is: columns of strings, truth values and
    categories are encoded, and nothing has to be scaled or filled in. Missing numbers are taken for
    the median, missing categories and those that were not there in `fit` for none of all. A column
    that holds nothing in `fit` is left out, with a warning.

    A column of objects or strings is one of numbers where nine in ten of its cells are: numbers, or
    strings of numbers of which some have a decimal point and at least ten differ, ten for each
    different string that is none. What is no number in it, such as "?", is missing, with a warning.
    Strings of whole numbers alone are codes, hence categories. True is 1 and False is 0, whichever
    of them `fit` was given."""

_ATTRIBUTES = """categories_ : list of ndarray of str or None
        For each column its categories, or None for a column of numbers.
    feature_encoder_ : TableEncoder
        What scales the numbers and encodes the categories."""


# From how many rows on some are held out: fewer say little about which epoch is best.
_HOLD_OUT_ROWS = 100
# Length of the vector of a category of many levels.
_CATEGORY_DIM = 8


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTable(KerasFamily):
    """Base of the networks that take a table as it is."""

    _scaling: ClassVar[str] = "robust"
    _doc_parts: ClassVar[dict[str, str]] = {
        "tables": _TABLES,
        "table_attributes": _ATTRIBUTES,
        "held_out_from": f"{_HOLD_OUT_ROWS} rows or more",
    }

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags

    def _check_X(self, X: Any, *, reset: bool) -> np.ndarray:
        return check_table(self, X, reset=reset)

    def _initialize(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> None:
        names = getattr(self, "feature_names_in_", range(X.shape[1]))
        empty = [name for name, none in zip(names, np.isnan(X).all(axis=0), strict=True) if none]
        if empty:
            warn_about_nothing(empty)
        super()._initialize(X, y, weights)

    @property
    def feature_encoder(self) -> TableEncoder:
        """Encoder of the columns, not fitted."""
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
        """Make vectors of the columns of numbers, of shape (batch, n_numbers)."""
        raise NotImplementedError

    @classmethod
    def _read(cls, params: ModelParams, spec: ModelSpec) -> tuple[Any, Any]:
        """Return a network's input, and what its first layer takes: all columns as one vector."""
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
        return inputs, keras.layers.Concatenate()(parts) if len(parts) > 1 else parts[0]

    def _holds_out(self, n_rows: int, options: dict[str, Any], *, partial: bool = False) -> bool:
        if self.early_stopping == "auto":
            return n_rows >= _HOLD_OUT_ROWS and not partial
        return bool(self.early_stopping)
