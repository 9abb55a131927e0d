"""Compiled models as lists of values, built only when needed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from typing import Any

import keras
import numpy as np
from keras import tree

from skkeras.layers import to_numpy
from skkeras.training import backends as backend
from skkeras.training._compiled import train_compiled
from skkeras.training._eligibility import arrays_of
from skkeras.training._fit_arguments import FitArguments
from skkeras.training._forked import check_process
from skkeras.training._lookup import find_program, input_names
from skkeras.training._names import reset_names
from skkeras.training._outcome import Outcome
from skkeras.training._predict import predict
from skkeras.training._record import Record, record_of
from skkeras.training._row_parts import RowParts
from skkeras.training._seeds import seeding
from skkeras.training._settings import settings
from skkeras.training._shared_outputs import outputs_of
from skkeras.training._template import ModelTemplate, built
from skkeras.training._train import train
from skkeras.training._workers import suggest_threads
from skkeras.training.programs import TEMPLATES, NotCompiled, is_library


class Network:
    """A compiled model that is built only when `model` is accessed.

    Parameters
    ----------
    build : callable
        Builds and compiles the model; called inside `seeding`.
    seed : int
        Seed of its initial weights and of its layers.
    key : hashable or None, default=None
        Equal for networks whose `build` returns the same except for the seed; None if unknown.
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
        check_process()
        self._build, self._seed = build, seed
        self._model: keras.Model | None = None
        self._values = values
        self._template: ModelTemplate | None = None
        if key is not None:
            # A string among the parameters may be the name of an object registered with Keras.
            names = keras.saving.get_custom_objects().items()
            registered = tuple(
                sorted(item for item in names if not item[0].startswith("import skkeras>"))
            )
            template = TEMPLATES.get((key, registered), lambda: ModelTemplate(build))
            self._template = template if template.holds else None
        if values is None:
            if self._template is not None and self._template.initial_values is not None:
                self._values = self._template.initial_values(seed)
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

    def describe(self, arguments: FitArguments) -> tuple[Any, ...]:
        """Return what training computes, as values that are equal in every process.

        Parameters
        ----------
        arguments : FitArguments
            The arguments of training; if the code of the model is known, it only matters whether
            `x` is a dict.

        Raises
        ------
        NotCompiled, NotImplementedError
            If this cannot be determined; the message says why.
        """
        record, values = self._record(), self.values
        x = arguments.x
        names = input_names(self.model, x) if isinstance(x, dict) else None
        how = backend.on_accelerator(), settings(), names
        if record.description is not None:
            return record.description.key, tuple(record.numbers), how, values
        if self.model.run_eagerly:
            raise NotCompiled("the model runs eagerly, and code of others may do anything then")
        data, held_out = arrays_of(arguments)
        program, _, _ = find_program(
            self.model, data, held_out, arguments.batch_sizes, backend.COMPILERS[0]
        )
        if not is_library(type(self.model.optimizer).finalize_variable_values):
            raise NotCompiled("no trace shows what the optimizer does when training ends")
        # The variables of metrics of foreign code may have any initial values.
        start = [to_numpy(v) for v in self.model.metrics_variables]
        return program.key, self.model.jit_compile, how, values, start

    @property
    def n_weights(self) -> int:
        """Number of weights of the model."""
        template = self._template
        model = self.model if self._model is not None or template is None else template.model
        weights = {id(weight) for weight in model.weights}
        # The model of a template may have other sizes.
        pairs = zip(model.variables, self.values, strict=False)
        return sum(value.size for variable, value in pairs if id(variable) in weights)

    @property
    def is_finite(self) -> bool:
        """Whether all weights are finite."""
        return all(np.isfinite(v).all() for v in self.values if v.dtype.kind == "f")

    @property
    def ends_with_averages(self) -> bool:
        """Whether averages of the weights replace the weights when training ends."""
        if self._template is not None:  # such models have no template
            return False
        return bool(_inner(self.model.optimizer).use_ema)

    def train(self, arguments: FitArguments, outcome: Outcome | None = None) -> Outcome:
        """Train in place; parameters and result are those of `skkeras.training.train`."""
        check_process()
        outcome = Outcome() if outcome is None else outcome
        if arguments.verbose and arguments.trainer != "fit":
            suggest_threads()
        # Callbacks and metrics of parts access the model, so it must be built.
        needs_model = arguments.has_callbacks or isinstance(arguments.x, RowParts)
        template = None if needs_model else self._template
        if self._model is None and template is not None and arguments.trainer != "fit":
            with suppress(NotCompiled), reset_names():
                self._train_values(template, arguments, outcome)
                return outcome
        with reset_names():
            return train(self.model, arguments, outcome)

    def _train_values(
        self, template: ModelTemplate, arguments: FitArguments, outcome: Outcome
    ) -> None:
        """Train without building the model."""
        with template.train_state(self._values or (), changed=True) as train_state:
            try:
                train_compiled(template.model, arguments, outcome, train_state)
            finally:  # also after an exception, in the middle of training
                if outcome.history:
                    self._values = backend.read(train_state.state)

    def predict(self, x: Any, **options: Any) -> Any:
        """Predict; arguments and result are those of `skkeras.training.predict`."""
        check_process()
        template = self._template
        if self._model is None and template is not None:
            with suppress(NotCompiled):
                compute = functools.partial(self._predict_values, template, x, **options)
                return outputs_of(self, self._values, x, compute)
        return predict(self.model, x, **options)

    def _predict_values(self, template: ModelTemplate, x: Any, **options: Any) -> Any:
        """Predict without building the model."""
        weights = (self._values or ())[: len(template.model.variables)]
        with template.train_state(weights, changed=False) as train_state:
            return predict(template.model, x, **options, train_state=train_state)

    def starts_as(self, other: Network) -> bool:
        """Return whether two untrained networks are known to be the same."""
        records = self._record(), other._record()
        descriptions = [record.description for record in records]
        return (
            descriptions[0] is not None
            and descriptions[0] == descriptions[1]
            and records[0].numbers == records[1].numbers
            and all(map(np.array_equal, self.values, other.values))
        )

    def _record(self) -> Record:
        return record_of(self.model) if self._template is None else self._template.record

    def go_on_from(self, other: Network, start: Network) -> None:
        """Copy the weights of a trained network, and its optimizer's state if the types are equal.

        Parameters
        ----------
        other : Network
            The trained network.
        start : Network
            That network before training. The learning rate of `other`, which training may have
            changed, is copied only if this network and `start` have the same learning rate.

        Raises
        ------
        ValueError
            If the weights have different shapes.
        """
        here, there = self.model, other.model
        shapes, others = ([tuple(w.shape) for w in m.variables] for m in (here, there))
        if shapes != others:
            raise ValueError(
                f"Training goes on with weights of shapes {others}, but with the parameters as "
                f"they are now the network has weights of shapes {shapes}. Set the parameters "
                f"back, or fit a clone."
            )
        for variable, learned in zip(here.variables, there.variables, strict=True):
            variable.assign(learned)
        ours, theirs = here.optimizer, there.optimizer
        states = ours.variables, theirs.variables
        if type(ours) is not type(theirs) or len(states[0]) != len(states[1]):
            return
        rate, before = (_inner(m.optimizer)._learning_rate for m in (here, start.model))
        is_number = isinstance(rate, keras.Variable) and isinstance(before, keras.Variable)
        is_kept = not is_number or float(rate) == float(before)
        for variable, learned in zip(*states, strict=True):
            if variable is not rate or is_kept:
                variable.assign(learned)


def called(model: keras.Model) -> keras.Model:
    """Return a model, called once if needed: `Model.fit` does so, and exporting requires it."""
    if not model._called:
        functional = getattr(model, "_functional", None) or model  # a Sequential contains one
        inputs = getattr(functional, "_inputs_struct", None)
        if inputs is not None:  # others are called when they are built
            model(tree.map_structure(_zeros, inputs), training=False)
    return model


# Number of steps, words or pixels for models that accept any number of them.
_LENGTH = 16


def _zeros(tensor: Any) -> Any:
    shape = [_LENGTH if n is None else n for n in tensor.shape[1:]]
    return keras.ops.zeros((1, *shape), tensor.dtype)


def _inner(optimizer: keras.optimizers.Optimizer) -> Any:
    return getattr(optimizer, "inner_optimizer", optimizer)


def set_values(model: keras.Model, values: Sequence[np.ndarray]) -> None:
    """Assign values to the variables of a model.

    Raises
    ------
    ValueError
        If the shapes do not match.
    """
    variables = backend.state_of(model)
    if [tuple(v.shape) for v in variables] != [np.shape(value) for value in values]:
        raise ValueError("The values are those of a model of another architecture.")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
