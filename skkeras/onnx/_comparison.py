"""Comparison of a converted estimator with the original, by onnxruntime."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
from sklearn.base import is_classifier, is_outlier_detector

from skkeras.base.data import TOLERANCE, difference
from skkeras.onnx._convert import arrays_of


def check_equal(estimator: Any, model: onnx.ModelProto, X: Any) -> None:
    """Raise an error if a model predicts other values than the estimator.

    Parameters
    ----------
    estimator : estimator
        Fitted estimator.
    model : onnx.ModelProto
        What `to_onnx` made of it.
    X : array-like or data frame
        Rows to predict.

    Raises
    ------
    ValueError
        If labels differ, probabilities by more than 1e-5, or numbers by more than 1e-5 of the
        largest of them. Labels may differ in rows whose two largest probabilities differ by less,
        or whose score as an outlier is that close to 0.
    """
    session = onnxruntime.InferenceSession(model.SerializeToString())
    arrays = arrays_of(X)
    found = session.run(
        None, {one.name: _cast(arrays[one.name], one) for one in session.get_inputs()}
    )
    if is_outlier_detector(estimator):
        scores = estimator.decision_function(X)
        _check_numbers("scores differ", found[1][:, 0], scores)
        differ = found[0][:, 0] != estimator.predict(X)
        _check_labels(differ & (abs(scores) > TOLERANCE * abs(scores).max()))
        return
    method = "predict" if hasattr(estimator, "predict") else "transform"
    expected = np.asarray(getattr(estimator, method)(X))
    if found[0].size != expected.size:
        shapes = f"with shape {found[0].shape} instead of {expected.shape}"
        raise ValueError(_message(f"{method} differs", shapes))
    if not is_classifier(estimator):
        _check_numbers(f"{method} differs", found[0].reshape(expected.shape), expected)
        return
    differ = np.asarray(found[0].reshape(expected.shape) != expected)
    if hasattr(estimator, "predict_proba") and isinstance(found[1], np.ndarray):
        probabilities = estimator.predict_proba(X)
        _check_numbers("probabilities differ", found[1], probabilities)
        if differ.ndim == 1:
            ordered = np.sort(probabilities, axis=1)
            differ &= ordered[:, -1] - ordered[:, -2] > 2 * TOLERANCE
        else:
            differ &= abs(probabilities - 0.5) > TOLERANCE
    _check_labels(differ)


def _check_labels(differ: np.ndarray) -> None:
    if differ.any():
        raise ValueError(_message("labels differ", f"in {np.count_nonzero(differ)} rows of X"))


def _cast(array: np.ndarray, expected: Any) -> np.ndarray:
    return array.astype(np.int64) if expected.type == "tensor(int64)" else array


def _check_numbers(what: str, found: np.ndarray, expected: np.ndarray) -> None:
    how = difference(found, expected)
    if how:
        raise ValueError(_message(what, f"{how} of X"))


def _message(what: str, how: str) -> str:
    return (
        f"The model in ONNX was not written, because its {what} from those of the estimator, "
        f"{how}. A converter of skl2onnx or tf2onnx is not exact for these rows; leave out parts "
        f"of the pipeline to find which, and report it."
    )
