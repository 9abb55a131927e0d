"""The scikit-learn API around one Keras model: fit, continue and predict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import keras
import numpy as np
from sklearn.callback import with_callbacks
from sklearn.utils import Tags, check_random_state
from sklearn.utils._repr_html.common import get_docstring
from sklearn.utils.validation import check_is_fitted

from skkeras._docs import DocumentedMixin
from skkeras.base._epochs import EpochsMixin
from skkeras.base._html import FittedNetwork
from skkeras.base._keras_model import HasKerasModel
from skkeras.base.data import (
    check_column_names,
    check_lengths,
    check_not_batches,
    check_weights,
    check_X,
    drop_weightless,
    full_batch,
    warn_about_scales,
)
from skkeras.parquet import ParquetRows
from skkeras.training import RowParts

META = (
    "X_shape_",
    "X_dtype_",
    "y_dtype_",
    "y_ndim_",
    "target_type_",
    "n_features_in_",
    "feature_names_in_",
    "classes_",
    "n_classes_",
    "n_outputs_",
    "n_outputs_expected_",
    "target_encoder_",
    "feature_encoder_",
)

# SciKeras' scripts read these from the estimator. HTML shows those that a class documents.
_UNDOCUMENTED = {*META, "initialized_"} - {"n_features_in_", "feature_names_in_", "classes_"}


class BaseKerasEstimator(DocumentedMixin, EpochsMixin, HasKerasModel):
    """Base class of all estimators; see `KerasClassifier` for the public API.

    A subclass defines how its model is built (`_model_builder`), how it is fitted (`_fit_options`,
    `_make_callbacks`, `_batch_size`) and how its target is handled (`_check_y`, `target_encoder`).
    """

    warm_start: bool
    memory: Any = None
    feature_encoder_: Any

    # -- methods of subclasses --------------------------------------------------------------

    def _make_callbacks(self, has_validation: bool) -> list[keras.callbacks.Callback]:
        raise NotImplementedError

    def _fit_options(self) -> dict[str, Any]:
        """Return epochs, shuffle, verbose and other arguments of a fit, as in `FitArguments`."""
        raise NotImplementedError

    def _batch_size(self, n_rows: int) -> int:
        raise NotImplementedError

    def _check_X(self, X: Any, *, reset: bool) -> Any:
        """Return X as the arrays that the encoder takes, or without an encoder the network.

        This method converts rows of numbers to `keras.config.floatx`. A subclass overrides it if
        its rows are no rows of numbers, or extends it to check parameters against X. If `reset`, it
        sets `n_features_in_`, `feature_names_in_`, `X_shape_` and `X_dtype_`; otherwise, it raises
        an error for X that has another shape. Sparse X is refused unless the tag
        `input_tags.sparse` allows it.
        """
        return check_X(self, X, reset=reset)

    def _check_y(self, y: Any, *, reset: bool) -> np.ndarray:
        raise NotImplementedError

    def _holds_out(self, n_rows: int, options: dict[str, Any], *, partial: bool = False) -> bool:
        """Return whether some rows are held out; `partial` is True in `partial_fit`."""
        raise NotImplementedError

    def _split_off(
        self,
        X: Any,
        y: np.ndarray,
        weights: np.ndarray | None,
        groups: Any,
        options: dict[str, Any],
    ) -> tuple[tuple, tuple | None]:
        """Return (X, y, weights) for training, and the same or None for validation."""
        raise NotImplementedError

    def _weigh_classes(self, weights: np.ndarray | None, y: np.ndarray) -> np.ndarray | None:
        return weights

    def _fit_encoder(self, y: np.ndarray, weights: np.ndarray | None) -> Any:
        return self.target_encoder.fit(y)

    def _update_encoder(self, y: np.ndarray, weights: np.ndarray | None) -> None:
        """Let the target's encoder learn from the rows of a later `partial_fit`."""

    @property
    def target_encoder(self) -> Any:
        """Unfitted transformer of the target; a subclass may override it."""
        raise NotImplementedError

    @property
    def feature_encoder(self) -> Any:
        """Unfitted transformer of X, or None; a subclass may override it.

        Each fit that does not resume fits a new one on the validated training rows.
        """
        return None

    # -- scikit-learn -----------------------------------------------------------------------

    def __sklearn_tags__(self) -> Tags:
        # SciKeras' classes define only the old `_more_tags`, so all tags are set here.
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def _get_metadata(self) -> dict[str, Any]:
        """Return the attributes that describe the data, for functions that build models."""
        return {name: getattr(self, name) for name in META if hasattr(self, name)}

    def _encode(self, X: Any, y: np.ndarray) -> tuple[Any, np.ndarray]:
        """Return X and y, encoded for the network; parts of rows are encoded when they are read."""
        if isinstance(X, RowParts):
            return X, y
        return self._encode_X(X), self.target_encoder_.transform(y)

    def _encode_X(self, X: Any) -> Any:
        return X if self.feature_encoder_ is None else self.feature_encoder_.transform(X)

    # -- fit --------------------------------------------------------------------------------

    @with_callbacks
    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        groups: Any = None,
        *,
        reset: bool,
        epochs: int | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Self:
        options = {**self._fit_options(), **(options or {})}
        if isinstance(X, ParquetRows):
            given = {"y": y, "sample_weight": sample_weight, "groups": groups, "epochs": epochs}
            given |= {"X_val": X_val, "y_val": y_val}
            return self._fit_parquet(X, given, options, reset=reset)
        X, y, weights, groups = self._check_rows(X, y, sample_weight, groups, reset=reset)
        is_part = epochs is not None
        holds_out = X_val is None and self._holds_out(len(y), options, partial=is_part)
        if not holds_out:
            n_rows = len(y) if weights is None else max(len(y), int(weights.sum()))
            X, y, weights = full_batch(X, y, weights, self._batch_size(n_rows))
        weights = self._weigh_classes(weights, y)
        rows = y, weights
        n_epochs = options.pop("epochs")
        n_epochs = n_epochs if epochs is None else epochs
        if reset:
            self._initialize(X, y, weights)
        try:
            validation = self._check_validation(X_val, y_val, options)
            if validation is None and holds_out:
                (X, y, weights), validation = self._split_off(X, y, weights, groups, options)
            options.pop("validation_split", None)  # validation data was given, which has priority
            if weights is not None:
                weights = (weights / weights.mean()).astype(keras.config.floatx())
            if reset:
                self._start(X)
            else:
                self._take_params()
                if is_part:
                    self._update_encoder(*rows)
            if epochs is None and self._target_epochs is None:
                self.n_iter_ = 0
            self._prepare(reset=reset)
            self._train(X, y, weights, validation, n_epochs, options)
        except BaseException:
            if reset and not self.n_iter_:  # without a trained epoch, it is not fitted
                self._reset()
                del self.history_
            raise
        return self

    def _fit_parquet(
        self, rows: ParquetRows, given: dict[str, Any], options: dict[str, Any], *, reset: bool
    ) -> Self:
        """Fit on files; `given` has the other arguments of `_fit`."""
        raise self._no_parquet()

    def _outputs_parquet(self, rows: ParquetRows) -> Any:
        """Return the outputs of the model for files."""
        raise self._no_parquet()

    def _no_parquet(self) -> TypeError:
        return TypeError(
            f"{type(self).__name__} does not take ParquetRows; KerasMLP, KerasRealMLP, KerasTabM "
            f"and KerasMultiInput do, classifiers and regressors. Give arrays or a data frame."
        )

    def _check_rows(
        self, X: Any, y: Any, sample_weight: Any, groups: Any, *, reset: bool
    ) -> tuple[Any, np.ndarray, np.ndarray | None, Any]:
        """Validate data and weights, and drop the rows of weight zero."""
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None."
            )
        check_column_names(X)
        X = self._check_X(X, reset=reset)
        y = self._check_y(y, reset=reset)
        check_lengths(X, y)
        weights = check_weights(sample_weight, len(y))
        X, y, weights, groups = drop_weightless(X, y, weights, groups)
        if self.feature_encoder is None:
            warn_about_scales(X)
        return X, y, weights, groups

    def _initialize(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> None:
        """Reset the estimator, draw the seed and fit the encoders."""
        self._reset()
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self._dtype_policy = keras.config.dtype_policy().name
        self.n_iter_ = 0
        self.__dict__.pop("history_", None)
        self.target_encoder_ = self._fit_encoder(y, weights)
        self.__dict__.update(getattr(self.target_encoder_, "get_metadata", dict)())
        encoder = self.feature_encoder
        self.feature_encoder_ = None if encoder is None else encoder.fit(X)
        self.__dict__.update(getattr(self.feature_encoder_, "get_metadata", dict)())
        self._fit_params = self.get_params(deep=False)
        self.history_ = {}

    def _start(self, X: Any) -> None:
        """Create the network for these training rows."""
        self._network = self._make_network()

    def _resumes(self) -> bool:
        """Return whether `fit` continues the previous training."""
        return self.initialized_ and (self.warm_start or self._target_epochs is not None)

    def _check_validation(self, X_val: Any, y_val: Any, options: dict) -> tuple | None:
        """Check the validation data in the same way as the training data."""
        given = options.pop("validation_data", None)
        if given is not None:
            X_val, y_val, *rest = given
            weights = np.asarray(rest[0], dtype=keras.config.floatx()) if rest else None
        else:
            weights = None
        if (X_val is None) != (y_val is None):
            raise ValueError("Give both X_val and y_val, or neither of them.")
        if X_val is None:
            return None
        X_val = self._check_X(X_val, reset=False)
        y_val = self._check_y(y_val, reset=False)
        check_lengths(X_val, y_val, "X_val", "y_val")
        return X_val, y_val, weights

    def _reset(self) -> None:
        self._network = self._values = self._checkpoint = self._fit_key = None
        self._why_not_fitted = None

    # -- predict ----------------------------------------------------------------------------

    def _rows(self, X: Any) -> Any:
        """Validate rows to predict."""
        check_is_fitted(self, msg=self._why_not_fitted)
        check_not_batches(X)
        if isinstance(X, ParquetRows):
            raise self._no_parquet()
        check_column_names(X)
        return self._check_X(X, reset=False)

    def _outputs(self, X: Any, batch_size: int | None = None) -> Any:
        """Validate X and return the outputs of the model."""
        if isinstance(X, ParquetRows):
            check_is_fitted(self, msg=self._why_not_fitted)
            return self._outputs_parquet(X)
        X = self._encode_X(self._rows(X))
        options = {} if batch_size is None else {"batch_size": batch_size}
        return self._live_network().predict(X, **options)

    def _get_fitted_attr_html(self, doc_link: str = "") -> FittedNetwork:
        """Return the fitted attributes and layers, for scikit-learn's HTML diagrams."""
        attributes = super()._get_fitted_attr_html(doc_link)
        for name in _UNDOCUMENTED:
            if get_docstring(type(self), "Attributes", name) is None:
                attributes.pop(name, None)
        return FittedNetwork(attributes, self.model_)
