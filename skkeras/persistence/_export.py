"""Files of fitted pipelines for other runtimes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from skkeras._files import written_whole
from skkeras.persistence._keras_formats import FORMATS, export_by_keras

_SUFFIXES = {".keras": "keras", ".tflite": "litert"}


def export(
    estimator: Any, path: str | os.PathLike[str], X: Any = None, *, format: str | None = None
) -> None:
    """Export a fitted pipeline with its preprocessing as one model for other runtimes.

    By default, this is an ONNX model. The file needs neither Python nor TensorFlow: `onnxruntime`
    and other runtimes run it. It has one input for each column of a data frame, with the column's
    name, or else one input "X". The outputs of a classifier are "label" and "probabilities", that
    of a regressor is "variable". The first axis of all of them is the rows.

    Every part of the pipeline must have a converter. skl2onnx has them for scikit-learn's
    estimators, and importing `skkeras.onnx` registers those of this package, so that
    `skl2onnx.to_onnx` converts the same.

    The other formats are written by Keras. They are for a network alone or behind scalers, which
    become layers of the model: `StandardScaler`, `MinMaxScaler`, `RobustScaler` and `MaxAbsScaler`;
    the network takes numbers or images. The model has one input, "X", of float32, with all columns
    in the order of `fit`; images have the shape of those in `fit`. Its output is the probabilities
    of `predict_proba`, in the order of `classes_`, or the numbers of `predict` in the units of the
    target, of shape (n_rows, n_outputs). Labels are not in the file.

    Parameters
    ----------
    estimator : estimator
        Fitted pipeline, network, or other estimator of scikit-learn.
    path : str or path-like
        File to write, atomically: an existing file is replaced only when everything is written.
        For "tf_saved_model", a folder that does not exist.
    X : array-like or data frame, default=None
        Rows like those in `fit`. In ONNX, the names and types of the inputs are theirs. The model
        is run on them and compared with the estimator before anything is written; give a few
        thousand rows, with missing values and unknown categories if there may be some. Without
        them, nothing is compared, and ONNX is only for estimators that were fitted on arrays of
        shape (n_samples, n_features): then the input is "X", of float32.
    format : {"onnx", "keras", "tf_saved_model", "litert"}, default=None
        "onnx"; "keras", a file of `keras.Model.save`; "tf_saved_model", a folder for TensorFlow
        Serving; or "litert", a file for TensorFlow Lite, now called LiteRT, with its built-in
        operations only. None takes "keras" for a path that ends in ".keras", "litert" for
        ".tflite", and "onnx" for all others.

    Raises
    ------
    ImportError
        If the packages of the extra `skkeras[onnx]` are not installed, for ONNX.
    ValueError
        If a part of the pipeline cannot be converted; if X is missing but needed; if labels
        differ, probabilities by more than 1e-5, or numbers by more than 1e-5 of the largest; or if
        the format is unknown, or does not go with the path. If Keras' backend is not TensorFlow,
        for ONNX and LiteRT.
    OSError
        If the file cannot be written, or the folder exists.
    """
    path = Path(path)
    if format is None:
        format = _SUFFIXES.get(path.suffix, "onnx")
    if format in FORMATS:
        export_by_keras(estimator, path, X, format)
        return
    if format != "onnx":
        raise ValueError(f"format must be 'onnx' or one of {[*FORMATS]}; got {format!r}.")
    from skkeras.onnx import check_equal, to_onnx

    model = to_onnx(estimator, X)
    if X is not None:
        check_equal(estimator, model, X)
    with written_whole(path) as unfinished:
        unfinished.write_bytes(model.SerializeToString())
