"""Row groups of Parquet files as parts of one table."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skkeras._extras import require
from skkeras.parquet._sources import source_of


@dataclass(frozen=True)
class RowGroup:
    """Rows of one row group.

    Attributes
    ----------
    place : str
        File and number of the row group, for messages.
    table : pyarrow.Table
        The columns that are the input.
    y : ndarray of shape (n_rows,) or (n_rows, n_targets), or None
        The target, if `ParquetRows` has one.
    weights : ndarray of shape (n_rows,) or None
        The weights, if `ParquetRows` has some.
    """

    place: str
    table: Any
    y: Any
    weights: np.ndarray | None


class ParquetRows:
    """Rows of Parquet files that `fit` and `predict` read one row group at a time.

    It takes the place of X in `fit`, `predict` and `predict_proba`; the files hold y and the
    weights, too. It needs pyarrow (extra `skkeras[parquet]`). Iterating over it gives record
    batches of pyarrow, and its length is the number of rows.

    Parameters
    ----------
    paths : path-like, sequence of them, pyarrow.dataset.Dataset, Dask data frame or iterable
        A file, a folder of files, several files, or a data set of Parquet files. Partitions of a
        data frame of Dask, or the items of an iterable of `pyarrow.RecordBatch`, take the place of
        row groups. A partition is computed whenever it is read. An iterable must give the same
        batches each time; unless it is a sequence, only the buffer is shuffled, not the batches.
    target : str or sequence of str or None, default=None
        Column of the target, or columns of several outputs. `fit` needs it; for predictions it is
        left out of the input.
    columns : sequence of str or None, default=None
        Columns of the input; None means all but those of the target and the weights, and of the
        index of a data frame of pandas.
    weights : str or None, default=None
        Column of the rows' weights.
    buffer_rows : int, default=100000
        Maximum number of rows that are shuffled together. Each epoch reads the row groups in random
        order into a buffer of this size, and training takes the rows of a full buffer in random
        order. No row group may be larger.
    sample_rows : int, default=50000
        Number of rows, drawn from all files, from which `fit` learns medians and quantiles.

    Attributes
    ----------
    names : list of str
        Columns of the input.
    n_groups : int
        Number of row groups that have rows.

    Raises
    ------
    ValueError
        If there are no rows, files have different columns or types, a column does not exist, or a
        row group is larger than the buffer.
    OSError
        If a file cannot be read.
    ImportError
        If pyarrow is not installed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from sklearn.datasets import load_diabetes
    >>> from skkeras import KerasRealMLPRegressor, ParquetRows
    >>> path = Path(mkdtemp()) / "diabetes.parquet"
    >>> load_diabetes(as_frame=True).frame.to_parquet(path, row_group_size=50)
    >>> rows = ParquetRows(path, target="target")
    >>> len(rows), rows.n_groups
    (442, 9)
    >>> model = KerasRealMLPRegressor(hidden_layer_sizes=32, epochs=8, random_state=0).fit(rows)
    >>> model.predict(rows).shape
    (442,)
    """

    def __init__(
        self,
        paths: Any,
        target: str | Sequence[str] | None = None,
        *,
        columns: Sequence[str] | None = None,
        weights: str | None = None,
        buffer_rows: int = 100_000,
        sample_rows: int = 50_000,
    ) -> None:
        require("pyarrow", "ParquetRows", extra="parquet")
        for name, value in (("buffer_rows", buffer_rows), ("sample_rows", sample_rows)):
            if value < 1:
                raise ValueError(f"{name} must be at least 1; got {value!r}.")
        self.target, self.weights = target, weights
        self.buffer_rows, self.sample_rows = int(buffer_rows), int(sample_rows)
        self._targets = [target] if isinstance(target, str) else list(target or ())
        others = self._targets_and_weights
        self._source = source = source_of(paths)
        counts = np.asarray(source.counts, dtype=np.int64)
        self._parts = np.flatnonzero(counts)
        if not len(self._parts):
            raise ValueError(f"There are no rows in paths={reprlib.repr(paths)}; give other paths.")
        self.group_rows = counts[self._parts]
        inputs = [name for name in source.names if name not in {*others, *source.index}]
        self.names = inputs if columns is None else list(columns)
        if unknown := [name for name in [*self.names, *others] if name not in source.names]:
            raise ValueError(
                f"{self.place(0)} has no column {unknown[0]!r}; its columns are "
                f"{list(source.names)[:20]}. Correct target=, columns= or weights=."
            )
        if both := sorted({*self.names} & {*others}):
            raise ValueError(f"Columns cannot be input and target or weights at once: {both}.")
        if not self.names:
            raise ValueError("No column is left as input; give the names of some as columns=.")
        source.check([*self.names, *others])
        if (most := int(self.group_rows.max())) > self.buffer_rows:
            raise ValueError(
                f"{self.place(int(self.group_rows.argmax()))} has {most} rows, more than "
                f"buffer_rows={self.buffer_rows}. Set buffer_rows={most} if so many rows fit into "
                f"memory several times, or write smaller row groups, as by row_group_size="
                f"{self.buffer_rows // 4 or 1} of pyarrow.parquet.write_table."
            )

    def __len__(self) -> int:
        return int(self.group_rows.sum())

    def __iter__(self) -> Iterator[Any]:
        for index in range(self.n_groups):
            yield from self.table(index).to_batches()

    def __repr__(self) -> str:
        return f"ParquetRows({len(self)} rows in {self.n_groups} row groups, target={self.target})"

    @property
    def n_groups(self) -> int:
        return len(self._parts)

    @property
    def is_ordered(self) -> bool:
        """Whether row groups can only be read one after the other."""
        return self._source.is_ordered

    def read(self, index: int) -> RowGroup:
        """Read one row group.

        Parameters
        ----------
        index : int
            Which one, in [0, `n_groups`).

        Returns
        -------
        RowGroup
            Its rows.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If targets or weights are missing in some rows.
        """
        others = self._targets_and_weights
        table = self._read(index, [*self.names, *others])
        for name in others:
            if n_missing := table.column(name).null_count:
                raise ValueError(
                    f"{self.place(index)} has {n_missing} missing values in column {name!r}, "
                    f"which is the target or the weights; fill them or leave these rows out."
                )
        targets = [table.column(name).to_numpy() for name in self._targets]
        y = None
        if targets:
            y = targets[0] if isinstance(self.target, str) else np.column_stack(targets)
        weights = None if self.weights is None else table.column(self.weights).to_numpy()
        return RowGroup(self.place(index), table.select(self.names), y, weights)

    def table(self, index: int) -> Any:
        """Read the input columns of one row group as a table of pyarrow."""
        return self._read(index, self.names)

    def _read(self, index: int, names: list[str]) -> Any:
        try:
            return self._source.read(int(self._parts[index]), names)
        except Exception as error:  # a partition of Dask may run any code
            raise OSError(
                f"{self.place(index)} cannot be read: {error} Correct it, or leave it out of paths."
            ) from error

    def place(self, index: int) -> str:
        """Return where a row group is, for messages."""
        return self._source.place(int(self._parts[index]))

    @property
    def _targets_and_weights(self) -> list[str]:
        return [*self._targets, *([] if self.weights is None else [self.weights])]
