"""Tables in parts: row groups of Parquet files, record batches, and partitions of Dask."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike, fspath
from typing import Any

import narwhals as nw
import numpy as np


class Source(ABC):
    """A table in parts, of which few are in memory at a time.

    Attributes
    ----------
    names : list of str
        The columns.
    counts : list of int
        Rows of each part.
    schemas : list of (str, pyarrow.Schema)
        Where the rows are and their columns, for all files or batches.
    is_ordered : bool
        Whether parts can only be read one after the other.
    """

    names: list[str]
    counts: list[int]
    schemas: Sequence[tuple[str, Any]] = ()
    is_ordered = False

    @abstractmethod
    def read(self, index: int, names: list[str]) -> Any:
        """Return some columns of one part as a table of pyarrow."""

    @abstractmethod
    def place(self, index: int) -> str:
        """Return where a part is, for messages."""

    @property
    def index(self) -> list[str]:
        """Columns that pandas reads as the index of a data frame."""
        known = self.schemas[0][1].pandas_metadata if self.schemas else None
        return [name for name in (known or {}).get("index_columns", ()) if isinstance(name, str)]

    def check(self, names: Sequence[str]) -> None:
        """Raise an error if a column is missing or of another type than in the first schema."""
        for name in names:
            for where, schema in self.schemas:
                first, theirs = self.schemas[0]
                if name not in theirs.names:  # a column that is part of the path
                    break
                if name not in schema.names:
                    raise ValueError(
                        f"{where} has no column {name!r}, but {first} has it; all must have the "
                        f"same columns. Correct it, or leave the column out by columns=."
                    )
                here, there = (_type(s.field(name).type) for s in (schema, theirs))
                if here != there:
                    raise ValueError(
                        f"Column {name!r} is of type {here} in {where}, but of type {there} in "
                        f"{first}; all must have the same types. Cast it first."
                    )


class RowGroups(Source):
    """Row groups of Parquet files.

    Parameters
    ----------
    paths : str, path-like, sequence of these or pyarrow.dataset.Dataset
        The files.
    """

    def __init__(self, paths: Any) -> None:
        import pyarrow as pa
        import pyarrow.dataset as ds

        is_given = isinstance(paths, ds.Dataset)
        try:
            if not is_given:
                is_one = isinstance(paths, (str, PathLike))
                paths = fspath(paths) if is_one else [fspath(path) for path in paths]
                paths = ds.dataset(paths, format="parquet")
            fragments = list(paths.get_fragments())
            for fragment in fragments:
                if not isinstance(fragment, ds.ParquetFileFragment):
                    raise TypeError(
                        f"paths has a {type(fragment).__name__}; expected Parquet files. Write the "
                        f"data set as such, as by pyarrow.dataset.write_dataset."
                    )
                _open(fragment)
        except pa.ArrowInvalid as error:
            raise OSError(f"{error} Write the file again, or leave it out of paths.") from error
        if not fragments:
            raise ValueError(f"There is no Parquet file in {paths}; give other paths.")
        # A data set may have columns that are parts of paths.
        self._schema = paths.schema if is_given else None
        self.schemas = [(fragment.path, fragment.physical_schema) for fragment in fragments]
        self.names = (self._schema or fragments[0].physical_schema).names
        self._groups = [g for fragment in fragments for g in fragment.split_by_row_group()]
        self.counts = [int(group.row_groups[0].num_rows) for group in self._groups]

    def read(self, index: int, names: list[str]) -> Any:
        return self._groups[index].to_table(schema=self._schema, columns=names)

    def place(self, index: int) -> str:
        group = self._groups[index]
        return f"Row group {group.row_groups[0].id} of {group.path}"


class RecordBatches(Source):
    """Record batches or tables of pyarrow.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        The batches; a sequence is read in any order, another iterable in its own.
    """

    def __init__(self, batches: Iterable[Any]) -> None:
        import pyarrow as pa

        self._batches, self.is_ordered = batches, not isinstance(batches, Sequence)
        self._next: tuple[int, Iterator[Any]] | None = None
        self.counts = []
        self.schemas = []
        for index, batch in enumerate(batches):
            if not isinstance(batch, (pa.RecordBatch, pa.Table)):
                raise TypeError(
                    f"paths has a {type(batch).__name__}; expected paths of Parquet files, or "
                    f"record batches of pyarrow."
                )
            self.schemas.append((self.place(index), batch.schema))
            self.counts.append(batch.num_rows)
        if not self.counts:
            raise ValueError("There are no paths and no record batches; give at least one.")
        self.names = self.schemas[0][1].names

    def read(self, index: int, names: list[str]) -> Any:
        import pyarrow as pa

        if isinstance(self._batches, Sequence):
            batch = self._batches[index]
        else:
            place, rest = self._next or (0, iter(()))
            if self._next is None or index < place:
                place, rest = 0, iter(self._batches)
            for _ in range(index - place):
                next(rest)
            batch, self._next = next(rest), (index + 1, rest)
        return pa.table({name: batch.column(name) for name in names})

    def place(self, index: int) -> str:
        return f"Record batch {index}"


class Partitions(Source):
    """Partitions of a data frame of Dask, each computed when it is read.

    Parameters
    ----------
    frame : dask.dataframe.DataFrame
        The data frame.
    """

    def __init__(self, frame: Any) -> None:
        self._frame, self.names = frame, list(frame.columns)
        self.counts = np.asarray(frame.map_partitions(len).compute()).tolist()

    def read(self, index: int, names: list[str]) -> Any:
        import pyarrow as pa

        part = self._frame[names].partitions[index].compute()
        return pa.Table.from_pandas(part, preserve_index=False)

    def place(self, index: int) -> str:
        return f"Partition {index} of the Dask data frame"


def source_of(paths: Any) -> Source:
    """Return the parts of what `ParquetRows` got.

    Raises
    ------
    TypeError
        If it is none of the kinds that `ParquetRows` takes.
    """
    if nw.dependencies.is_dask_dataframe(paths):
        return Partitions(paths)
    if isinstance(paths, (str, PathLike)) or hasattr(paths, "get_fragments"):
        return RowGroups(paths)
    if not isinstance(paths, Iterable) or isinstance(paths, Iterator):
        raise TypeError(
            f"paths is of type {type(paths).__name__}; expected paths of Parquet files, a "
            f"pyarrow.dataset.Dataset, a Dask data frame, or record batches that can be read "
            f"several times, such as a list of them."
        )
    first = next(iter(paths), "")
    return RowGroups(paths) if isinstance(first, (str, PathLike)) else RecordBatches(paths)


def _open(fragment: Any) -> None:
    import pyarrow as pa

    try:
        fragment.ensure_complete_metadata()
    except pa.ArrowInvalid as error:
        raise pa.ArrowInvalid(f"{fragment.path} cannot be read: {error}") from error


def _type(given: Any) -> Any:
    """Return the type of the values of a column, without the size of a dictionary of them."""
    import pyarrow as pa

    return given.value_type if pa.types.is_dictionary(given) else given
