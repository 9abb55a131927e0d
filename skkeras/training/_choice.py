"""Choose whether XLA compiles a model or TensorFlow runs it as a graph."""

from __future__ import annotations

import keras

from skkeras.layers import Dropout
from skkeras.training import backends as backend

# Batches per epoch from which XLA saves, in three fits of ten epochs, the second that it takes to
# compile for each size. With dropout, whose random numbers take longer in a graph than the rest of
# a small network, it saves two thirds of each step, and three fits of a hundred epochs decide.
# Recurrent layers run many kernels, so fewer batches suffice, but with more units than this, XLA is
# not faster. Measured on two cores.
_XLA_BATCHES, _XLA_BATCHES_DROPOUT = 512, 16
_XLA_BATCHES_RECURRENT, _XLA_UNITS_RECURRENT = 8, 64
_DRAWING = (
    keras.layers.Dropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.AlphaDropout,
)


def choose(model: keras.Model, n_batches: int, units: int) -> str:
    """Choose the compiler of a model, from the cost of compiling and training.

    The choice depends only on the fit, not on earlier fits or measured times: the results of the
    two compilers differ in the last bit, and a fit with a seed is reproducible to the last bit.

    Parameters
    ----------
    model : keras.Model
        The model, or one that differs only in its sizes.
    n_batches : int
        Batches per epoch.
    units : int
        Maximum number of units of a recurrent layer; 0 if there is none.

    Returns
    -------
    {"graph", "xla"}
        The compiler.
    """
    if "graph" not in backend.COMPILERS:
        return "xla"
    accelerated = backend.on_accelerator()
    if not accelerated and any(map(_is_slow_under_xla, model._flatten_layers())):
        return "graph"
    if not units:
        draws = any(type(layer) is Dropout for layer in model._flatten_layers())
        return "xla" if n_batches >= (_XLA_BATCHES_DROPOUT if draws else _XLA_BATCHES) else "graph"
    # Accelerators have special kernels for recurrent layers, which XLA does not use.
    small = units <= _XLA_UNITS_RECURRENT and n_batches >= _XLA_BATCHES_RECURRENT
    return "xla" if small and not accelerated else "graph"


def _is_slow_under_xla(layer: keras.Layer) -> bool:
    # On a CPU, XLA computes convolutions in a loop on one core, without the fast kernels, and is
    # far slower in drawing the random numbers of Keras' layers.
    slow = "Conv" in type(layer).__name__ or isinstance(layer, _DRAWING)
    return slow or getattr(layer, "slow_under_xla", False)
