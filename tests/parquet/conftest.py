"""Small Parquet files."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.fixture
def write():
    def write_file(path, n_rows=10, **columns):
        table = {"a": np.arange(n_rows, dtype=float), "y": np.arange(n_rows) % 2} | columns
        table = {name: values for name, values in table.items() if values is not None}
        pq.write_table(pa.table(table), path, row_group_size=4)

    return write_file


@pytest.fixture
def folder(tmp_path, write):
    write(tmp_path / "one.parquet", w=np.ones(10))
    write(tmp_path / "two.parquet", w=np.arange(10.0))
    return tmp_path
