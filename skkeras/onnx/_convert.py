"""Conversion of a fitted estimator with the types of some rows."""

from __future__ import annotations

import re
from typing import Any

import narwhals as nw
import numpy as np
import onnx
import skl2onnx
from skl2onnx.common.data_types import (
    BooleanTensorType,
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
    UInt8TensorType,
)
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from skkeras.base.data import is_missing
from skkeras.tabular import read_dates, seconds_of, time_zone

_TYPES = {
    np.dtype("float32"): FloatTensorType,
    np.dtype("uint8"): UInt8TensorType,
    np.dtype("bool"): BooleanTensorType,
}
_ARRAY = "X"


def to_onnx(estimator: Any, X: Any) -> onnx.ModelProto:
    """Convert a fitted estimator.

    Parameters
    ----------
    estimator : estimator
        Fitted pipeline or estimator.
    X : array-like, data frame or None
        Rows, of which the names and types of the inputs are taken. None is float32 of shape
        (n_rows, n_features_in_).

    Returns
    -------
    onnx.ModelProto
        The model. A data frame has one input of shape (n_rows, 1) for each column, with its name;
        everything else is one input, "X". A classifier has the outputs "label" and
        "probabilities", a regressor has "variable".

    Raises
    ------
    ValueError
        If a part of the estimator cannot be converted; the message names it. If X is None and the
        estimator was fitted on something else than an array of rows of numbers.
    OSError
        If temporary files cannot be written.
    """
    check_is_fitted(estimator)
    arrays = _zeros(estimator) if X is None else arrays_of(X)
    types = [(name, _type_of(a)([None, *a.shape[1:]])) for name, a in arrays.items()]
    options = {id(estimator): {"zipmap": False}} if is_classifier(estimator) else None
    try:
        model = skl2onnx.to_onnx(estimator, initial_types=types, options=options)
    except (MissingConverter, MissingShapeCalculator, KeyError) as error:
        found = re.search(r"<class '(.+?)'>", str(error))
        part = found[1] if found else str(error).partition("\n")[0]
        raise ValueError(
            f"{type(estimator).__name__} cannot be exported to ONNX: there is no converter for "
            f"{part}. Take it out of the pipeline, or register a converter by "
            f"skl2onnx.update_registered_converter."
        ) from error
    except (OSError, ValueError):  # such as a full disk
        raise
    except Exception as error:  # skl2onnx raises errors of many kinds for what it does not know
        what = f"{type(error).__name__}: {error}"
        raise ValueError(
            f"{type(estimator).__name__} cannot be exported to ONNX: {what}"
        ) from error
    _rename_inputs(model.graph, list(arrays))
    return model


def _rename_inputs(graph: onnx.GraphProto, names: list[str]) -> None:
    """Give the inputs the names of the columns, of which skl2onnx replaces some characters."""
    renamed = {}
    for given, name in zip(graph.input, names, strict=True):
        renamed[given.name] = given.name = name
    for node in graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]


def _zeros(estimator: Any) -> dict[str, np.ndarray]:
    """Return rows of numbers like those that the estimator was fitted on."""
    first = estimator[0] if isinstance(estimator, Pipeline) else estimator
    n_features = getattr(first, "n_features_in_", None)
    has_names = hasattr(estimator, "feature_names_in_")
    if n_features is None or has_names or not get_tags(first).input_tags.two_d_array:
        raise ValueError(
            f"X is None, but {type(estimator).__name__} was not fitted on an array of rows of "
            f"numbers; give rows as X, for the names and types of the inputs."
        )
    return {_ARRAY: np.zeros((1, n_features), np.float32)}


def arrays_of(X: Any) -> dict[str, np.ndarray]:
    """Return the inputs of a model for some rows.

    Parameters
    ----------
    X : array-like or data frame
        Rows.

    Returns
    -------
    dict of str to ndarray
        Arrays by the names of the inputs; missing values of columns of strings are "". Dates are
        seconds since 1970 in local time, as ONNX has no dates.
    """
    frame = nw.from_native(X, eager_only=True, allow_series=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        columns = zip(frame.columns, frame.iter_columns(), strict=True)
        return {str(name): _column(name, column)[:, np.newaxis] for name, column in columns}
    array = np.asarray(X)
    if array.dtype.kind in "UO" and array.ndim == 1:
        array = array[:, np.newaxis]
    return {_ARRAY: _cells(array)}


def _column(name: str, column: nw.Series) -> np.ndarray:
    zone = time_zone(column)
    if zone is None:
        return _cells(column.to_numpy())
    return seconds_of(read_dates(name, column, zone))


def _cells(array: np.ndarray) -> np.ndarray:
    """Return numbers, truth values, or an array of Python's strings."""
    if array.dtype.kind in "biuf":
        return array
    cells = ["" if is_missing(cell) else str(cell) for cell in array.ravel()]
    return np.array(cells, dtype=object).reshape(array.shape)


def _type_of(array: np.ndarray) -> type:
    kind = array.dtype.kind
    found = {"i": Int64TensorType, "u": Int64TensorType, "f": DoubleTensorType}
    return _TYPES.get(array.dtype) or found.get(kind, StringTensorType)
