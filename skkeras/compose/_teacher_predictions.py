"""Predictions of a teacher, including out-of-fold predictions of its training rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import check_cv
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import check_is_fitted

from skkeras._sample_weight import weights_argument
from skkeras.base.data import is_several, rows_of

Ask = Callable[[Any, Any], np.ndarray]


def is_fitted(teacher: Any) -> bool:
    """Return whether a teacher is fitted."""
    try:
        check_is_fitted(teacher)
    except NotFittedError:
        return False
    return True


def take_rows(X: Any, rows: np.ndarray, n_rows: int) -> Any:
    """Return some of the `n_rows` rows of X, in the form that the user passed."""
    # A list of `n_rows` arrays holds series or images, not several inputs.
    several = is_several(X) and (isinstance(X, dict) or len(X) != n_rows)
    return rows_of(X, rows) if several else _safe_indexing(X, rows)


def out_of_fold_predictions(
    teacher: Any,
    ask: Ask,
    X: Any,
    y: np.ndarray,
    weights: np.ndarray | None,
    splits: Iterable[tuple[np.ndarray, np.ndarray]] | None,
) -> tuple[Any, np.ndarray]:
    """Fit a teacher, and return its out-of-fold predictions.

    Parameters
    ----------
    teacher : estimator
        Clones of it are fitted; a fitted teacher is used as it is.
    ask : callable
        Returns a fitted teacher's predictions for rows.
    X : array-like of shape (n_rows, ...)
        Input.
    y : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        Target.
    weights : ndarray of shape (n_rows,) or None
        Weights.
    splits : iterable of pairs of ndarray of int, or None
        Rows to fit on and rows to predict, each row once; None predicts with the teacher that is
        fitted on all rows.

    Returns
    -------
    teacher : estimator
        The teacher fitted on all rows, or as the user passed it.
    answers : ndarray of shape (n_rows, ...)
        Predictions.

    Raises
    ------
    ValueError
        If not each row is predicted exactly once.
    """
    if is_fitted(teacher):
        return teacher, ask(teacher, X)
    argument = None if weights is None else _weights_argument(teacher)

    def fitted(rows: np.ndarray | None) -> Any:
        X_fit, y_fit = (X, y) if rows is None else (take_rows(X, rows, len(y)), y[rows])
        if weights is None or argument is None:
            return clone(teacher).fit(X_fit, y_fit)
        given = weights if rows is None else weights[rows]
        return clone(teacher).fit(X_fit, y_fit, **{argument: given})

    if splits is None:
        last = fitted(None)
        return last, ask(last, X)
    asked, answers = [], []
    for train, test in splits:
        asked.append(test)
        answers.append(ask(fitted(train), take_rows(X, test, len(y))))
    rows = np.concatenate(asked)
    if not np.array_equal(np.sort(rows), np.arange(len(y))):
        raise ValueError(
            "cv must put each row into exactly one test fold, as KFold and StratifiedKFold do; "
            f"of {len(y)} rows, it put {len(np.unique(rows))} into one, and {len(rows)} into all "
            f"folds together."
        )
    return fitted(None), np.concatenate(answers)[np.argsort(rows)]


def folds(
    cv: Any, y: np.ndarray, groups: Any, kept: np.ndarray, *, stratified: bool
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Split rows into those to fit a teacher on and those to predict.

    Parameters
    ----------
    cv : int, splitter or iterable
        As in scikit-learn.
    y, groups : array-likes
        Target and groups of the rows.
    kept : ndarray of bool
        Mask of these rows among all rows; the indices of an iterable `cv` refer to all rows.
    stratified : bool
        Whether an int means stratified folds.

    Yields
    ------
    pair of ndarray of int
        Indices of the rows to fit on and of those to predict.
    """
    if not isinstance(cv, Iterable):
        yield from check_cv(cv, y, classifier=stratified).split(np.empty((len(y), 0)), y, groups)
        return
    places = np.cumsum(kept) - 1
    for pair in cv:
        train, test = (np.asarray(part) for part in pair)
        yield places[train[kept[train]]], places[test[kept[test]]]


