"""Outlier detection by the reconstruction errors of an autoencoder."""

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


@dataclass(kw_only=True, eq=False, repr=False)
class KerasAutoencoderOutlierDetector(OutlierMixin, Autoencoder):
    """Outlier detection by an autoencoder: outliers are the rows that it reconstructs worst.

    A network with a narrow middle layer can reconstruct only what many rows have in common [1]_.
    The training data may contain outliers.

    Parameters
    ----------
    contamination : float, default=0.1
        Share of outliers in the training data, in (0, 0.5]: as many of the training rows are
        outliers for `predict`. `score_samples` does not depend on it.
    {parameters}

    Attributes
    ----------
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
            scores = self.score_samples(X)
            weights = check_weights(sample_weight, len(scores))
            weights = np.ones(len(scores)) if weights is None else weights
            # So that rows of weight 2 count as two rows, as in training.
            self.offset_ = float(
                _weighted_percentile(scores, weights, 100 * self.contamination, average=True)
            )
        return self

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
