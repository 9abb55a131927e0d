"""Train on rows that are read in parts, with compiled programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import keras
import numpy as np
from keras import tree

from skkeras.training import backends as backend
from skkeras.training._batches import pack
from skkeras.training._compiled import CompiledFit
from skkeras.training._eligibility import check
from skkeras.training._fit_arguments import FitArguments
from skkeras.training._lookup import find_program
from skkeras.training._outcome import Outcome
from skkeras.training._row_parts import RowParts, chunks, read_ahead
from skkeras.training.programs import NotCompiled, is_library

Logs = dict[str, np.ndarray]

# Rows per batch in validation, whose result does not depend on it.
_VALIDATION_ROWS = 4096


def train_in_parts(model: keras.Model, arguments: FitArguments, outcome: Outcome) -> None:
    """Train as `train` does, on `arguments.x`, which has targets and weights, too.

    Raises
    ------
    ValueError
        If only `keras.Model.fit` can do this; the message says why.
    """
    try:
        if arguments.trainer == "fit":
            raise NotCompiled('trainer="fit" was given')
        check(model, arguments)
        fit = _PartsFit(model, arguments, outcome)
    except NotCompiled as error:
        raise ValueError(
            f"Rows that are read in parts are trained on by compiled programs only, which is not "
            f"possible here: {error}. Leave that out, or give all rows as one array."
        ) from error
    fit.run_with_callbacks()


class _PartsFit(CompiledFit):
    """One fit; an epoch runs the program once for each chunk of rows.

    Metrics are sums over rows, so those of an epoch are the sums of the chunks' variables.
    """

    def __init__(self, model: keras.Model, arguments: FitArguments, outcome: Outcome) -> None:
        self.model, self.arguments, self.outcome = model, arguments, outcome
        self.train_state = None
        self.parts: RowParts = arguments.x
        self.held_out = None
        self.n_rows = self.parts.shape[0]
        self.data = self.parts.read(0)
        self._compiler = arguments.trainer
        self.program, outcome.trainer, outcome.reason = self._find_program()
        self.state = backend.handles_of(backend.state_of(model))
        given = model._compile_metrics
        for metric in [*model.metrics, *(() if given is None else given.metrics)]:
            if not is_library(type(metric)):
                raise NotCompiled(f"{type(metric).__name__} may not be a sum over rows")

    def _find_program(self) -> tuple[Any, str, str | None]:
        return self._program_for(self.data)

    def _program_for(self, data: Any) -> tuple[Any, str, str | None]:
        sizes = self.arguments.batch_sizes
        return find_program(self.model, data, None, sizes, self._compiler, n_rows=self.n_rows)

    def _run_program(self, first: int, last: int) -> Logs:
        logs = self._train_epoch(first)
        if (held_out := self.arguments.validation_data) is not None:
            logs |= {f"val_{name}": log for name, log in self._validate(held_out).items()}
        return logs

    def _train_epoch(self, epoch: int) -> Logs:
        arguments = self.arguments
        seed = arguments.seed if arguments.shuffle else None
        metrics = backend.handles_of(self.model.metrics_variables)
        total: list[np.ndarray] = []
        with closing(read_ahead(chunks(self.parts, arguments.batch_size, seed, epoch))) as read:
            for data, order in read:
                # Later chunks are trained by the compiler that was chosen for the first.
                program, self._compiler, self.outcome.reason = self._program_for(data)
                logs = program.run(
                    self.state,
                    order[np.newaxis],
                    arguments.batch_sizes,
                    self._record.numbers,
                    [backend.to_device(array) for array in tree.flatten(data)],
                    metrics,
                    self._record.work,
                )
                total = _added(total, self.model)
                if not np.isfinite(logs.get("loss", 0.0)).all():
                    break
        self.outcome.trainer = self._compiler
        return _results(self.model, total)

    def _validate(self, held_out: tuple[Any, Any, Any]) -> Logs:
        x, y, weights = held_out
        given: Iterator[tuple[Any, ...]] = iter([pack(x, y, weights)])
        if isinstance(x, RowParts):
            given = (data for data, _ in chunks(x, _VALIDATION_ROWS))
        total: list[np.ndarray] = []
        with closing(read_ahead(given)) as read:
            for data in read:
                x, y, *rest = data
                self.model.evaluate(
                    x, y, _VALIDATION_ROWS, verbose=0, sample_weight=rest[0] if rest else None
                )
                total = _added(total, self.model)
        return _results(self.model, total)


def _added(total: list[np.ndarray], model: keras.Model) -> list[np.ndarray]:
    """Add the variables of metrics to their sums so far, which are float64."""
    values = [np.asarray(v) for v in model.metrics_variables]
    values = [v.astype(np.float64) if v.dtype.kind == "f" else v for v in values]
    return [a + b for a, b in zip(total, values, strict=True)] if total else values


def _results(model: keras.Model, total: list[np.ndarray]) -> Logs:
    for variable, value in zip(model.metrics_variables, total, strict=True):
        variable.assign(value)
    return {
        name: np.asarray(keras.ops.convert_to_numpy(value))[np.newaxis]
        for name, value in model.get_metrics_result().items()
    }
