"""State shared by networks that have the same program, or the same parameters."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from skkeras.layers import to_numpy
from skkeras.training import backends as backend
from skkeras.training._initial_values import InitialValues, learn_initial_values
from skkeras.training._names import reset_names
from skkeras.training._record import Record, record_of
from skkeras.training._seeds import seeding
from skkeras.training._settings import settings
from skkeras.training.programs import MODELS, TRACED_MODELS, are_library, is_library


class TracedModel:
    """State shared by networks that have the same program and the same initializers.

    Parameters
    ----------
    model : keras.Model
        One such model, to trace programs with; never trained. Its optimizer is built.
    build : callable
        Builds and compiles another such model.
    any_size : bool
        Whether networks of other sizes share it.

    Attributes
    ----------
    model : keras.Model
        The model.
    any_size : bool
        As given.
    initial_values : InitialValues or None
        Rules for the initial values of its variables; None if they cannot be learned.
    lock : threading.RLock
        Held while the model is traced.
    spare : list of tuple (list of tensors, dict of int to ndarray)
        Sets of variables to lend, each with the values that it is known to hold, by index.
    """

    def __init__(
        self, model: keras.Model, build: Callable[[], keras.Model], any_size: bool
    ) -> None:
        self.model, self.any_size = model, any_size
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        self.initial_values = learn_initial_values(lambda: built(build), backend.state_of)
        self.lock = threading.RLock()
        self.spare: list[tuple[list[Any], dict[int, np.ndarray]]] = []


@dataclass(frozen=True)
class TrainState:
    """Variables to train instead of those of a model that many threads share.

    Attributes
    ----------
    state : list of tensors
        Variables in the order of `state_of`.
    record : Record
        What is known about the model.
    lock : threading.Lock
        Held while the model is traced, because tracing changes it temporarily.
    of_its_sizes : callable
        Returns a model to trace that has the sizes of these variables; the shared model may have
        other sizes.
    """

    state: list[Any]
    record: Record
    lock: AbstractContextManager[Any]
    of_its_sizes: Callable[[], keras.Model]


class ModelTemplate:
    """State shared by all networks that have the same parameters.

    Parameters
    ----------
    build : callable
        Builds and compiles the model.

    Attributes
    ----------
    initial_values : InitialValues or None
        Rules for the initial values of variables; None if each network must build its model.
    record : Record
        What programs for these networks compute, and the values of their hyperparameters.
    """

    def __init__(self, build: Callable[[], keras.Model]) -> None:
        self.initial_values: InitialValues | None = None
        self._build = build
        with seeding(0):
            model = built(build, with_slots=False)
        start = [to_numpy(variable) for variable in backend.state_of(model)]
        self.record = record_of(model)
        description = self.record.description
        # With `use_ema`, the optimizer can assign averaged weights only to its own model.
        if description is None or model.optimizer.use_ema:
            return
        key = (description.any_size or description.key, description.initial, settings())
        any_size = description.any_size is not None
        self._traced = TRACED_MODELS.get(key, lambda: TracedModel(model, build, any_size))
        if self._traced.initial_values is None:
            return
        if [value.shape for value in start] != self._traced.initial_values.shapes[: len(start)]:
            if not model.optimizer.built:
                model.optimizer.build(model.trainable_variables)
            start = [to_numpy(variable) for variable in backend.state_of(model)]
        self.initial_values = self._traced.initial_values.adapted(0, start)

    @property
    def holds(self) -> bool:
        """Whether initial values are known, and no class was modified after they were learned."""
        description = self.record.description
        if description is None or self.initial_values is None:
            return False
        return are_library(description.classes)

    @property
    def model(self) -> keras.Model:
        """A model to trace; its hyperparameters and sizes may be those of another template."""
        return self._traced.model

    def _of_its_sizes(self) -> keras.Model:
        """Return a model with the sizes of this template, for programs traced with known sizes."""
        description = self.record.description
        assert description is not None
        known = record_of(self.model).description
        if known is not None and known.key == description.key:
            return self.model

        def make() -> keras.Model:
            with seeding(0):
                return built(self._build)

        model: keras.Model = MODELS.get((description.key, settings()), make)
        return model

    @contextmanager
    def train_state(self, values: Sequence[np.ndarray], *, changed: bool) -> Iterator[TrainState]:
        """Lend variables that hold these values; variables after the last value hold any values.

        `changed` is whether the caller changes weights. It may change seed states in any case.
        """
        traced = self._traced
        with traced.lock:
            first = next(iter(values), None)
            known = (i for i, (_, old) in enumerate(traced.spare) if old.get(0) is first)
            lent, old = traced.spare.pop(next(known, -1)) if traced.spare else (None, {})
        if lent is None:
            start = [to_numpy(v) for v in backend.state_of(traced.model)]
            lent = backend.new_variables(start, any_size=traced.any_size)
        # Copying all weights takes as long as predicting a row with them.
        stale = [i for i, value in enumerate(values) if old.get(i) is not value]
        backend.assign([lent[i] for i in stale], [values[i] for i in stale])
        kept = () if changed else values
        weights = {i: value for i, value in enumerate(kept) if value.dtype.kind == "f"}
        try:
            yield TrainState(lent, self.record, traced.lock, self._of_its_sizes)
        finally:
            with traced.lock:
                traced.spare.append((lent, weights))


_built_models = itertools.count(1)


def built(build: Callable[[], keras.Model], *, with_slots: bool = True) -> keras.Model:
    """Build a model and its optimizer's variables.

    Without slots, the optimizer's variables for each weight are not built if they come last: their
    initial values are known from the traced model, and building them takes a quarter of the time.
    """
    if next(_built_models) % 100 == 0:
        backend.clear_kernels()
    with reset_names():
        model = build()
    if with_slots or not _has_slots_last(model.optimizer):
        model.optimizer.build(model.trainable_variables)
    return model


def _has_slots_last(optimizer: keras.optimizers.Optimizer) -> bool:
    around_another = hasattr(optimizer, "inner_optimizer")
    return is_library(type(optimizer)) and not around_another
