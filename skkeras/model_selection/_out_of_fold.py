"""Predictions of the rows that a fit of a search holds out, and the fitted estimators."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _num_samples

from skkeras.model_selection._score_results import attach, detach
from skkeras.training import shared_outputs

_PREDICTION, _ESTIMATOR = "prediction", "estimator"
# Bytes of predictions above which they are in a temporary file.
_MAX_BYTES_IN_MEMORY = 2**28


def score_and_keep(
    keep: str, copies: bool, scorer: Any, estimator: Any, X: Any, /, *args: Any, **kwargs: Any
) -> Any:
    """Return the scores of an estimator, which carry its predictions and optionally itself.

    Parameters
    ----------
    keep : {"predictions", "estimators"}
        What to carry; "estimators" includes the predictions.
    copies : bool
        Whether the estimator will be trained further, so that a copy is carried.
    scorer : callable
        A scorer of scikit-learn, or a function that the user wrote.
    estimator : estimator object
        The fitted estimator.
    X : array-like of shape (n_samples, ...)
        The rows that are held out.
    *args, **kwargs
        Other arguments of the scorer.
    """
    with shared_outputs():
        scores = scorer(estimator, X, *args, **kwargs)
        results = {_PREDICTION: predictions(estimator, X)}
    if keep == "estimators":
        results[_ESTIMATOR] = copy.deepcopy(estimator) if copies else estimator
    return attach(scores, **results)


def predictions(estimator: Any, X: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """Return what a fitted estimator predicts, and the classes of the columns.

    Parameters
    ----------
    estimator : estimator object
        A fitted classifier with `predict_proba`, or anything else with `predict`.
    X : array-like of shape (n_samples, ...)
        Rows.

    Returns
    -------
    values : ndarray of float32, shape (n_samples,) or (n_samples, n_columns)
        Probabilities of the classes, of the labels of a multilabel problem, or predicted numbers.
    classes : ndarray of shape (n_columns,) or None
        Classes of the columns; None if the columns are not classes.
    """
    if not is_classifier(estimator):
        return np.asarray(estimator.predict(X), dtype=np.float32), None
    values, classes = estimator.predict_proba(X), estimator.classes_
    if isinstance(values, list):  # one array for each label
        positive = [column @ (known == 1) for column, known in zip(values, classes, strict=True)]
        return np.stack(positive, axis=1).astype(np.float32), None
    n_columns = np.shape(values)[1]
    is_multilabel = isinstance(classes, list) or len(classes) != n_columns
    return np.asarray(values, dtype=np.float32), None if is_multilabel else np.asarray(classes)


def in_class_order(
    values: np.ndarray, classes: np.ndarray | None, all_classes: np.ndarray | None
) -> np.ndarray:
    """Return predictions with one column for each class of a target.

    Parameters
    ----------
    values : ndarray of shape (n_samples, ...)
        Predictions.
    classes : ndarray of shape (n_columns,) or None
        Classes of the columns of `values`, sorted; None if the columns are not classes.
    all_classes : ndarray of shape (n_classes,) or None
        Classes of the target, sorted.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)
        Classes that are not among `classes` have 0. Without classes, `values` are unchanged.
    """
    if classes is None or all_classes is None or len(classes) == len(all_classes):
        return values
    columns = np.zeros((len(values), len(all_classes)), dtype=values.dtype)
    columns[:, np.searchsorted(all_classes, classes)] = values
    return columns


class OutOfFold:
    """Collects the predictions and the estimators of all fits of a search.

    Parameters
    ----------
    search : BaseSearchCV
        The search.
    X : array-like of shape (n_samples, ...)
        Training data.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Target.
    split_params : dict
        Arguments of the splitter.

    Raises
    ------
    ValueError
        If the estimator has no `predict_proba` although it is a classifier, the splits hold out no
        rows, or a row is in the training and the test part of a split.
    """

    def __init__(self, search: Any, X: Any, y: Any, split_params: dict[str, Any]) -> None:
        self._n_repeats = search.n_repeats
        self._keeps_estimators = search.keep == "estimators"
        self._classes, self._target = _check_classes(search, y), np.asarray(y)
        cv = vars(search)["_checked_cv_orig"]
        splits = list(integer_splits(cv, X, y, **split_params))
        _check_splits(search, splits)
        self._tests = [test for _, test in splits]
        self._n_held_out = np.zeros(_num_samples(X))
        for test in self._tests:
            self._n_held_out[test] += 1
        self._values: np.ndarray | None = None
        self._estimators: list[Any] = []
        self._n_collected = 0

    def collect(self, records: Sequence[dict[str, Any]], n_planned: int) -> None:
        """Take the results of fits from the scores that carry them.

        Parameters
        ----------
        records : sequence of dict
            scikit-learn's results of all fits so far.
        n_planned : int
            Number of candidates that the search plans to evaluate.
        """
        for number in range(self._n_collected, len(records)):
            found = detach(records[number], _PREDICTION)
            estimator = detach(records[number], _ESTIMATOR)
            if self._keeps_estimators:
                self._estimators.append(estimator)
            if found is not None:
                values, classes = found
                self._add(number, in_class_order(values, classes, self._classes), n_planned)
        self._n_collected = len(records)

    def _add(self, number: int, values: np.ndarray, n_planned: int) -> None:
        fit, split = divmod(number, len(self._tests))
        test = self._tests[split]
        if self._values is None:
            shape = (n_planned * self._n_repeats, len(self._n_held_out), *values.shape[1:])
            self._values = _zeros(shape)
            # Fits add to these rows; without a fit, they remain NaN.
            self._n_added = np.zeros(shape[:2], dtype=np.uint16)
        shares = self._n_held_out[test].reshape(-1, *[1] * (values.ndim - 1))
        self._values[fit, test] += (values / shares).astype(np.float32)
        self._n_added[fit, test] += 1

    def finish(self, search: Any) -> None:
        """Set the attributes of the search."""
        search.cv_test_indices_, search.cv_target_ = self._tests, self._target
        n_splits, n_repeats = len(self._tests), self._n_repeats
        n_candidates = self._n_collected // (n_splits * n_repeats)
        if self._values is not None:
            values = self._values[: n_candidates * n_repeats]
            missing = self._n_added[: n_candidates * n_repeats] != self._n_held_out
            values[missing | (self._n_held_out == 0)] = np.nan
            if n_repeats > 1:
                values = values.reshape(n_candidates, n_repeats, *values.shape[1:])
            search.cv_predictions_ = values
        if self._keeps_estimators:
            n_fits = n_splits * n_repeats
            search.cv_estimators_ = [
                self._estimators[first : first + n_fits]
                for first in range(0, self._n_collected, n_fits)
            ]


def integer_splits(
    cv: Any, X: Any, y: Any, **params: Any
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows of the training and test parts of each split, also if these are masks."""
    every = np.arange(_num_samples(X))
    for train, test in cv.split(X, y, **params):
        yield every[train], every[test]


