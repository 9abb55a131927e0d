"""Rows whose labels are likely wrong, by confident learning."""

from __future__ import annotations

import numpy as np

# Modified z-score above which a number is an outlier (Iglewicz and Hoaglin, 1993).
_MAX_Z_SCORE = 3.5


def label_quality(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the probability of each given label minus that of the likeliest other class.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
        Out-of-fold probabilities.
    labels : ndarray of int, shape (n_rows,)
        Column of each row's given label.

    Returns
    -------
    ndarray of shape (n_rows,)
        From -1, for a label that is surely wrong, to 1.
    """
    rows = np.arange(len(labels))
    others = probabilities.copy()
    others[rows, labels] = -np.inf
    quality: np.ndarray = probabilities[rows, labels] - others.max(axis=1)
    return quality


def confident_labels(
    probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the class of which each row is a confident example.

    A row is a confident example of the likeliest class among those whose probability is at least
    its mean over the rows with that label [1]_. The threshold adapts to a class for which the model
    is always or never confident.

    Parameters
    ----------
    probabilities, labels
        As in `label_quality`.
    weights : ndarray of shape (n_rows,)
        Weights of the rows in the means.

    Returns
    -------
    ndarray of int, shape (n_rows,)
        Column of the class; that of the given label if there is none.

    References
    ----------
    .. [1] Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset
       labels", JAIR 70, 2021.
    """
    n_columns = probabilities.shape[1]
    given = probabilities[np.arange(len(labels)), labels]
    totals = np.bincount(labels, weights, minlength=n_columns)
    sums = np.bincount(labels, weights * given, minlength=n_columns)
    thresholds = np.where(totals > 0, sums / np.where(totals > 0, totals, 1), np.inf)
    confident = np.where(probabilities >= thresholds, probabilities, -np.inf)
    likely: np.ndarray = confident.argmax(axis=1)
    return np.where(np.isfinite(confident.max(axis=1)), likely, labels)


def modified_z_scores(residuals: np.ndarray) -> np.ndarray:
    """Return the distance of residuals from their median, in robust standard deviations.

    Parameters
    ----------
    residuals : ndarray of shape (n_rows,)
        Differences of the given and the predicted values.

    Returns
    -------
    ndarray of shape (n_rows,)
        0.6745 times the distance, divided by the median distance [1]_.

    References
    ----------
    .. [1] Iglewicz and Hoaglin, "How to detect and handle outliers", ASQC, 1993.
    """
    distances = np.abs(residuals - np.median(residuals))
    spread = np.median(distances)
    # More than half of the residuals may be equal.
    spread = spread if spread > 0 else max(distances.mean(), np.finfo(float).tiny)
    scores: np.ndarray = 0.6745 * distances / spread
    return scores


def is_outlier(scores: np.ndarray) -> np.ndarray:
    """Return which modified z-scores are those of outliers."""
    outlier: np.ndarray = scores > _MAX_Z_SCORE
    return outlier
