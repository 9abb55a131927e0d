"""A compiled model as values: built only when somebody looks at it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import keras
import numpy as np

from skkeras.training import _backend as backend
from skkeras.training._batches import pack
from skkeras.training._cache import KINDS, MOULDS
from skkeras.training._compiled import StandIn, train_compiled
from skkeras.training._fallback import NotCompiled, dense
from skkeras.training._find import find_program, record_of
from skkeras.training._libraries import is_library
from skkeras.training._predict import predict
from skkeras.training._recipe import Recipe, learn_recipe, to_numpy
from skkeras.training._seeds import seeding
from skkeras.training._settings import settings
from skkeras.training._train import Outcome, train


class Mould:
    """What networks share that one program trains and that start in one way.

    Parameters
    ----------
    model : keras.Model
        One such model, to trace programs with; never trained. Its optimizer gets built.
    build : callable
        Builds and compiles another.

    Attributes
    ----------
    model : keras.Model
        The model.
    recipe : Recipe or None
        How its variables start; None if that cannot be told.
    lock : threading.RLock
        Held while the model is traced.
    spare : list of tuple (list of tensors, dict of int to ndarray)
        Variables to lend, each with the values that they are known to hold, by place.
    """

    def __init__(self, model: keras.Model, build: Callable[[], keras.Model]) -> None:
        self.model = model
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        self.recipe = learn_recipe(lambda: built(build), backend.state_of)
        self.lock = threading.RLock()
        self.spare: list[tuple[list[Any], dict[int, np.ndarray]]] = []


class Kind:
    """What all networks made from the same parameters share.

    Parameters
    ----------
    build : callable
        Builds and compiles the model.

    Attributes
    ----------
    recipe : Recipe or None
        How the variables of a model start; None if one has to be built for each network.
    record : Record
        What programs for these networks do, and the numbers that they get.
    """

    def __init__(self, build: Callable[[], keras.Model]) -> None:
        self.recipe: Recipe | None = None
        with seeding(0):
            model = built(build, with_slots=False)
        start = [to_numpy(variable) for variable in backend.state_of(model)]
        self.record = record_of(model)
        description = self.record.description
        # Averaged weights are put in place by the optimizer, which knows its own model only.
        if description is None or model.optimizer.use_ema:
            return
        key = (description.key, description.initial, settings())
        self._mould = MOULDS.get(key, lambda: Mould(model, build))
        if self._mould.recipe is not None:
            self.recipe = self._mould.recipe.adapted(0, start)

    @property
    def model(self) -> keras.Model:
        """A model to trace programs with; its numbers may be those of another kind."""
        return self._mould.model

    @contextmanager
    def stand_in(self, values: Sequence[np.ndarray], *, changed: bool) -> Iterator[StandIn]:
        """Lend variables that hold these values; those after the last value hold anything.

        `changed` says whether the borrower changes weights. Seeds it may change in any case.
        """
        mould = self._mould
        with mould.lock:
            first = next(iter(values), None)
            known = (i for i, (_, old) in enumerate(mould.spare) if old.get(0) is first)
            lent, old = mould.spare.pop(next(known, -1)) if mould.spare else (None, {})
        if lent is None:
            lent = backend.new_variables([to_numpy(v) for v in backend.state_of(mould.model)])
        # Copying all weights takes as long as predicting a row with them.
        stale = [i for i, value in enumerate(values) if old.get(i) is not value]
        backend.assign([lent[i] for i in stale], [values[i] for i in stale])
        kept = () if changed else values
        weights = {i: value for i, value in enumerate(kept) if value.dtype.kind == "f"}
        try:
            yield StandIn(lent, self.record, mould.lock)
        finally:
            with mould.lock:
                mould.spare.append((lent, weights))


_built_models = itertools.count(1)


def built(build: Callable[[], keras.Model], *, with_slots: bool = True) -> keras.Model:
    """Build a model and its optimizer's variables.

    Without slots, what an optimizer keeps for each weight is left out where it comes last: a mould
    knows how that starts, and making it takes a quarter of the time.
    """
    if next(_built_models) % 100 == 0:
        backend.forget_kernels()
    model = build()
    if with_slots or not _has_slots_last(model.optimizer):
        model.optimizer.build(model.trainable_variables)
    return model


def _has_slots_last(optimizer: keras.optimizers.Optimizer) -> bool:
    around_another = hasattr(optimizer, "inner_optimizer")
    return is_library(type(optimizer)) and not around_another


class Network:
    """A compiled model that is built only when somebody looks at it.

    Parameters
    ----------
    build : callable
        Builds and compiles the model; called inside `seeding`.
    seed : int
        Seed of its first weights and of its layers.
    key : hashable or None, default=None
        Equal for networks whose `build` gives the same but for the seed; None if that is unknown.
    values : sequence of ndarray or None, default=None
        Values of all variables, for a network that was trained before.

    Attributes
    ----------
    model : keras.Model
        The model.
    values : list of ndarray
        Weights, seed states and the optimizer's variables.
    """

    def __init__(
        self,
        build: Callable[[], keras.Model],
        seed: int,
        key: Hashable | None = None,
        values: Sequence[np.ndarray] | None = None,
    ) -> None:
        self._build, self._seed = build, seed
        self._model: keras.Model | None = None
        self._values = values
        self._kind: Kind | None = None
        if key is not None:
            # A name among the parameters means what is registered under it.
            names = keras.saving.get_custom_objects().items()
            registered = tuple(sorted(item for item in names if not item[0].startswith("skkeras>")))
            kind = KINDS.get((key, registered), lambda: Kind(build))
            self._kind = None if kind.recipe is None else kind
        if values is None:
            if self._kind is not None and self._kind.recipe is not None:
                self._values = self._kind.recipe(seed)
            else:
                self._model = self._built()

    def _built(self) -> keras.Model:
        with seeding(self._seed):
            return built(self._build)

    @property
    def model(self) -> keras.Model:
        if self._model is None:
            model = self._built()
            set_values(model, self._values or ())
            self._model, self._values = model, None
        return self._model

    @property
    def values(self) -> list[np.ndarray]:
        if self._model is None:
            return list(self._values or ())
        return [to_numpy(v) for v in backend.state_of(self._model)]

    @values.setter
    def values(self, values: Sequence[np.ndarray]) -> None:
        if self._model is None:
            self._values = list(values)
        else:
            set_values(self._model, values)

    def describe(
        self,
        x: Any,
        y: Any,
        sample_weight: np.ndarray | None,
        validation: tuple[Any, Any, np.ndarray | None] | None,
        batch_size: int,
    ) -> tuple[Any, ...]:
        """Say what training computes from data like these, in values that all processes share.

        Parameters
        ----------
        x, y, sample_weight, validation, batch_size
            As for `train`; where the code is known, they do not matter.

        Raises
        ------
        NotCompiled, NotImplementedError
            If that cannot be told for sure; the message says why.
        """
        record, values = None if self._kind is None else self._kind.record, self.values
        how: tuple[Any, ...] = (backend.on_accelerator(), settings())
        if record is None:
            model = self.model
            record, how = record_of(model), (*how, model.run_eagerly, model.jit_compile)
        if record.description is not None:
            return record.description.key, tuple(record.numbers), how, values
        if self.model.run_eagerly:
            raise NotCompiled("the model runs eagerly, and code of others may do anything then")
        data = dense(pack(x, y, sample_weight))
        held_out = None if validation is None else dense(pack(*validation))
        sizes = batch_size, batch_size
        program, _, _ = find_program(self.model, data, held_out, sizes, backend.COMPILERS[0])
        return program.key, how, values

    @property
    def is_finite(self) -> bool:
        """Whether all weights are finite."""
        return all(np.isfinite(v).all() for v in self.values if v.dtype.kind == "f")

    @property
    def ends_with_averages(self) -> bool:
        """Whether the end of training puts averages of the weights in their place."""
        if self._kind is not None:  # there is none of such models
            return False
        optimizer = self.model.optimizer
        return bool(getattr(optimizer, "inner_optimizer", optimizer).use_ema)

    def train(
        self,
        x: Any,
        y: Any,
        *,
        sample_weight: np.ndarray | None = None,
        validation: tuple[Any, Any, np.ndarray | None] | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        verbose: int | str = 0,
        trainer: str = "auto",
        **options: Any,
    ) -> Outcome:
        """Train in place; arguments and result are those of `skkeras.training.train`."""
        kind = self._kind if self._model is None else None
        # Callbacks get to see the model, so there has to be one.
        if kind is not None and not callbacks and not verbose and trainer != "fit":
            with suppress(NotCompiled), kind.stand_in(self._values or (), changed=True) as stand_in:
                return self._train_values(
                    stand_in, x, y, sample_weight, validation, trainer=trainer, **options
                )
        return train(
            self.model,
            x,
            y,
            sample_weight=sample_weight,
            validation=validation,
            callbacks=callbacks,
            verbose=verbose,
            trainer=trainer,
            **options,
        )

    def _train_values(
        self,
        stand_in: StandIn,
        *data: Any,
        epochs: int,
        initial_epoch: int = 0,
        batch_size: int,
        shuffle: bool = True,
        seed: int,
        trainer: str,
        **fit_kwargs: Any,
    ) -> Outcome:
        assert self._kind is not None
        history, trained_by, reason = train_compiled(
            self._kind.model,
            *data,
            epochs=epochs,
            initial_epoch=initial_epoch,
            batch_size=batch_size,
            seed=seed if shuffle else None,
            callbacks=(),
            verbose=0,
            trainer=trainer,
            fit_kwargs=fit_kwargs,
            stand_in=stand_in,
        )
        self._values = backend.read(stand_in.state)
        return Outcome(history, trained_by, reason)

    def predict(self, x: Any, **options: Any) -> Any:
        """Run forward; the arguments and the result are those of `predict`."""
        kind = self._kind
        if self._model is None and kind is not None:
            weights = (self._values or ())[: len(kind.model.variables)]
            with suppress(NotCompiled), kind.stand_in(weights, changed=False) as stand_in:
                return predict(kind.model, x, **options, stand_in=stand_in)
        return predict(self.model, x, **options)


def set_values(model: keras.Model, values: Sequence[np.ndarray]) -> None:
    """Give a model's variables their values back.

    Raises
    ------
    ValueError
        If they are of another model.
    """
    variables = backend.state_of(model)
    if [tuple(v.shape) for v in variables] != [np.shape(value) for value in values]:
        raise ValueError("The values are those of a model of another architecture.")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
