"""Write predictions for rows of Parquet files to a Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

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
    import pyarrow as pa
    import pyarrow.parquet as pq

    if method not in ("predict", "predict_proba"):
        raise ValueError(f'method must be "predict" or "predict_proba"; got {method!r}.')
    path = Path(path)
    unfinished = path.with_name(f"{path.name}.part")
    writer = None
    try:
        for index in range(rows.n_groups):
            predicted = getattr(estimator, method)(rows.table(index))
            table = pa.table(_columns(estimator, np.asarray(predicted), method))
            if writer is None:
                writer = pq.ParquetWriter(unfinished, table.schema)
            writer.write_table(table)
    except BaseException:
        if writer is not None:
            writer.close()
        unfinished.unlink(missing_ok=True)
        raise
    if writer is not None:
        writer.close()
    return unfinished.replace(path)


def _columns(estimator: Any, predicted: np.ndarray, method: str) -> dict[str, np.ndarray]:
    if method == "predict_proba":
        return {
            f"probability_{name}": column
            for name, column in zip(estimator.classes_, predicted.T, strict=True)
        }
    if predicted.ndim == 1:
        return {"prediction": predicted}
    return {f"prediction_{place}": column for place, column in enumerate(predicted.T)}
