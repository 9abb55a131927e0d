"""Fit and predict on rows of Parquet files, which are read in parts."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from keras import tree
from sklearn.base import is_classifier

from skkeras.base._estimator import BaseKerasEstimator
from skkeras.base._parquet_rows import EncodedRows, ParquetScan, named
from skkeras.base.data import warn_about_scales
from skkeras.parquet import ParquetRows


class ParquetFitMixin(BaseKerasEstimator):
    """Mixin of families whose X and y may be `ParquetRows`.

    Encoders of X learn from a sample of the rows; the target's classes or scale, the numbers of
    rows and the means of weights are those of all rows.
    """

    _classes: np.ndarray | None
    _n_streamed: int | None
    validation_fraction: float

    def _fit_parquet(
        self, rows: ParquetRows, given: dict[str, Any], options: dict[str, Any], *, reset: bool
    ) -> Self:
        self._check_parquet(rows, given)
        scan = ParquetScan(self, rows)
        if not reset:
            self._take_parquet(scan)
            before = self._live_network().values, self.history_, self.n_iter_
        try:
            if reset:
                X = self._learn(scan)
            kept = np.arange(rows.n_groups)
            validation = self._check_validation(given["X_val"], given["y_val"], options)
            if validation is None and self._holds_out(int(scan.n_rows.sum()), options):
                kept, held = self._split_groups(scan.n_rows)
                validation = EncodedRows(self, rows, scan, held), None, None
            parts = EncodedRows(self, rows, scan, kept)
            if reset:
                self._n_streamed = parts.shape[0]
                self._start(X)
                del X
            del scan  # of which training needs no more memory
            if self._target_epochs is None:
                self.n_iter_ = 0
            self._prepare(reset=reset)
            n_epochs = options.pop("epochs")
            self._train(parts, None, None, validation, n_epochs, options)  # type: ignore[arg-type]
        except BaseException as error:
            # An interrupt keeps the trained epochs; rows that cannot be read undo this fit.
            if reset and (isinstance(error, Exception) or not self.n_iter_):
                self._reset()
                self.__dict__.pop("history_", None)
            elif not reset and isinstance(error, Exception):
                self._live_network().values, self.history_, self.n_iter_ = before
            raise
        finally:
            for name in ("_classes", "_n_streamed"):
                self.__dict__.pop(name, None)
        return self

    def _check_parquet(self, rows: ParquetRows, given: dict[str, Any]) -> None:
        """Refuse arguments that do not go with files, before anything is read."""
        name = type(self).__name__
        if rows.target is None:
            raise ValueError(f"{name}.fit needs a target; give ParquetRows(..., target=...).")
        if is_classifier(self) and not isinstance(rows.target, str):
            raise ValueError(
                f"{name} learns one column of classes from files; got target={rows.target!r}."
            )
        instead = {
            "y": "the target is the column target= of ParquetRows",
            "sample_weight": "name a column as weights= of ParquetRows",
            "groups": "rows of one group stay together if they are in one row group",
            "epochs": "partial_fit takes arrays; fit with warm_start=True goes on with files",
        }
        for argument, remedy in instead.items():
            if given[argument] is not None:
                called = "partial_fit" if argument == "epochs" else f"fit with {argument}="
                raise ValueError(f"{name}.{called} does not take ParquetRows: {remedy}.")
        if self.memory is not None:
            raise ValueError(
                f"memory= of {name} stores no fits on ParquetRows, because their rows are not in "
                f"memory to tell fits apart. Set memory=None."
            )

    def _learn(self, scan: ParquetScan) -> Any:
        """Fit the encoders, and return the validated sample."""
        if scan.target_encoder is None:
            self._classes = scan.classes
        X = self._check_X(scan.table, reset=True)
        y = self._check_y(scan.y, reset=True)
        if self.feature_encoder is None:
            warn_about_scales(X)
        self._initialize(X, y, scan.sample_weight)
        if scan.target_encoder is not None:
            self.target_encoder_ = scan.target_encoder
        return X

    def _take_parquet(self, scan: ParquetScan) -> None:
        """Check that training can go on with these rows and with the current parameters."""
        self._check_X(scan.table, reset=False)
        self._check_y(scan.y if scan.target_encoder else scan.classes, reset=False)
        self._take_params()

    def _split_groups(self, n_rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the row groups for training and those that are held out."""
        order = np.random.default_rng(self._seed).permutation(np.flatnonzero(n_rows))
        share = float(self.validation_fraction) * n_rows.sum()
        n_held = 1 + int(np.searchsorted(np.cumsum(n_rows[order]), share))
        if n_held >= len(order):
            raise ValueError(
                f"Early stopping holds out whole row groups, and validation_fraction="
                f"{self.validation_fraction} leaves none of {len(order)} to train on. Write files "
                f"with smaller row groups, give X_val and y_val, or set early_stopping=False."
            )
        return np.sort(order[n_held:]), np.sort(order[:n_held])

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Return the accuracy of a classifier, or R^2 of a regressor, on test data.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...) or ParquetRows
            Input, as in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            True labels or numbers; not needed if X is `ParquetRows` with a target.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows. If y is read from files, so are the weights.

        Returns
        -------
        float
            Fraction of rows that are predicted correctly, or R^2.
        """
        if y is None:
            if not isinstance(X, ParquetRows) or X.target is None:
                raise ValueError(
                    f"{type(self).__name__}.score needs y, or ParquetRows(..., target=...) as X."
                )
            targets = [(group.y, group.weights) for group in map(X.read, range(X.n_groups))]
            y, weights = zip(*targets, strict=True)
            y = np.concatenate(y)
            if X.weights is not None:
                sample_weight = np.concatenate(weights)
        return super().score(X, y, sample_weight)

    def _outputs_parquet(self, rows: ParquetRows) -> Any:
        outputs = []
        for index in range(rows.n_groups):
            with named(rows.place(index)):
                outputs.append(self._outputs(rows.table(index)))
        return tree.map_structure(lambda *parts: np.concatenate(parts), *outputs)
