"""Files of fitted pipelines for other runtimes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from skkeras.persistence._files import write_whole


def export(estimator: Any, path: str | os.PathLike[str], X: Any = None) -> None:
    """Export a fitted pipeline with its preprocessing as one ONNX model.

    The file needs neither Python nor TensorFlow: `onnxruntime` and other runtimes run it. It has
    one input for each column of a data frame, with the column's name, or else one input "X". The
    outputs of a classifier are "label" and "probabilities", that of a regressor is "variable". The
    first axis of all of them is the rows.

    Every part of the pipeline must have a converter. skl2onnx has them for scikit-learn's
    estimators, and importing `skkeras.onnx` registers those of this package, so that
    `skl2onnx.to_onnx` converts the same.

    Parameters
    ----------
    estimator : estimator
        Fitted pipeline, network, or other estimator of scikit-learn.
    path : str or path-like
        File to write, atomically: an existing file is replaced only when everything is written.
    X : array-like or data frame, default=None
        Rows like those in `fit`. The names and types of the inputs are theirs, and the model is run
        on them and compared with the estimator before anything is written; give a few thousand
        rows, with missing values and unknown categories if there may be some. None is for
        estimators that were fitted on arrays of shape (n_samples, n_features): then the input is
        "X", of float32, and nothing is compared.

    Raises
    ------
    ImportError
        If the packages of the extra `skkeras[onnx]` are not installed.
    ValueError
        If a part of the pipeline cannot be converted; if X is missing but needed; or if labels
        differ, probabilities by more than 1e-5, or numbers by more than 1e-5 of the largest.
    OSError
        If the file cannot be written.
    """
    from skkeras.onnx import check_equal, to_onnx

    model = to_onnx(estimator, X)
    if X is not None:
        check_equal(estimator, model, X)
    write_whole(Path(path), model.SerializeToString())
