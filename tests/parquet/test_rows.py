import pickle

import numpy as np
import pyarrow as pa
import pytest

from skkeras import ParquetRows


class TestReading:
    def test_a_folder_is_read_by_row_groups(self, folder):
        rows = ParquetRows(folder, "y", weights="w")
        assert (len(rows), rows.n_groups, rows.names) == (20, 6, ["a"])
        group = rows.read(4)
        assert group.table["a"].to_pylist() == [4, 5, 6, 7]
        assert group.y.tolist() == [0, 1, 0, 1]
        assert group.weights.tolist() == [4, 5, 6, 7]

    def test_batches_are_those_of_pyarrow(self, folder):
        batches = list(ParquetRows(folder, "y"))
        assert all(isinstance(batch, pa.RecordBatch) for batch in batches)
        assert sum(batch.num_rows for batch in batches) == 20
        assert batches[0].schema.names == ["a", "w"]

    def test_several_targets_are_columns(self, folder):
        assert ParquetRows(folder, ["y", "w"]).read(0).y.shape == (4, 2)

    def test_columns_are_in_the_order_given(self, folder):
        rows = ParquetRows([folder / "one.parquet"], columns=["w", "a"])
        assert rows.table(0).column_names == ["w", "a"]
        assert rows.read(0).y is None

    def test_pickles_read_the_same_rows(self, folder):
        rows = ParquetRows(folder, "y")
        assert pickle.loads(pickle.dumps(rows)).table(3) == rows.table(3)

    def test_row_groups_without_rows_are_left_out(self, tmp_path, write):
        write(tmp_path / "none.parquet", 0)
        write(tmp_path / "some.parquet", 3)
        assert ParquetRows(tmp_path).n_groups == 1


class TestBadInput:
    @pytest.mark.parametrize(
        "arguments", [{"target": "z"}, {"columns": ["a", "z"]}, {"weights": "z"}]
    )
    def test_an_unknown_column_is_named(self, folder, arguments):
        with pytest.raises(ValueError, match=r"has no column 'z'; its columns are \['a', 'y', 'w'"):
            ParquetRows(folder, **arguments)

    def test_a_column_is_not_input_and_target(self, folder):
        with pytest.raises(ValueError, match=r"input and target or weights at once: \['y'\]"):
            ParquetRows(folder, "y", columns=["a", "y"])

    def test_no_column_may_be_left(self, folder):
        with pytest.raises(ValueError, match="No column is left"):
            ParquetRows(folder, ["a", "y"], weights="w")

    def test_row_groups_fit_into_the_buffer(self, folder):
        with pytest.raises(ValueError, match=r"Row group 0 of .*one\.parquet has 4 rows.*=3\. Set"):
            ParquetRows(folder, "y", buffer_rows=3)

    @pytest.mark.parametrize("name", ["buffer_rows", "sample_rows"])
    def test_numbers_of_rows_are_positive(self, folder, name):
        with pytest.raises(ValueError, match=f"{name} must be at least 1; got 0"):
            ParquetRows(folder, "y", **{name: 0})

    def test_missing_targets_are_refused(self, folder, write):
        write(folder / "two.parquet", y=[0, None] * 5, w=np.ones(10))
        with pytest.raises(ValueError, match=r"Row group 0 of .*two.* has 2 missing .* column 'y'"):
            ParquetRows(folder, "y").read(3)

    def test_files_without_rows_are_refused(self, tmp_path, write):
        write(tmp_path / "none.parquet", 0)
        with pytest.raises(ValueError, match=r"There are no rows in paths="):
            ParquetRows(tmp_path)
