"""Rows of Parquet files, read in parts, for data larger than memory."""

from skkeras.parquet._predictions import write_predictions
from skkeras.parquet._rows import ParquetRows, RowGroup

__all__ = ["ParquetRows", "RowGroup", "write_predictions"]
