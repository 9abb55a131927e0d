"""Base class of regressors."""

from __future__ import annotations

import warnings
from typing import Any, Self

import keras
import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import Tags, check_array, column_or_1d

from skkeras.base._estimator import BaseKerasEstimator
from skkeras.base._named_parameters import with_checked_arguments
from skkeras.base.data import RegressionTarget


class BaseKerasRegressor(RegressorMixin, BaseKerasEstimator):
    """Base class of regressors: encodes and predicts numeric targets."""

    scale_target: bool = False

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    @property
    def target_encoder(self) -> Any:
        """Unfitted encoder of the target."""
        return RegressionTarget(scale=self.scale_target)

    def _fit_encoder(self, y: np.ndarray, weights: np.ndarray | None) -> Any:
        encoder = self.target_encoder
        if not self.scale_target:
            _warn_about_scale(y)
        if isinstance(encoder, RegressionTarget):
            return encoder.fit(y, sample_weight=weights)
        return encoder.fit(y)

    def _update_encoder(self, y: np.ndarray, weights: np.ndarray | None) -> None:
        """Scale the target by all rows so far, and change the last layer to predict the same."""
        encoder = self.target_encoder_
        if not isinstance(encoder, RegressionTarget) or not encoder.scale:
            return
        before = encoder.scaler_
        after = encoder.partial_fit(y, weights).scaler_
        if before.mean_ is after.mean_:
            return
        ratio, shift = before.scale_ / after.scale_, (before.mean_ - after.mean_) / after.scale_
        model = self._live_network().model
        last = [m for m in model._flatten_layers() if m.name.startswith("prediction")]
        for layer in last or model.layers[-1:]:
            if (
                getattr(layer, "activation", None) is keras.activations.linear
                and layer.bias is not None
            ):
                layer.kernel.assign(layer.kernel * ratio)
                # Some layers multiply the bias by a factor.
                layer.bias.assign(layer.bias * ratio + shift / getattr(layer, "factor", 1.0))

    def _check_y(self, y: Any, *, reset: bool) -> np.ndarray:
        y = check_array(y, ensure_2d=False, dtype="numeric", input_name="y", estimator=self)
        if y.ndim > 1 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if np.iscomplexobj(y):
            raise ValueError("Complex data not supported: y must hold real numbers.")
        if reset:
            self.target_type_ = "continuous" if y.ndim == 1 else "continuous-multioutput"
            self.y_dtype_, self.y_ndim_ = y.dtype, y.ndim
        elif y.ndim != self.y_ndim_:
            raise ValueError(
                f"y has {y.ndim} dimension(s), but this {type(self).__name__} was fitted on "
                f"{self.y_ndim_}; give targets of the same kind."
            )
        return y

    @with_checked_arguments
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch, continuing from the current state.

        If the target is scaled, it is scaled by the mean and standard deviation of the rows of all
        calls so far. When these change, so does the last layer, such that predictions stay.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows.

        Returns
        -------
        self
            The estimator.
        """
        self._validate_params()
        return self._fit(X, y, sample_weight, reset=not self.initialized_, epochs=1)

    def predict(self, X: Any) -> np.ndarray:
        """Predict targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions in the units of the target; float32 if X is float32, otherwise float64.
        """
        outputs = self._outputs(X)
        predicted = self.target_encoder_.inverse_transform(outputs)
        is_own = isinstance(self.target_encoder_, RegressionTarget)
        return predicted.astype(np.float32) if is_own and _is_float32(X) else predicted

    @staticmethod
    def scorer(y_true: Any, y_pred: Any, **kwargs: Any) -> float:
        """Return R^2 of predictions; `score` uses this function."""
        return r2_score(y_true, y_pred, **kwargs)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the coefficient of determination on test data.

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
            R^2.
        """
        return self.scorer(y, self.predict(X), sample_weight=sample_weight)


def _is_float32(X: Any) -> bool:
    """Return whether X is a table for which scikit-learn's MLP computes in float32."""
    if getattr(X, "ndim", 0) != 2:
        return False
    dtypes: Any = getattr(X, "dtypes", getattr(X, "dtype", None))
    dtypes = dtypes.tolist() if hasattr(dtypes, "tolist") else [dtypes]
    return bool(dtypes) and all(dtype == np.float32 for dtype in dtypes)


def _warn_about_scale(y: np.ndarray) -> None:
    """Warn if the scale of the target is far from that of an untrained network's outputs."""
    size = np.abs(y).max(initial=0.0)
    if size > 100 or 0 < size < 0.01:
        warnings.warn(
            f"The target's largest absolute value is {size:.3g}, far from the scale of 1 that a "
            f"network starts at, so it may learn little. Set scale_target=True.",
            UserWarning,
            stacklevel=2,
        )
