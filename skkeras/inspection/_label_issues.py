"""Rows of a data set whose labels are likely wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _check_sample_weight

from skkeras.inspection._confident_learning import (
    confident_labels,
    is_outlier,
    label_quality,
    modified_z_scores,
)


def label_issues(search: Any, y: Any = None, *, sample_weight: Any = None) -> dict[str, np.ndarray]:
    """Rank rows by how likely their labels are wrong, from out-of-fold predictions.

    For classes, a row is an issue if it is a confident example of another class than the given one,
    by confident learning [1]_. For numbers, it is an issue if the difference from the prediction is
    an outlier: its modified z-score is above 3.5 [2]_. Predictions must be those of models that
    have not seen the row.

    Parameters
    ----------
    search : search or array-like of shape (n_samples,) or (n_samples, n_classes)
        A fitted search of `skkeras.model_selection` with `keep`, of whose best candidate the
        predictions are used; or predictions, as `sklearn.model_selection.cross_val_predict` returns
        them: probabilities of the classes in sorted order, or numbers.
    y : array-like of shape (n_samples,), default=None
        Given labels or numbers; None means the target of the search.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows in the mean probability of each class, which is its threshold of
        confidence. Numbers have none.

    Returns
    -------
    dict of ndarray of shape (n_rows,)
        A table with one row for each row that was held out, the most suspicious first;
        ``pandas.DataFrame`` shows it. ``row`` is the position in y, ``given`` the label or number
        in y, ``likely`` the predicted one, and ``is_issue`` whether it is an issue. ``score`` is
        the probability of the given label minus that of the likeliest other class, from -1 to 1;
        for numbers, it is minus the modified z-score.

    Raises
    ------
    ValueError
        If the search has kept no predictions, or shapes do not match.

    References
    ----------
    .. [1] Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset
       labels", JAIR 70, 2021.
    .. [2] Iglewicz and Hoaglin, "How to detect and handle outliers", ASQC, 1993.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_predict
    >>> from skkeras.inspection import label_issues
    >>> X, y = load_iris(return_X_y=True)
    >>> y[7] = 2
    >>> model = LogisticRegression(max_iter=1000)
    >>> table = label_issues(cross_val_predict(model, X, y, method="predict_proba"), y)
    >>> int(table["row"][0]), int(table["given"][0]), int(table["likely"][0])
    (7, 2, 0)
    """
    predicted, y = _predictions(search, y)
    if len(predicted) != len(y):
        raise ValueError(
            f"There are predictions for {len(predicted)} rows, and y has {len(y)}. Give the y that "
            "the models were trained with, row by row."
        )
    held_out = np.flatnonzero(np.isfinite(predicted).reshape(len(y), -1).all(axis=1))
    if not len(held_out):
        raise ValueError(
            "All predictions are NaN: no row was held out, or all fits failed. Use a cv that holds "
            "out rows, such as cv=5."
        )
    predicted, given = predicted[held_out].astype(np.float64), y[held_out]
    if predicted.ndim == 1:
        score = -modified_z_scores(given.astype(np.float64) - predicted)
        likely, issue = predicted, is_outlier(-score)
    else:
        classes = np.unique(y)
        if predicted.shape[1] != len(classes):
            raise ValueError(
                f"There are predictions of {predicted.shape[1]} classes, and y has "
                f"{len(classes)}: {classes[:10].tolist()}. Give one column for each class of y."
            )
        labels = np.searchsorted(classes, given)
        weights = _check_sample_weight(sample_weight, y)[held_out]
        confident = confident_labels(predicted, labels, weights)
        score, issue = label_quality(predicted, labels), confident != labels
        likely = classes[np.where(issue, confident, predicted.argmax(axis=1))]
    order = np.argsort(score, kind="stable")
    table = {"row": held_out, "given": given, "likely": likely, "score": score, "is_issue": issue}
    return {name: column[order] for name, column in table.items()}


def _predictions(search: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    if not hasattr(search, "fit"):
        if y is None:
            raise ValueError("y is needed with predictions: the labels that they are compared to.")
        predicted = np.asarray(search, dtype=np.float64)
    else:
        if not hasattr(search, "cv_predictions_"):
            raise ValueError(
                f"This {type(search).__name__} has kept no predictions. Fit a search of "
                "skkeras.model_selection with keep='predictions', or give the predictions of "
                "sklearn.model_selection.cross_val_predict."
            )
        predicted = search.cv_predictions_[search.best_index_]
        if search.n_repeats > 1:
            predicted = predicted.mean(axis=0)
        y = search.cv_target_ if y is None else y
    y = np.asarray(y)
    if y.ndim != 1 or type_of_target(y) == "unknown":
        raise ValueError(
            f"y must have one label or number for each row; got an array of shape {y.shape} and "
            f"type {y.dtype}."
        )
    if predicted.ndim > 2:
        raise ValueError(f"Predictions must have at most two axes; got shape {predicted.shape}.")
    return predicted, y
