"""Transformers that make tables and texts what classic models take."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from skkeras.tabular import check_table
from skkeras.text import check_texts

# Categories of a column that have a column of their own.
_MAX_CATEGORIES = 100


class TableReader(TransformerMixin, BaseEstimator):
    """Convert a table of numbers, categories, dates and missing values to numbers.

    Columns are read as by `KerasTabMClassifier`.

    Parameters
    ----------
    one_hot : bool, default=False
        Whether categories are one-hot encoded, numbers scaled and missing ones replaced, for linear
        models and perceptrons. Otherwise, categories are integers, for trees: -1 for unknown ones,
        and NaN for missing cells.

    Attributes
    ----------
    categories_ : list of ndarray of str or None
        For each column its categories, or None for a numeric column.
    n_features_in_, feature_names_in_
        As in scikit-learn.
    """

    def __init__(self, one_hot: bool = False) -> None:
        self.one_hot = one_hot

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the categories and scales of a table of shape (n_samples, n_features)."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> np.ndarray:
        """Learn the categories and scales, and return the table as `transform` does."""
        table = check_table(self, X, reset=True)
        if not self.one_hot:
            return table
        known = [*self.categories_, *[None] * table.shape[1]]
        categorical = [i for i in range(table.shape[1]) if known[i] is not None]
        numeric = [i for i in range(table.shape[1]) if known[i] is None]
        one_hot = OneHotEncoder(
            handle_unknown="ignore", max_categories=_MAX_CATEGORIES, sparse_output=False
        )
        scaled = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            StandardScaler(),
        )
        self.encoder_ = ColumnTransformer(
            [("categories", one_hot, categorical), ("numbers", scaled, numeric)]
        )
        encoded: np.ndarray = self.encoder_.fit_transform(table)
        return encoded

    def transform(self, X: Any) -> np.ndarray:
        """Return a table as numbers, an ndarray of shape (n_samples, n_columns)."""
        check_is_fitted(self, "categories_")
        table = check_table(self, X, reset=False)
        if not self.one_hot:
            return table
        encoded: np.ndarray = self.encoder_.transform(table)
        return encoded

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags


class TextReader(TransformerMixin, BaseEstimator):
    """Convert texts of shape (n_samples,) or (n_samples, 1) to one array of strings."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Check that X holds texts."""
        check_texts(self, X, reset=True)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the texts, an ndarray of shape (n_samples,); missing ones are empty."""
        return check_texts(self, X, reset=False)
