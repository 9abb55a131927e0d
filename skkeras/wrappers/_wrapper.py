"""Estimators around a model that the user wrote, with SciKeras' parameters and routing."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import keras
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags

from skkeras._guessed_names import advice
from skkeras.base import with_checked_arguments
from skkeras.base.data import check_any_X, split_rows
from skkeras.training import count_rows
from skkeras.utils import (
    FIT_ARGUMENTS,
    as_int,
    fit_arguments,
    make_callbacks,
    route_params,
    shallow_copy,
    to_python,
)
from skkeras.wrappers._compiled_models import check_trainable
from skkeras.wrappers._predict_callbacks import predicting
from skkeras.wrappers._wrapped_model import WrappedModel


@functools.cache
def _warn_about_one_epoch() -> None:
    """Warn once per process."""
    warnings.warn(
        "KerasClassifier and KerasRegressor train one epoch by default, as in SciKeras, which is "
        "rarely enough; set epochs=, for example to 50. Where one epoch is meant, fit(X, y, "
        "epochs=1) does not warn. This warning is shown once.",
        ConvergenceWarning,
        stacklevel=3,
    )


class KerasWrapper(WrappedModel):
    """Base class of `KerasClassifier` and `KerasRegressor`.

    Attributes
    ----------
    model_ : keras.Model
        The trained model.
    history_ : dict of str to list of float
        Loss and metrics, one value per epoch.
    loss_curve_ : list of float
        Training loss of each epoch: ``history_["loss"]``.
    n_iter_ : int
        Number of epochs trained.
    trainer_ : str
        How the model was trained and, if `keras.Model.fit` was used against `trainer`, why.
    target_encoder_ : transformer
        Fitted transformer of the target.
    feature_encoder_ : transformer or None
        Fitted transformer of X; None unless a subclass has a `feature_encoder`.
    n_features_in_ : int
        Number of features, or of inputs if X is a dict or list.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features; defined only if all of them are strings.
    """

    # Arguments of `keras.Model.fit` that were given to `fit` or `partial_fit`, during that call.
    _given: Mapping[str, Any] = {}

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    # -- fit --------------------------------------------------------------------------------

    def _check_X(self, X: Any, *, reset: bool) -> Any:
        return check_any_X(self, X, reset=reset)

    def _make_callbacks(self, has_validation: bool) -> list[keras.callbacks.Callback]:
        return make_callbacks(self.get_params(deep=False))

    def _fit_options(self) -> dict[str, Any]:
        given = fit_arguments(self.get_params(deep=False))
        given.pop("initial_epoch", None)
        given.update(self._given, trainer=self.trainer)
        for name in ("batch_size", "validation_batch_size"):
            given.pop(name, None)
        if not given["validation_split"]:
            del given["validation_split"]
        return given

    def _batch_size(self, n_rows: int) -> int:
        given = to_python(getattr(self, "fit__batch_size", self.batch_size))
        given = self._given.get("batch_size", given)
        return n_rows if given == -1 else int(given or 32)

    def _holds_out(self, n_rows: int, options: dict[str, Any], *, partial: bool = False) -> bool:
        return options.get("validation_split", 0.0) > 0

    def _split_off(
        self, X: Any, y: Any, weights: np.ndarray | None, groups: Any, options: dict[str, Any]
    ) -> tuple[tuple, tuple]:
        share = options.pop("validation_split")
        n_rows = count_rows(X)
        n_kept = math.floor(n_rows * (1 - share))
        if n_kept < 1:
            raise ValueError(f"validation_split={share} leaves no row of {n_rows} to train on.")
        # The last rows are held out, as in Keras.
        return split_rows(X, y, weights, (slice(0, n_kept), slice(n_kept, None)))

    @with_checked_arguments
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Build the model and train it.

        Parameters
        ----------
        X : array-like, sparse matrix, data frame, or dict or list of arrays
            Input, as the model takes it.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows; rows of weight 0 are ignored.
        X_val, y_val : array-like, default=None
            Data to validate on after each epoch.
        **kwargs : dict
            Arguments of `keras.Model.fit`, for this call only.

        Returns
        -------
        self
            The estimator.

        Raises
        ------
        TypeError
            If there is an argument that `keras.Model.fit` does not have.
        ValueError
            If a parameter or the data is invalid.
        """
        if hasattr(self, "fit__initial_epoch"):
            kwargs = {"initial_epoch": self.fit__initial_epoch, **kwargs}
        with self._fitting(kwargs):
            reset = not self._resumes()
            self._fit(X, y, sample_weight, X_val, y_val, reset=reset)
        in_parts = self.warm_start or self._target_epochs is not None
        is_told = "epochs" in kwargs or hasattr(self, "fit__epochs")
        if self.epochs == 1 and not in_parts and not is_told:
            _warn_about_one_epoch()
        return self

    @contextmanager
    def _fitting(self, given: Mapping[str, Any]) -> Iterator[None]:
        """Check the arguments of `fit` or `partial_fit`, and store them for that call."""
        allowed = FIT_ARGUMENTS | {"callbacks", "class_weight", "validation_data"}
        if unknown := sorted(set(given) - allowed):
            raise TypeError(
                f"{type(self).__name__}.fit got an unexpected keyword argument {unknown[0]!r}. "
                f"{advice(unknown[0], allowed)}"
            )
        self._validate_params()
        self._check_values(dict(given), "fit")
        callbacks = make_callbacks(given, ("callbacks",), copy=False)
        self._given = {**{n: as_int(value) for n, value in given.items()}, "callbacks": callbacks}
        try:
            yield
        finally:
            self._given = {}

    def _fit_part(self, given: Mapping[str, Any], *data: Any) -> Self:
        """Call `partial_fit` of the base class, with arguments of `keras.Model.fit`."""
        for name in {"epochs", "initial_epoch"} & set(given):
            raise TypeError(
                f"partial_fit takes no {name}: it trains one epoch, after those trained so far. "
                f"Use fit."
            )
        with self._fitting(given):
            return super().partial_fit(*data)

    def _prepare(self, *, reset: bool) -> None:
        if not reset and self._only_predicts:
            check_trainable(self.model_, self.get_params(deep=False))
            self._only_predicts = False
        super()._prepare(reset=reset)

    def initialize(self, X: Any, y: Any) -> Self:
        """Build the model for this data without training it.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.

        Returns
        -------
        self
            The estimator, ready to predict with the model's initial or given weights.
        """
        self._validate_params()
        X, y, weights, _ = self._check_rows(X, y, None, None, reset=True)
        self._initialize(X, y, weights)
        self._only_predicts = True
        self._start(X)
        return self

    def _reset(self) -> None:
        super()._reset()
        self._only_predicts = False

    # -- predict ----------------------------------------------------------------------------

    def predict(self, X: Any, **kwargs: Any) -> np.ndarray:
        """Predict labels or numbers.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.
        **kwargs : dict
            `callbacks` to call; `batch_size` and `verbose`, which are used only with callbacks.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions.
        """
        return super(KerasWrapper, predicting(self, kwargs)).predict(X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy or R^2 of predictions, or the result of a subclass's `scorer`.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        float
            The score; parameters `score__*` are arguments of `scorer`.
        """
        given = route_params(self.get_params(deep=False), "score")
        scored = self
        if given:
            scored = shallow_copy(self, scorer=functools.partial(self.scorer, **given))
        return super(KerasWrapper, scored).score(X, y, sample_weight)
