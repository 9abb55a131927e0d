"""Learn from rows of Parquet files before training, and read them encoded in training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from sklearn.base import clone, is_classifier

from skkeras.base._model_spec import shapes_and_dtypes
from skkeras.base.data import check_weights, with_class_weight
from skkeras.parquet import ParquetRows, RowGroup
from skkeras.training import RowParts

# Maximum number of categories of a column of which a row is in the sample in any case.
_MOST_CATEGORIES = 1000


class ParquetScan:
    """What one pass over all rows finds.

    Parameters
    ----------
    estimator : estimator
        Estimator that checks targets; for numbers, its `target_encoder` learns from all rows.
    rows : ParquetRows
        The rows.

    Attributes
    ----------
    n_rows : ndarray of shape (n_groups,), int64
        Rows of each row group whose weight is not 0.
    weights : list of dict
        For each row group, the sum of the weights of each class; for numbers, of all rows, under
        the key None.
    classes, class_counts : ndarray of shape (n_classes,)
        The classes and their numbers of rows; empty for numbers.
    target_encoder : transformer or None
        Encoder of numbers, fitted on all rows.
    table : pyarrow.Table
        The sample: `rows.sample_rows` rows, drawn from all, and rows with the other categories.
    y, sample_weight : ndarray of shape (n_sampled, ...); `sample_weight` may be None
        Targets and weights of the sample.
    """

    def __init__(self, estimator: Any, rows: ParquetRows) -> None:
        self.n_rows = np.zeros(rows.n_groups, np.int64)
        self.weights: list[dict[Any, float]] = [{} for _ in range(rows.n_groups)]
        checker = clone(estimator)  # it keeps attributes of what it has checked
        self.target_encoder = None if is_classifier(estimator) else checker.target_encoder
        counts: dict[Any, int] = {}
        tables, targets, sample_weights = [], [], []
        seen: dict[str, set[Any]] = {}
        for index, drawn in enumerate(_drawn(rows.group_rows, rows.sample_rows)):
            group = rows.read(index)
            with named(group.place):
                kept, weights = _weighted(group)
                if not len(kept):
                    continue
                y = checker._check_y(group.y[kept], reset=True)
            self.n_rows[index] = len(kept)
            ones = np.ones(len(kept)) if weights is None else weights
            if self.target_encoder is not None:
                self.target_encoder.partial_fit(y, weights)
                self.weights[index][None] = float(ones.sum())
            else:
                labels, codes, n_each = np.unique(y, return_inverse=True, return_counts=True)
                sums = np.bincount(codes, ones)
                for label, n, total in zip(labels.tolist(), n_each, sums, strict=True):
                    counts[label] = counts.get(label, 0) + int(n)
                    self.weights[index][label] = float(total)
            table = group.table.take(kept)
            chosen = np.isin(kept, drawn)
            chosen[_first_of_categories(table, seen)] = True
            tables.append(table.filter(chosen))
            targets.append(y[chosen])
            sample_weights.append(ones[chosen])
        if not tables:
            raise ValueError(f"All weights in column {rows.weights!r} are 0; train on other rows.")
        self.table, self.y = _joined(tables), np.concatenate(targets)
        self.sample_weight = None if rows.weights is None else np.concatenate(sample_weights)
        self.classes = np.unique(np.array(list(counts), dtype=self.y.dtype))
        self.class_counts = np.array([counts[label] for label in self.classes.tolist()])


class EncodedRows(RowParts):
    """Row groups, validated and encoded for the network of an estimator.

    Parameters
    ----------
    estimator : estimator
        Estimator with fitted encoders.
    rows : ParquetRows
        The rows.
    scan : ParquetScan
        What is known about them.
    groups : ndarray of int
        The row groups to read.
    """

    def __init__(
        self, estimator: Any, rows: ParquetRows, scan: ParquetScan, groups: np.ndarray
    ) -> None:
        self._estimator, self._rows = estimator, rows
        self._groups = [group for group in groups.tolist() if scan.n_rows[group]]
        self.n_parts, self.buffer_rows = len(self._groups), rows.buffer_rows
        self.is_ordered = rows.is_ordered
        self.shape = (int(scan.n_rows[self._groups].sum()),)
        self._class_weights, self._mean_weight = None, 1.0
        given = getattr(estimator, "class_weight", None)
        if given is not None:
            if isinstance(given, str):
                balanced = scan.class_counts.sum() / (len(scan.classes) * scan.class_counts)
                given = dict(zip(scan.classes.tolist(), balanced.tolist(), strict=True))
            self._class_weights = with_class_weight(None, given, scan.classes)
        if given is not None or rows.weights is not None:
            self._mean_weight = self._total(scan) / self.shape[0]

    def _check_shapes(self, x: Any) -> None:
        """Raise an error for series that are longer than those of the sample."""
        ours, _ = shapes_and_dtypes(x)
        if ours != (shape := self._estimator._spec.input_shape):
            raise ValueError(
                f"They are of shape {ours} when they are encoded, and those of the sample of shape "
                f"{shape}. Give series of one length."
            )

    def _total(self, scan: ParquetScan) -> float:
        sums = [item for group in self._groups for item in scan.weights[group].items()]
        if self._class_weights is None:
            return sum(total for _, total in sums)
        known = dict(zip(scan.classes.tolist(), self._class_weights, strict=True))
        return float(sum(known[label] * total for label, total in sums))

    def read(self, index: int) -> tuple[np.ndarray, ...]:
        """Return input, target and, if rows have weights, weights with mean 1."""
        estimator = self._estimator
        group = self._rows.read(self._groups[index])
        with named(group.place):
            kept, weights = _weighted(group)
            table = group.table if len(kept) == len(group.table) else group.table.take(kept)
            X = estimator._check_X(table, reset=False)
            y = estimator._check_y(group.y[kept], reset=False)
            x, target = estimator._encode(X, y)
            self._check_shapes(x)
        if self._class_weights is not None:
            by_class = self._class_weights[np.searchsorted(estimator.classes_, y)]
            weights = by_class if weights is None else weights * by_class
        if weights is None:
            return x, target
        return x, target, (weights / self._mean_weight).astype(keras.config.floatx())


@contextmanager
def named(place: str) -> Iterator[None]:
    """Say in errors about rows where they are."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place} has invalid rows. {error}") from error


