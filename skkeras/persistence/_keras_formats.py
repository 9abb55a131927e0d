"""Files that Keras and TensorFlow write of one model."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.base import is_classifier

from skkeras._files import written_whole
from skkeras.base.data import difference
from skkeras.persistence._keras_pipeline import KerasPipeline
from skkeras.training import predict

Run = Callable[[np.ndarray], Any]


def export_by_keras(estimator: Any, path: Path, X: Any, kind: str) -> None:
    """Write a fitted pipeline as one Keras model, whole or not at all.

    Parameters
    ----------
    estimator : estimator
        Fitted network, pipeline of scalers and a network, or search over these.
    path : Path
        File, or folder for "tf_saved_model", which must not exist.
    X : array-like or None
        Rows to compare what was written with the estimator.
    kind : {"keras", "tf_saved_model", "litert"}
        Format.

    Raises
    ------
    ValueError
        If a part of the pipeline cannot become a layer, LiteRT lacks an operation or Keras has
        another backend than TensorFlow for it, or the predictions differ.
    OSError
        If it cannot be written, or the folder exists.
    """
    write, suffix = FORMATS[kind]
    if suffix and path.suffix != suffix:
        raise ValueError(
            f"format={kind!r} needs a path that ends in {suffix!r}; got {str(path)!r}."
        )
    if not suffix and path.exists():
        raise FileExistsError(f"There is {str(path)!r} already; give a folder that does not exist.")
    if kind == "litert" and (backend := keras.backend.backend()) != "tensorflow":
        raise ValueError(
            f"Keras writes no LiteRT with KERAS_BACKEND={backend}; load the estimator in a process "
            f"with KERAS_BACKEND=tensorflow, and export it there."
        )
    pipeline = KerasPipeline(estimator)
    model = pipeline.model()
    with written_whole(path) as unfinished:
        run = write(model, unfinished)
        if X is not None:
            _compare(estimator, run(pipeline.rows(X)), X)


def _compare(estimator: Any, found: Any, X: Any) -> None:
    method = "predict_proba" if is_classifier(estimator) else "predict"
    expected = np.asarray(getattr(estimator, method)(X))
    how = difference(np.asarray(found).reshape(expected.shape), expected)
    if how:
        raise ValueError(
            f"The model was not written, because its outputs differ from {method} of the "
            f"estimator, {how} of X. It computes in float32, which has 7 digits: subtract what is "
            f'common to all rows of a column before the pipeline, or export with format="onnx".'
        )


def _export(model: keras.Model, path: Path, **options: Any) -> None:
    """Export a model; the errors of TensorFlow when a disk is full are raised as OSError."""
    from tensorflow.errors import OutOfRangeError, ResourceExhaustedError

    try:
        model.export(path, verbose=False, **options)
    except (OutOfRangeError, ResourceExhaustedError) as error:
        raise OSError(f"The model cannot be written: {error.message}") from error


def _write_keras(model: keras.Model, path: Path) -> Run:
    model.save(path)
    return lambda rows: predict(model, rows)


def _write_saved_model(model: keras.Model, path: Path) -> Run:
    _export(model, path, format="tf_saved_model")

    def run(rows: np.ndarray) -> Any:
        import tensorflow as tf

        served = tf.saved_model.load(str(path))
        return served.serve(rows)

    return run


def _write_litert(model: keras.Model, path: Path) -> Run:
    import tensorflow as tf

    # Keras adds operations of TensorFlow, which runtimes on phones do not have.
    operations = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
    try:
        _export(model, path, format="litert", target_spec=operations)
    except OSError:
        raise
    except Exception as error:  # the converter has errors of its own
        raise ValueError(
            f"The network cannot be converted to LiteRT: {str(error).strip().partition(chr(10))[0]}"
            f'. Export with format="tf_saved_model" or "onnx".'
        ) from error

    def run(rows: np.ndarray) -> Any:
        with warnings.catch_warnings():
            # Its successor is another package.
            warnings.filterwarnings("ignore", r"\s*Warning: tf\.lite\.Interpreter is deprecated")
            runner = tf.lite.Interpreter(str(path)).get_signature_runner()
        return runner(X=rows)["output_0"]

    return run


FORMATS: dict[str, tuple[Callable[[keras.Model, Path], Run], str]] = {
    "keras": (_write_keras, ".keras"),
    "tf_saved_model": (_write_saved_model, ""),
    "litert": (_write_litert, ".tflite"),
}
