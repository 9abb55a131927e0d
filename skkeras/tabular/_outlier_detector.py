"""Outlier detection by an autoencoder."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import OutlierMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.stats import _weighted_percentile

from skkeras.base import KerasFamily
from skkeras.base.data import check_weights
from skkeras.tabular._autoencoder import Autoencoder

# Keeps columns that are constant or always reconstructed from deciding alone; its value is that of
# `reg_covar` in scikit-learn's GaussianMixture.
_LEAST_VARIANCE = 1e-6


@dataclass(kw_only=True, eq=False, repr=False)
class KerasAutoencoderOutlierDetector(OutlierMixin, Autoencoder):
    """Outlier detection by an autoencoder: by reconstruction errors and distances from the mean.

    A network with a narrow middle layer can reconstruct only what many rows have in common [1]_. It
    reconstructs rows well that are extreme in what they have in common, but their values are far
    from the means of the columns. The score counts both. It grows with the logarithm of squared
    differences, as the negative log likelihood of a Cauchy distribution [2]_, so that no column
    decides alone. The training data may contain outliers.

    Parameters
    ----------
    contamination : float, default=0.1
        Share of outliers in the training data, in (0, 0.5]: as many of the training rows are
        outliers for `predict`. `score_samples` does not depend on it.
    {parameters}

    Attributes
    ----------
    location_ : ndarray of shape (n_features,)
        Mean of each column of the training rows.
    variance_ : ndarray of shape (n_features,)
        Variance of each column of the training rows, plus 1e-6.
    noise_variance_ : ndarray of shape (n_features,)
        Mean squared reconstruction error of each column for the training rows, plus 1e-6.
    offset_ : float
        Threshold: a row is an outlier if its `score_samples` is lower.
    {attributes}

    See Also
    --------
    KerasAutoencoder : Returns the representation of rows.
    sklearn.ensemble.IsolationForest : Outlier detection by random trees.

    References
    ----------
    .. [1] Hawkins, He, Williams and Baxter, "Outlier Detection Using Replicator Neural Networks",
       DaWaK 2002. https://doi.org/10.1007/3-540-46145-0_17
    .. [2] Lange, Little and Taylor, "Robust Statistical Modeling Using the t Distribution", Journal
       of the American Statistical Association 84(408), 1989.
       https://doi.org/10.1080/01621459.1989.10478852

    Examples
    --------
    >>> import numpy as np
    >>> from skkeras import KerasAutoencoderOutlierDetector
    >>> x = np.linspace(-1, 1, 100)
    >>> X = np.column_stack([x, x**2, -x])
    >>> X[50] = 1.0
    >>> model = KerasAutoencoderOutlierDetector(
    ...     n_components=1, contamination=0.01, random_state=0
    ... )
    >>> np.flatnonzero(model.fit_predict(X) == -1)
    array([50])
    """

    n_components: int = 1
    contamination: float = 0.1

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "contamination": [Interval(Real, 0, 0.5, closed="right")]
    }
    _not_in_model = KerasFamily._not_in_model | {"contamination"}

    def _fit(self, X: Any, y: Any, sample_weight: Any = None, *args: Any, **kwargs: Any) -> Self:
        super()._fit(X, y, sample_weight, *args, **kwargs)
        if self.initialized_:  # not if the loss became NaN
            rows, errors = self._rows_and_errors(X)
            weights = check_weights(sample_weight, len(rows))
            weights = np.ones(len(rows)) if weights is None else weights
            self.location_ = np.average(rows, axis=0, weights=weights)
            variances = np.average(np.square(rows - self.location_), axis=0, weights=weights)
            self.variance_ = variances + _LEAST_VARIANCE
            noise_variances = np.average(np.square(errors), axis=0, weights=weights)
            self.noise_variance_ = noise_variances + _LEAST_VARIANCE
            scores = self._scores(rows, errors)
            # So that rows of weight 2 count as two rows, as in training.
            self.offset_ = float(
                _weighted_percentile(scores, weights, 100 * self.contamination, average=True)
            )
        return self

    def _scores(self, rows: np.ndarray, errors: np.ndarray) -> np.ndarray:
        squares = np.square(rows - self.location_) / self.variance_
        squares += np.square(errors) / self.noise_variance_
        scores: np.ndarray = -np.log1p(squares).sum(axis=1)
        return scores

    def score_samples(self, X: Any) -> np.ndarray:
        """Return how usual each row is.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,), float64
            Minus the sum over the columns of ``log(1 + d / variance_ + e / noise_variance_)``. d is
            the squared difference of the value from `location_`, and e that from its
            reconstruction. The lower, the more unusual the row.
        """
        return self._scores(*self._rows_and_errors(X))

    def decision_function(self, X: Any) -> np.ndarray:
        """Return how far rows are from being outliers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,), float64
            `score_samples` minus `offset_`; negative for outliers.
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> np.ndarray:
        """Return which rows are outliers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,), int64
            -1 for outliers and 1 for inliers.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)
