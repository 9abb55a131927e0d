"""Whether XLA compiles a model or TensorFlow runs it as a graph."""

from __future__ import annotations

import keras

from skkeras.training import backends as backend

# From how many batches an epoch XLA pays for the second that it takes to compile for each size, in
# three fits of ten epochs, and from how many in a layer with a loop over time, whose kernels are
# many; up to so many units, for with more it is no quicker. Measured on two cores.
_XLA_BATCHES = 512
_XLA_BATCHES_RECURRENT, _XLA_UNITS_RECURRENT = 8, 64
_DRAWING = (
    keras.layers.Dropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.AlphaDropout,
)


def choose(model: keras.Model, n_batches: int, units: int) -> str:
    """Choose what compiles a model, from what compiling and training cost.

    The choice depends on the fit alone, never on what ran before or how long it took: the two
    differ in the last bit, and a fit with a seed is repeatable to that bit.

    Parameters
    ----------
    model : keras.Model
        The model, or another that differs in its sizes.
    n_batches : int
        Batches an epoch.
    units : int
        The most units of a layer with a loop over time; 0 if there is none.

    Returns
    -------
    {"graph", "xla"}
        What compiles it.
    """
    if "graph" not in backend.COMPILERS:
        return "xla"
    accelerated = backend.on_accelerator()
    if not accelerated and any(map(_is_slow_under_xla, model._flatten_layers())):
        return "graph"
    if not units:
        return "xla" if n_batches >= _XLA_BATCHES else "graph"
    # Accelerators have kernels of their own for loops over time, which XLA does not use.
    small = units <= _XLA_UNITS_RECURRENT and n_batches >= _XLA_BATCHES_RECURRENT
    return "xla" if small and not accelerated else "graph"


def _is_slow_under_xla(layer: keras.Layer) -> bool:
    # On a CPU, XLA computes convolutions in a loop on one core and without the fast kernels, and
    # takes far longer to draw as Keras' layers draw.
    slow = "Conv" in type(layer).__name__ or isinstance(layer, _DRAWING)
    return slow or getattr(layer, "slow_under_xla", False)
