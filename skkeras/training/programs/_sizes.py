"""Hide sizes while a graph program is traced, so that it trains networks of every width.

During the trace, the dimensions of variables, inputs and outputs are unknown, and a layer's number
of units is an object that raises an error when it is used, so the trace cannot depend on sizes.
Dimensions of 1 stay known, because Keras uses them to decide how shapes are matched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import keras
from keras.src.losses.losses import LossFunctionWrapper
from keras.src.trainers.compile_utils import CompileLoss, CompileMetrics, MetricsList

from skkeras.layers import Dropout, MixUp, MixUpModel

_TENSORFLOW = keras.backend.backend() == "tensorflow"
_layers, _losses, _metrics, _optimizers = (
    keras.layers,
    keras.losses,
    keras.metrics,
    keras.optimizers,
)
_input = keras.Input((2,))
# Classes that compute the same with unknown dimensions, and their attributes that are sizes. A
# model that uses any other class has a program for each size.
_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    keras.Sequential: (),
    CompileLoss: (),
    CompileMetrics: (),
    MetricsList: (),
    type(keras.Model(_input, keras.layers.Identity(name="same")(_input))): (),
    MixUpModel: (),
    _layers.InputLayer: ("_batch_shape",),
    _layers.Dense: ("units",),
    _layers.Embedding: ("input_dim", "output_dim"),
    **dict.fromkeys(
        (
            *(_layers.Activation, _layers.ReLU, _layers.LeakyReLU, _layers.ELU, _layers.Softmax),
            *(_layers.Dropout, Dropout, _layers.GaussianNoise, _layers.GaussianDropout, MixUp),
            _layers.BatchNormalization,
            *(_layers.Add, _layers.Average, _layers.Multiply, _layers.Concatenate),
            *(keras.regularizers.L1, keras.regularizers.L2, keras.regularizers.L1L2),
            *(_losses.MeanSquaredError, _losses.MeanAbsoluteError, _losses.Huber, _losses.LogCosh),
            *(_losses.BinaryCrossentropy, _losses.CategoricalCrossentropy, _losses.Poisson),
            _losses.SparseCategoricalCrossentropy,
            *(_metrics.Mean, _metrics.Accuracy, _metrics.BinaryAccuracy),
            *(_metrics.CategoricalAccuracy, _metrics.SparseCategoricalAccuracy),
            *(_metrics.MeanSquaredError, _metrics.MeanAbsoluteError),
            *(_optimizers.SGD, _optimizers.Adam, _optimizers.AdamW, _optimizers.RMSprop),
            *(_optimizers.Nadam, _optimizers.Adamax, _optimizers.Lion, _optimizers.Adagrad),
        ),
        (),
    ),
}
# Functions of losses that are given by name or as a function; Keras wraps these when it builds the
# model.
_FUNCTIONS = frozenset(
    {
        *(_losses.mean_squared_error, _losses.mean_absolute_error, _losses.huber, _losses.log_cosh),
        *(_losses.binary_crossentropy, _losses.categorical_crossentropy, _losses.poisson),
        _losses.sparse_categorical_crossentropy,
    }
)
_SHAPES: dict[type, tuple[str, ...]] = {
    keras.KerasTensor: ("_shape",),
    keras.layers.InputSpec: ("shape", "axes"),
}
_COMPUTING = (
    keras.Layer,
    keras.Loss,
    keras.Metric,
    keras.Optimizer,
    keras.regularizers.Regularizer,
    keras.constraints.Constraint,
)


class OpenSize:
    """A size that is unknown while a program is traced: any use of it raises an error."""

    def __repr__(self) -> str:
        return "open"

    def _unknown(self, *_: object) -> NoReturn:
        raise NotImplementedError("the model computes with the size of a layer")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _unknown
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __pow__ = _unknown
    __lt__ = __le__ = __gt__ = __ge__ = _unknown
    __int__ = __index__ = __float__ = __bool__ = __iter__ = __len__ = _unknown

    def __eq__(self, other: object) -> bool:
        self._unknown()

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Size:
    """Location of a size or shape in a model, and what replaces it while a program is traced."""

    holder: dict[str, Any]
    name: str
    unknown: Any


class SizeText(str):
    """Description of a size; `unknown` is the description that all sizes share."""

    unknown: str

    def __new__(cls, size: Any, unknown: Any) -> SizeText:
        text = super().__new__(cls, f"size {size!r}")
        text.unknown = f"size {unknown!r}"
        return text


def size_names(owner: Any) -> tuple[str, ...]:
    """Return the names of an object's attributes that are sizes or shapes."""
    cls = type(owner)
    if cls is keras.Variable:  # seed states have a fixed size
        return ("_shape",) if "float" in owner.dtype else ()
    return _ATTRIBUTES.get(cls) or _SHAPES.get(cls) or ()


def has_open_sizes(owner: Any) -> bool:
    """Return whether an object computes the same when no sizes are known."""
    if not _TENSORFLOW:  # JAX compiles for known sizes
        return False
    if type(owner) is LossFunctionWrapper:
        return owner.fn in _FUNCTIONS
    return not isinstance(owner, _COMPUTING) or type(owner) in _ATTRIBUTES


def unknown(size: Any) -> Any:
    """Return what replaces a size or shape while a program is traced."""
    if isinstance(size, dict):
        return {axis: unknown_dimension(n) for axis, n in size.items()}
    if isinstance(size, (list, tuple)):
        return tuple(map(unknown_dimension, size))
    return OpenSize() if isinstance(size, int) and size > 1 else size


def unknown_dimension(size: int | None) -> int | None:
    """Return None for a dimension above 1, which a program for all sizes must not depend on."""
    return None if size is None or size > 1 else size


@contextlib.contextmanager
def left_open(sizes: Sequence[Size]) -> Iterator[None]:
    """Hide sizes while the block is traced."""
    known = [size.holder[size.name] for size in sizes]
    for size in sizes:
        size.holder[size.name] = size.unknown
    try:
        yield
    finally:
        for size, old in zip(sizes, known, strict=True):
            size.holder[size.name] = old
