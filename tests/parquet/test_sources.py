import dask.dataframe
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from skkeras import ParquetRows


class TestReading:
    def test_a_data_set_has_the_columns_of_its_folders(self, tmp_path, write):
        (tmp_path / "k=1").mkdir()
        write(tmp_path / "k=1" / "one.parquet")
        given = pa.dataset.dataset(tmp_path, format="parquet", partitioning="hive")
        assert ParquetRows(given, "y").table(0)["k"].to_pylist() == [1, 1, 1, 1]

    def test_the_index_of_pandas_is_no_column(self, tmp_path):
        frame = pd.DataFrame({"a": [1.0, 2.0], "y": [0, 1]}, index=[5, 7])
        for name in (None, "day"):
            frame.rename_axis(name).to_parquet(tmp_path / "rows.parquet")
            assert ParquetRows(tmp_path, "y").names == ["a"]

    def test_record_batches(self, folder):
        batches = pq.read_table(folder / "one.parquet").combine_chunks().to_batches(max_chunksize=3)
        rows = ParquetRows(batches, "y")
        assert (len(rows), rows.n_groups, rows.is_ordered) == (10, 4, False)
        assert rows.read(3).table["a"].to_pylist() == [9]

    def test_batches_without_places_are_read_in_order(self, folder):
        rows = ParquetRows(ParquetRows(folder), "y")
        assert rows.is_ordered
        assert [rows.table(place)["a"][0].as_py() for place in (0, 1, 4, 4, 2)] == [0, 4, 4, 4, 8]

    def test_partitions_of_dask(self):
        frame = dask.dataframe.from_pandas(pd.DataFrame({"a": range(7), "y": [0.5] * 7}), 3)
        rows = ParquetRows(frame, "y")
        assert (len(rows), rows.names, rows.place(1)) == (
            7,
            ["a"],
            "Partition 1 of the Dask data frame",
        )
        assert [a for part in range(rows.n_groups) for a in rows.table(part)["a"].to_pylist()] == [
            *range(7)
        ]


class TestBadInput:
    def test_a_file_without_a_column_is_named(self, folder, write):
        write(folder / "two.parquet", a=None, w=np.ones(10), b=np.ones(10))
        with pytest.raises(ValueError, match=r"two\.parquet has no column 'a', but .*one\.parquet"):
            ParquetRows(folder, "y")

    def test_a_column_of_another_type_is_named(self, folder, write):
        write(folder / "two.parquet", a=["x"] * 10, w=np.ones(10))
        with pytest.raises(ValueError, match=r"'a' is of type string in .*two\.parquet, .* double"):
            ParquetRows(folder, "y")

    def test_dictionaries_of_different_sizes_are_of_one_type(self, folder, write):
        for name, index in (("one", pa.int8()), ("two", pa.int16())):
            column = pa.array(["u"] * 10).cast(pa.dictionary(index, pa.string()))
            write(folder / f"{name}.parquet", k=column)
        assert ParquetRows(folder, "y").n_groups == 6

    @pytest.mark.parametrize("given", [3, iter([]), [], [3]])
    def test_other_objects_are_refused(self, given):
        with pytest.raises((TypeError, ValueError), match="paths"):
            ParquetRows(given)

    def test_record_batches_of_different_types_are_refused(self):
        batches = [pa.record_batch({"a": values}) for values in ([1], ["x"])]
        with pytest.raises(ValueError, match=r"'a' is of type string in Record batch 1, .* int64"):
            ParquetRows(batches)

    def test_a_partition_that_fails_is_named(self):
        calls = []

        def fail_later(part):
            calls.append(part)
            if len(calls) > 2:
                raise ZeroDivisionError
            return part

        frame = dask.dataframe.from_pandas(pd.DataFrame({"a": range(4)}), 2)
        rows = ParquetRows(frame.map_partitions(fail_later, meta=frame._meta))
        with pytest.raises(OSError, match="Partition 1 of the Dask data frame cannot be read"):
            rows.table(1)

    def test_a_folder_without_files_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match="no Parquet file"):
            ParquetRows(tmp_path)

    def test_a_file_of_another_kind_is_named(self, folder):
        (folder / "three.parquet").write_text("no Parquet")
        with pytest.raises(OSError, match=r"three\.parquet.* Write the file again"):
            ParquetRows(folder)

    def test_data_sets_of_other_files_are_refused(self, tmp_path):
        (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
        given = pa.dataset.dataset(tmp_path, format="csv")
        with pytest.raises(TypeError, match="expected Parquet files"):
            ParquetRows(given)

    def test_a_file_that_is_cut_is_named(self, folder):
        rows = ParquetRows(folder, "y")
        with (folder / "two.parquet").open("r+b") as file:
            file.truncate(50)
        with pytest.raises(OSError, match=r"Row group \d of .*two\.parquet cannot be read"):
            for index in range(rows.n_groups):
                rows.read(index)