def _zeros(shape: tuple[int, ...]) -> np.ndarray:
    n_bytes = 4 * int(np.prod(shape))
    if n_bytes <= _MAX_BYTES_IN_MEMORY:
        return np.zeros(shape, dtype=np.float32)
    with tempfile.TemporaryFile() as file:  # it has no name, and disappears with the array
        return np.memmap(file, dtype=np.float32, mode="w+", shape=shape)


def _check_classes(search: Any, y: Any) -> np.ndarray | None:
    """Return the classes of the target, or None if it has no single column of classes."""
    estimator = search.estimator
    if not is_classifier(estimator):
        return None
    if not hasattr(estimator, "predict_proba"):
        raise ValueError(
            f"keep={search.keep!r} keeps the probabilities that a classifier predicts, and "
            f"{type(estimator).__name__} has no predict_proba. Use a classifier with "
            "probabilities, such as CalibratedClassifierCV around this one, or keep=None."
        )
    target_type = type_of_target(y)
    if target_type == "multiclass-multioutput":
        raise ValueError(
            f"keep={search.keep!r} keeps one array of probabilities, but y has several columns of "
            "classes. Search each column alone, or use keep=None."
        )
    return np.unique(y) if target_type in ("binary", "multiclass") else None


def _check_splits(search: Any, splits: list[tuple[np.ndarray, np.ndarray]]) -> None:
    n_held_out = sum(len(test) for _, test in splits)
    if not n_held_out:
        raise ValueError(
            f"keep={search.keep!r} keeps predictions of rows that a fit holds out, and "
            f"cv={search.cv!r} holds out no row. Use another cv, such as cv=5, or keep=None."
        )
    for number, (train, test) in enumerate(splits):
        both = np.intersect1d(train, test)
        if len(both):
            raise ValueError(
                f"keep={search.keep!r} keeps predictions of rows that a fit has not seen, but row "
                f"{both[0]} is in the training and the test part of split {number} of "
                f"cv={search.cv!r}. Use another cv, such as cv=5, or keep=None."
            )
