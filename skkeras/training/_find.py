"""Which program trains a model: found in the cache, or compiled."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import keras
from keras import tree

from skkeras.training import _backend as backend
from skkeras.training._batches import count_rows
from skkeras.training._cache import PROGRAMS
from skkeras.training._fallback import NotCompiled
from skkeras.training._signature import describe, structure_of
from skkeras.training._values import find_values

# From how many batches an epoch XLA is quicker over a cross-validation with 200 epochs a fit, with
# the time that it takes to compile: measured on two cores, as is up to how many units a layer with
# a loop over time is no slower than the many kernels of a graph.
_XLA_BATCHES = 16
_XLA_BATCHES_RECURRENT, _XLA_UNITS_RECURRENT = 8, 64
_DRAWING = (
    keras.layers.Dropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.AlphaDropout,
)


def choose(model: keras.Model, n_batches: int) -> str:
    """Choose what compiles a model, from what compiling and training cost.

    The choice depends on the fit alone, never on what ran before or how long it took: the two
    differ in the last bit, and a fit with a seed is repeatable to that bit.

    Parameters
    ----------
    model : keras.Model
        The model.
    n_batches : int
        Batches an epoch.

    Returns
    -------
    {"graph", "xla"}
        What compiles it.
    """
    if "graph" not in backend.COMPILERS:
        return "xla"
    layers = list(model._flatten_layers())
    accelerated = backend.on_accelerator()
    # On a CPU, XLA computes convolutions in a loop on one core and without the fast kernels, and
    # takes far longer to draw as Keras' layers draw.
    if not accelerated and any(
        "Conv" in type(layer).__name__ or isinstance(layer, _DRAWING) for layer in layers
    ):
        return "graph"
    cells = [layer.cell for layer in layers if isinstance(layer, keras.layers.RNN)]
    units = [size for cell in cells for size in tree.flatten(cell.state_size)]
    if not units:
        return "xla" if n_batches >= _XLA_BATCHES else "graph"
    # Accelerators have kernels of their own for loops over time, which XLA does not use.
    small = max(units) <= _XLA_UNITS_RECURRENT and n_batches >= _XLA_BATCHES_RECURRENT
    return "xla" if small and not accelerated else "graph"


def find_program(
    model: keras.Model,
    data: Any,
    held_out: Any | None,
    batch_sizes: tuple[int, int],
    trainer: str,
    signature: Hashable | None = None,
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
    signature : hashable or None, default=None
        What `describe` said of the model, where it is known.

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
    reason = backend.unsupported(model)
    if reason:
        raise NotCompiled(reason)
    batch = tree.map_structure(lambda array: array[:2], data)
    if not all(layer.built for layer in model._flatten_layers()):
        backend.build(model, batch)
    elif not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    values = find_values(model)
    try:
        signature = describe(model, values) if signature is None else signature
        key = (signature, structure_of(data), structure_of(held_out))
    except NotImplementedError as error:
        raise NotCompiled(str(error)) from error
    if trainer == "auto":
        trainer = choose(model, -(-count_rows(data) // batch_sizes[0]))
    elif trainer not in backend.COMPILERS:
        trainer, reason = backend.COMPILERS[0], f"the backend compiles with {backend.COMPILERS[0]}"

    def find(part: Any, make: Callable[[], Any]) -> Any:
        def try_to_make() -> Any:
            try:
                backend.build(model, batch)
                return make()
            except Exception as error:
                return f"{type(error).__name__}: {error}".split("\n")[0]

        made = PROGRAMS.get((*key, part), try_to_make)
        if isinstance(made, str):
            raise NotCompiled(made)
        return made

    def make_program(compiler: str) -> Any:
        return backend.make_program(find, compiler, model, data, held_out, values, batch_sizes)

    try:
        return make_program(trainer), trainer, reason
    except NotCompiled as error:
        if trainer == backend.COMPILERS[0]:
            raise
        reason = str(error)
    return make_program(backend.COMPILERS[0]), backend.COMPILERS[0], reason
