"""Errors for data of the wrong kind, with what to do instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from sklearn.base import is_regressor


def check_not_batches(X: Any) -> None:
    """Raise an error for data sets and generators, which give batches in place of rows.

    Raises
    ------
    TypeError
        If X is a `tf.data.Dataset`, a `keras.utils.PyDataset`, an iterator or a `DataLoader`.
    """
    kind = type(X).__name__
    if isinstance(X, keras.utils.PyDataset):
        batches = "(batches[i] for i in range(len(batches)))"
    elif hasattr(X, "as_numpy_iterator"):
        kind, batches = "tf.data.Dataset", "batches.as_numpy_iterator()"
    elif isinstance(X, Iterator) or (hasattr(X, "batch_sampler") and hasattr(X, "dataset")):
        batches = "batches"
    else:
        return
    raise TypeError(
        f"X is a {kind}, which gives batches; expected an array, a data frame or a list with one "
        f"row for each sample, and y. Make arrays of the batches: "
        f"X, y = map(np.concatenate, zip(*{batches})), or np.stack for single rows. Images that do "
        f"not fit into memory can be given to KerasCNNClassifier and KerasTransferClassifier as a "
        f"list of file paths."
    )


def remedy(estimator: Any, X: Any, error: Exception, *, allow_nd: bool) -> str | None:
    """Return the message of a failed validation of X with what to do, or None.

    Parameters
    ----------
    estimator : estimator
        Estimator of numbers.
    X : array-like
        Input that was refused.
    error : Exception
        The error of scikit-learn.
    allow_nd : bool
        Whether rows may have several axes.

    Returns
    -------
    str or None
        The message; None if the error needs no more words.
    """
    name, message = type(estimator).__name__, str(error).partition("\n")[0]
    network = f"{name}(...)" if hasattr(estimator, "model") else f"{name}()"
    kind = "Regressor" if is_regressor(estimator) else "Classifier"
    tables = f"KerasTabM{kind} and KerasRealMLP{kind}"
    if message.startswith("Found array with dim") and not allow_nd:
        return f"{message} {networks_of_several_axes(estimator)}"
    if message.startswith("Input X contains NaN"):
        fill = (
            "Fill or drop these rows."
            if np.ndim(X) > 2
            else f"Fill the gaps: make_pipeline(SimpleImputer(), StandardScaler(), {network}). "
            f"{tables} take missing values as they are."
        )
        return f"{message} {fill}"
    if "string" in message and (columns := _columns_of_strings(X)):
        shown = f"{columns[:5]!r}".removesuffix("]") + (", ...]" if len(columns) > 5 else "]")
        start = f"{message}. " if message.startswith("could not convert") else ""
        return (
            f"{start}X has strings in the columns {shown}; {name} takes numbers. {tables} take "
            f"data frames with strings as they are, and KerasText{kind} takes texts. To encode "
            f"categories: make_pipeline(make_column_transformer((OneHotEncoder("
            f"handle_unknown='ignore'), {shown}), remainder=StandardScaler()), {network})."
        )
    return None


def networks_of_several_axes(estimator: Any) -> str:
    """Return what to use instead of a network for tables if rows have several axes."""
    kind = "Regressor" if is_regressor(estimator) else "Classifier"
    return (
        f"For images, use KerasCNN{kind}; for series, KerasRNN{kind} or KerasTimeSeries{kind}; "
        f"X.reshape(len(X), -1) makes a table of the numbers."
    )


def _columns_of_strings(X: Any) -> list[Any]:
    """Return names or places of the columns that hold strings."""
    cells = np.asarray(X, dtype=object)
    if cells.ndim != 2:
        return []
    names = list(getattr(X, "columns", range(cells.shape[1])))
    return [
        name
        for name, column in zip(names, cells.T, strict=True)
        if any(isinstance(cell, (str, bytes)) for cell in column)
    ]
