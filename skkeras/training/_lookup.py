"""Which program trains a model: found in the cache, or compiled.

A model of known code has the program of its description. Any other model is traced, as `Model.fit`
does too, and what the trace shows is the key: equal traces share what was compiled, others do not.
"""

from __future__ import annotations

import re
import sys
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import keras
from keras import tree

from skkeras.training import backends as backend
from skkeras.training._batches import count_rows
from skkeras.training._choice import choose
from skkeras.training._cost import multiplications, recurrent_units
from skkeras.training._settings import settings
from skkeras.training.programs import (
    PROGRAMS,
    Description,
    ForeignCode,
    NotCompiled,
    describe,
    is_library,
    structure_of,
)


@dataclass
class Record:
    """What is known of a model since it was compiled, as `Model.fit` keeps what it traced then.

    Attributes
    ----------
    model : weakref to keras.Model
        The model.
    compiled : object
        What `compile` set, which another call replaces.
    description : Description or None
        What it computes, for a model of known code.
    numbers : list of float
        The numbers that are inputs of its program.
    work, recurrent_units : int
        Multiplications a row, and the most units of a layer with a loop over time.
    traced : dict
        Programs, or why there are none, for a model of other code.
    """

    model: Callable[[], keras.Model | None]
    compiled: Any
    description: Description | None
    work: int
    recurrent_units: int
    numbers: list[float] = field(init=False)
    traced: dict[Hashable, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values = self.description.values if self.description is not None else []
        self.numbers = [value.number for value in values]


def record_of(model: keras.Model, *, training: bool = True, anew: bool = False) -> Record:
    """Return what is known of a model, found out at the first time.

    Parameters
    ----------
    model : keras.Model
        Compiled model, built.
    training : bool, default=True
        Whether of its training or of its forward pass.
    anew : bool, default=False
        Whether to find it out again.
    """
    name = "_skkeras_training" if training else "_skkeras_forward"
    compiled = getattr(model, "_compile_config", None)
    record: Record | None = vars(model).get(name)
    # A copy of a model holds what is known of another.
    if anew or record is None or record.model() is not model or record.compiled is not compiled:
        try:
            description = describe(model, training=training)
        except (ForeignCode, RecursionError):
            description = None
        work, units = multiplications(model), recurrent_units(model)
        record = Record(weakref.ref(model), compiled, description, work, units)
        vars(model)[name] = record  # past Keras, which would follow it
    return record


def find_or_compile(
    record: Record, key: tuple[Hashable, ...], trace: Callable[[], Any], *, any_size: bool = False
) -> Any:
    """Find a program, compiled for whoever computes the same.

    Parameters
    ----------
    record : Record
        What is known of the model.
    key : tuple
        What the program depends on beside the model.
    trace : callable
        Makes the program, not compiled.
    any_size : bool, default=False
        Whether models of other sizes share it.

    Raises
    ------
    NotCompiled
        If there can be no program.
    """

    def compiled(make: Callable[[], Any]) -> Any:
        try:
            program = make()
            program.compile()
            return program
        except Exception as error:
            return failure_reason(error)

    key = (*key, settings())
    if record.description is not None:
        described = record.description.any_size if any_size else record.description.key
        found = PROGRAMS.get((described, *key), lambda: compiled(trace))
    elif key in record.traced:
        found = record.traced[key]
    else:
        try:
            traced = trace()
            shown = traced.key
        except Exception as error:
            found = failure_reason(error)
        else:
            found = PROGRAMS.get((shown, *key), lambda: compiled(lambda: traced))
        record.traced[key] = found
    if isinstance(found, str):
        raise NotCompiled(found)
    return found


def failure_reason(error: Exception) -> str:
    """Say in one line what went wrong, and in which function of the user's."""
    lines = re.sub(r"\x1b\[\d+m", "", str(error)).split("\n")
    # Keras puts before it which layer was called.
    said = [line for line in lines if line and not line.startswith("Exception encountered")]
    text = f"{type(error).__name__}: {said[0] if said else lines[0]}"
    trail, place = error.__traceback__, ""
    while trail is not None:
        code = trail.tb_frame.f_code
        top = str(trail.tb_frame.f_globals.get("__name__")).partition(".")[0]
        if top not in _NOT_THE_USERS and top not in sys.stdlib_module_names:
            place = f"in {code.co_qualname}, "
        trail = trail.tb_next
    return place + text


_NOT_THE_USERS = {"jax", "keras", "numpy", "skkeras", "tensorflow", "tree", "optree"}


def input_names(model: keras.Model, x: Any) -> tuple[str, ...] | None:
    """Return the names of a model's inputs, where Keras looks for data by them."""
    inputs = getattr(model, "_inputs", None)
    if not isinstance(x, dict) or inputs is None:
        return None
    return tuple(tensor._keras_history.operation.name for tensor in inputs)


# What `Model.fit` does around the steps, which a trace of the steps does not show.
_AROUND_STEPS = ("fit", "evaluate", "make_train_function", "make_test_function")


def _own_loop(model: keras.Model) -> str | None:
    """Say which method around the steps of training is somebody's own, if there is one."""
    for name in _AROUND_STEPS:
        if name in vars(model) or not is_library(getattr(type(model), name)):
            return f"the model has a method {name} of its own"
    return None


def find_program(
    model: keras.Model,
    data: Any,
    held_out: Any | None,
    batch_sizes: tuple[int, int],
    trainer: str,
    record: Record | None = None,
    of_its_sizes: Callable[[], keras.Model] | None = None,
) -> tuple[Any, str, str | None]:
    """Find the program that trains a model, compiled when there is none yet.

    Parameters
    ----------
    model : keras.Model
        Compiled model; its optimizer gets built.
    data, held_out : tuple of nested arrays, or None
        Training and validation data.
    batch_sizes : tuple (int, int)
        Rows a batch in training and in validation.
    trainer : {"auto", "graph", "xla"}
        What to compile with; JAX has no graphs, and takes XLA instead.
    record : Record or None, default=None
        What is known of the model to train, where `model` only stands for it.
    of_its_sizes : callable or None, default=None
        Gives a model of the sizes of the one to train, where `model` may have others.

    Returns
    -------
    program : Program
        The program.
    trainer : {"graph", "xla"}
        What it was compiled with.
    reason : str or None
        Why what was chosen could not.

    Raises
    ------
    NotCompiled
        If the model cannot be compiled.
    """
    reason = backend.unsupported(model) or _own_loop(model)
    if reason:
        raise NotCompiled(reason)
    batch = tree.map_structure(lambda array: array[:2], data)
    if not all(layer.built for layer in model._flatten_layers()):
        backend.build(model, batch)
    elif not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    record = record_of(model) if record is None else record
    known = record.description is not None
    if trainer == "auto":
        # Tracing for XLA takes longer, and whoever traces at each fit hardly finds its programs.
        n_batches = -(-count_rows(data) // batch_sizes[0])
        trainer = (
            choose(model, n_batches, record.recurrent_units) if known else backend.COMPILERS[0]
        )
    elif trainer not in backend.COMPILERS:
        trainer, reason = backend.COMPILERS[0], f"the backend compiles with {backend.COMPILERS[0]}"
    names = input_names(model, data[0])

    def find(part: Any, trace: Callable[..., Any], *, any_size: bool = False) -> Any:
        structure = [structure_of(rows, any_size=any_size) for rows in (data, held_out)]

        def built_and_traced() -> Any:
            # Its first run, on rows like these, needs weights that fit them.
            traced = model if of_its_sizes is None else of_its_sizes()
            # Numbers and sizes are in the objects of the model that is traced.
            own = None if record.description is None else record_of(traced).description
            sizes = own.sizes if own is not None and any_size else None
            with backend.sizes_unknown(backend.state_of(traced), sizes):
                backend.build(traced, batch)
                return trace(traced, values=None if own is None else own.values)

        key = *structure, names, part
        return find_or_compile(record, key, built_and_traced, any_size=any_size)

    def make_program(compiler: str) -> Any:
        return backend.make_program(
            find, compiler, data, held_out, record.description, batch_sizes, record.work
        )

    try:
        return make_program(trainer), trainer, reason
    except NotCompiled as error:
        if trainer == backend.COMPILERS[0]:
            raise
        reason = str(error)
    return make_program(backend.COMPILERS[0]), backend.COMPILERS[0], reason
