"""Write predictions for rows of Parquet files to a Parquet file."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from skkeras._files import written_whole
from skkeras.parquet._rows import ParquetRows


def write_predictions(estimator: Any, rows: ParquetRows, path: Any, method: str = "predict") -> Any:
    """Predict one row group at a time, and write the predictions to a Parquet file.

    Parameters
    ----------
    estimator : estimator
        Fitted estimator that takes data frames of pyarrow.
    rows : ParquetRows
        The rows.
    path : str or path-like
        The file to write; an existing one is replaced when all rows are predicted.
    method : {"predict", "predict_proba"}, default="predict"
        Method of the estimator that predicts.

    Returns
    -------
    Path
        The file. Its rows are in the order of `rows`. It has a column "prediction", or one for each
        class ("probability_<class>") or output ("prediction_0", ...).

    Raises
    ------
    ValueError
        If `method` is none of these.
    """
    import pyarrow.parquet as pq

    if method not in ("predict", "predict_proba"):
        raise ValueError(f'method must be "predict" or "predict_proba"; got {method!r}.')
    path = Path(path)
    tables = (_table(estimator, rows.table(index), method) for index in range(rows.n_groups))
    first = next(tables)
    with written_whole(path) as unfinished, pq.ParquetWriter(unfinished, first.schema) as writer:
        for table in chain([first], tables):
            writer.write_table(table)
    return path


def _table(estimator: Any, X: Any, method: str) -> Any:
    """Return the predictions for one row group."""
    import pyarrow as pa

    predicted = np.asarray(getattr(estimator, method)(X))
    if method == "predict_proba":
        names = [f"probability_{name}" for name in estimator.classes_]
    elif predicted.ndim == 1:
        return pa.table({"prediction": predicted})
    else:
        names = [f"prediction_{place}" for place in range(predicted.shape[1])]
    return pa.table(dict(zip(names, predicted.T, strict=True)))