def _drawn(group_rows: np.ndarray, n_rows: int) -> list[np.ndarray]:
    """Draw rows from all row groups, the same for the same files; return their places in each."""
    n_total, starts = int(group_rows.sum()), np.cumsum(group_rows)[:-1]
    drawn = np.random.default_rng(0).choice(
        n_total, min(n_rows, n_total), replace=False, shuffle=False
    )
    drawn.sort()
    parts = np.split(drawn, np.searchsorted(drawn, starts))
    return [part - start for part, start in zip(parts, [0, *starts], strict=True)]


def _weighted(group: RowGroup) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the places of the rows whose weight is not 0, and their weights."""
    places = np.arange(len(group.table))
    if group.weights is None:
        return places, None
    if not group.weights.any():  # an error if these were all rows
        return places[:0], group.weights[:0]
    weights = np.asarray(check_weights(group.weights, len(places)))
    kept = np.flatnonzero(weights)
    return kept, weights[kept]


def _first_of_categories(table: Any, seen: dict[str, set[Any]]) -> np.ndarray:
    """Return the places of rows with categories that are not in `seen`, and add these to it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places = [np.empty(0, np.int64)]
    for name in table.column_names:
        column, known = table.column(name), seen.setdefault(name, set())
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if _may_be_categories(column.type) and len(known) < _MOST_CATEGORIES:
            values = pc.unique(column.drop_null())
            new = [value for value in values.to_pylist() if value not in known]
            new = new[: _MOST_CATEGORIES - len(known)]
            known.update(new)
            places.append(np.asarray(pc.index_in(pa.array(new, column.type), value_set=column)))
    return np.concatenate(places)


def _may_be_categories(kind: Any) -> bool:
    import pyarrow as pa

    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return is_text or pa.types.is_string_view(kind) or pa.types.is_boolean(kind)


def _joined(tables: list[Any]) -> Any:
    import pyarrow as pa

    joined = pa.concat_tables(tables, promote_options="permissive")
    return joined.unify_dictionaries().combine_chunks()
