"""Find the program that trains a model in the cache, or compile it.

For a model of known code, the key of the program is the description of the model. Any other model
is traced, as in `Model.fit`, and the trace is the key: only equal traces share a compiled program.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Hashable
from typing import Any

import keras
from keras import tree

from skkeras.training import backends as backend
from skkeras.training._batches import count_rows
from skkeras.training._choice import choose
from skkeras.training._record import Record, record_of
from skkeras.training._settings import settings
from skkeras.training._template import TrainState
from skkeras.training.programs import (
    PROGRAMS,
    NotCompiled,
    ProgramFailed,
    is_library,
    structure_of,
)


def find_or_compile(
    record: Record, key: tuple[Hashable, ...], trace: Callable[[], Any], *, any_size: bool = False
) -> Any:
    """Find a program that computes the same in the cache, or compile it.

    Parameters
    ----------
    record : Record
        What is known about the model.
    key : tuple
        What the program depends on besides the model.
    trace : callable
        Makes the program without compiling it.
    any_size : bool, default=False
        Whether models of other sizes share it.

    Raises
    ------
    NotCompiled
        If there can be no program; `ProgramFailed` if it was traced but failed.
    """

    def compiled(make: Callable[[], Any]) -> Any:
        program = None
        try:
            program = make()
            program.compile()
            return program
        except Exception as error:
            return _failure(error, in_run=program is not None)

    key = (*key, settings())
    if record.description is not None:
        described = record.description.any_size if any_size else record.description.key
        program = PROGRAMS.get((described, *key), lambda: compiled(trace))
    elif key in record.traced:
        program = record.traced[key]
    else:
        try:
            traced = trace()
            shown = traced.key
        except Exception as error:
            program = _failure(error)
        else:
            program = PROGRAMS.get((shown, *key), lambda: compiled(lambda: traced))
        record.traced[key] = program
    if isinstance(program, NotCompiled):
        raise type(program)(*program.args)
    return program


# What Keras and `OpenSize` raise if a trace needs a size that is unknown; to build a model, Keras
# turns them into a `RuntimeError`.
_SIZE_ERRORS = (NotImplementedError, RuntimeError, TypeError, ValueError)


def _failure(error: Exception, *, in_run: bool = False) -> NotCompiled:
    """Return an exception that says in one line what went wrong, and in which user function."""
    lines = re.sub(r"\x1b\[\d+m", "", str(error)).split("\n")
    # Keras adds a line before it that names the layer called.
    said = [line for line in lines if line and not line.startswith("Exception encountered")]
    text = f"{type(error).__name__}: {said[0] if said else lines[0]}"
    trail, place = error.__traceback__, ""
    while trail is not None:
        code = trail.tb_frame.f_code
        top = str(trail.tb_frame.f_globals.get("__name__")).partition(".")[0]
        if top not in _NOT_THE_USERS and top not in sys.stdlib_module_names:
            place = f"in {code.co_qualname}, "
        trail = trail.tb_next
    unexpected = in_run or not isinstance(error, _SIZE_ERRORS)
    return (ProgramFailed if unexpected else NotCompiled)(place + text)


_NOT_THE_USERS = {"jax", "keras", "numpy", "skkeras", "tensorflow", "tree", "optree"}


def input_names(model: keras.Model, x: Any) -> tuple[str, ...] | None:
    """Return the names of a model's inputs if Keras looks up data by them, otherwise None."""
    inputs = getattr(model, "_inputs", None)
    if not isinstance(x, dict) or inputs is None:
        return None
    return tuple(tensor._keras_history.operation.name for tensor in inputs)


# Methods that run the steps in `Model.fit`; a trace of the steps does not show them.
_AROUND_STEPS = ("fit", "evaluate", "make_train_function", "make_test_function")


def _own_loop(model: keras.Model) -> str | None:
    """Return which method that runs the steps is overridden by the user, or None."""
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
    train_state: TrainState | None = None,
    n_rows: int | None = None,
) -> tuple[Any, str, str | None]:
    """Find the program that trains a model in the cache, or compile it.

    Parameters
    ----------
    model : keras.Model
        Compiled model; its optimizer is built.
    data, held_out : tuple of nested arrays, or None
        Training and validation data.
    batch_sizes : tuple (int, int)
        Rows per batch in training and in validation.
    trainer : {"auto", "graph", "xla"}
        The compiler; JAX has no graphs and uses XLA instead.
    train_state : TrainState or None, default=None
        Variables to train instead of those of `model`; the caller holds its lock.
    n_rows : int or None, default=None
        Rows per epoch, if `data` has only some of them.

    Returns
    -------
    program : Program
        The program.
    trainer : {"graph", "xla"}
        The compiler that was used.
    reason : str or None
        Why the chosen compiler could not be used.

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
    record = record_of(model) if train_state is None else train_state.record
    known = record.description is not None
    if trainer == "auto":
        # Foreign code is traced at each fit. For XLA this takes longer, and a compiled program is
        # rarely found.
        n_batches = -(-(n_rows or count_rows(data)) // batch_sizes[0])
        trainer = (
            choose(model, n_batches, record.recurrent_units) if known else backend.COMPILERS[0]
        )
    elif trainer not in backend.COMPILERS:
        trainer, reason = backend.COMPILERS[0], f"the backend compiles with {backend.COMPILERS[0]}"
    names = input_names(model, data[0])

    def find(part: Any, trace: Callable[..., Any], *, any_size: bool = False) -> Any:
        structure = [structure_of(rows, any_size=any_size) for rows in (data, held_out)]

        def built_and_traced() -> Any:
            # The first run of the program, on rows like these, needs weights of matching shapes.
            traced = model if train_state is None else train_state.of_its_sizes()
            # Hyperparameters and sizes are attributes of the model that is traced.
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