def _weights_argument(teacher: Any) -> str:
    """Return the name of the `fit` argument for sample weights."""
    name = weights_argument(teacher)
    if name is None:
        inner = teacher[-1] if isinstance(teacher, Pipeline) else teacher
        raise ValueError(
            f"The teacher's {type(inner).__name__} takes no sample_weight; give a teacher that "
            f"does, or one that is fitted already."
        )
    return name


def predict_classes(teacher: Any, X: Any, classes: np.ndarray) -> np.ndarray:
    """Return a teacher's probabilities of classes.

    Parameters
    ----------
    teacher : estimator
        Fitted classifier.
    X : array-like of shape (n_rows, ...)
        Rows.
    classes : ndarray of shape (n_classes,)
        The classes of the columns. A class that the teacher has never seen has probability 0;
        classes that only the teacher knows are ignored.

    Returns
    -------
    ndarray of shape (n_rows, n_classes)
        Probabilities that sum to 1.

    Raises
    ------
    ValueError
        If the teacher knows none of the classes, or its probabilities are not finite.
    """
    said = np.asarray(teacher.predict_proba(X), dtype=np.float64)
    known = {label: column for column, label in enumerate(np.asarray(teacher.classes_).tolist())}
    columns = [known.get(label) for label in classes.tolist()]
    if all(column is None for column in columns):
        raise ValueError(
            f"The teacher knows the classes {list(known)[:5]}, and none of {classes.tolist()[:5]}, "
            f"which the student is to learn; give a teacher of the same labels."
        )
    answers = np.column_stack(
        [np.zeros(len(said)) if column is None else said[:, column] for column in columns]
    )
    _check_finite(answers)
    total = answers.sum(axis=1, keepdims=True)
    return np.where(total > 0, answers / np.where(total > 0, total, 1), 1 / len(classes))


def predict_labels(teacher: Any, X: Any, n_labels: int) -> np.ndarray:
    """Return a teacher's probability of each of several labels.

    Parameters
    ----------
    teacher : estimator
        Fitted classifier of several labels.
    X : array-like of shape (n_rows, ...)
        Rows.
    n_labels : int
        Number of labels.

    Returns
    -------
    ndarray of shape (n_rows, n_labels)
        Probabilities.

    Raises
    ------
    ValueError
        If the teacher's probabilities have a different shape or are not finite.
    """
    said = teacher.predict_proba(X)
    if isinstance(said, list):  # forests: one array per label, with one column per class
        pairs = zip(said, teacher.classes_, strict=True)
        said = np.column_stack([part[:, np.asarray(own) == 1].sum(axis=1) for part, own in pairs])
    answers = np.asarray(said, dtype=np.float64)
    if answers.ndim != 2 or answers.shape[1] != n_labels:
        raise ValueError(
            f"The teacher's probabilities have the shape {answers.shape}; for {n_labels} labels, "
            f"give a teacher that was fitted on as many."
        )
    _check_finite(answers)
    return answers


def predict_numbers(teacher: Any, X: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return a teacher's predictions of one or several numbers per row.

    Parameters
    ----------
    teacher : estimator
        Fitted regressor.
    X : array-like of shape (n_rows, ...)
        Rows.
    shape : tuple of int
        Shape of a row's target.

    Returns
    -------
    ndarray of shape (n_rows, *shape)
        Predictions.

    Raises
    ------
    ValueError
        If the teacher's predictions have a different size or are not finite.
    """
    answers = np.asarray(teacher.predict(X), dtype=np.float64)
    if answers[:1].size != np.prod(shape):
        raise ValueError(
            f"The teacher predicts {answers[:1].size} number(s) a row, but the target has "
            f"{int(np.prod(shape))}; give a teacher of the same target."
        )
    _check_finite(answers)
    return answers.reshape(len(answers), *shape)


def _check_finite(answers: np.ndarray) -> None:
    if not np.isfinite(answers).all():
        raise ValueError("The teacher predicts NaN or infinity; repair or replace the teacher.")
