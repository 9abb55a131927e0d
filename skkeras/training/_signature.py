"""What makes two compiled models trainable by one program, as a hashable value."""

from __future__ import annotations

import functools
import hashlib
import threading
import types
import warnings
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from skkeras.training._seeds import seeding
from skkeras.training._values import Value, value_names

# Keys under which names of layers stand in a configuration.
_NAMES = {"name", "keras_history", "input_layers", "output_layers"}
LIBRARIES = {"keras", "skkeras"}
_KNOWN = {"keras", "skkeras", "tensorflow", "jax", "jaxlib", "numpy", "builtins"}


# Filters of warnings are the process's, and so are put in place by one thread at a time.
_one_at_a_time = threading.Lock()


class _Same:
    """An object of which nothing is known but that it equals itself."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


@dataclass(frozen=True)
class _Told:
    """A function, equal to another by what is told of it.

    Whoever needs to know more, for one process cannot see that a module was changed since another
    ran, finds the function itself.
    """

    what: Any
    function: types.FunctionType = field(compare=False)


def structure_of(data: Any) -> Any:
    """Describe data by its nesting, its types and its shapes without the rows."""
    if isinstance(data, dict):
        return tuple((name, structure_of(part)) for name, part in data.items())
    if isinstance(data, (list, tuple)):
        return tuple(map(structure_of, data))
    return data if data is None else (tuple(data.shape[1:]), np.dtype(data.dtype).name)


def describe(model: keras.Model, values: list[Value] | None = None) -> Any:
    """Describe what a model computes, without its weights and what they start from.

    Parameters
    ----------
    model : keras.Model
        Built model.
    values : list of Value or None, default=None
        The numbers that are inputs of a training program, to describe training as well; None
        describes the forward pass alone.

    Returns
    -------
    hashable
        Equal for two models only if one program does for both.

    Raises
    ------
    NotImplementedError
        If the model cannot say what it is made of.
    """
    with _one_at_a_time, warnings.catch_warnings():
        # A description is never loaded, so what Keras says about lambdas does not matter.
        warnings.filterwarnings("ignore", "The object being serialized includes a `lambda`")
        return _describe(model, values)


def _describe(model: keras.Model, values: list[Value] | None) -> Any:
    layers = list(model._flatten_layers())
    walk = _Walk({layer.name: f"#{i}" for i, layer in enumerate(layers)})
    parts: list[Any] = [
        walk.model(model),
        tuple((type(layer), walk.own(layer)) for layer in layers),
        tuple((v.shape, v.dtype, v.trainable) for v in model.variables),
    ]
    outputs = getattr(model, "output_names", ())
    if len(outputs) > 1:
        parts.append(tuple(outputs))
    if values is not None:
        compiled = {k: v for k, v in model._compile_config.config.items() if k in _COMPILED}
        optimizer = model.optimizer
        parts += [
            walk.token({"optimizer": optimizer, **compiled}),
            tuple(map(optimizer._use_weight_decay, model.trainable_variables)),
            tuple((value.name, value.sign) for value in values),
        ]
    return tuple(parts)


_COMPILED = ("loss", "loss_weights", "metrics", "weighted_metrics")


class _Walk:
    """One walk over the parts of a model."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.entered: set[int] = set()

    def model(self, model: keras.Model) -> Any:
        """Describe how a model is put together."""
        try:
            return self.config(model.get_config())
        except (NotImplementedError, TypeError) as error:
            # A subclass says it all with its class and attributes; a graph of layers does not.
            if hasattr(model, "_operations"):
                raise NotImplementedError("the model has no configuration") from error
            return None

    def config(self, value: Any, named: bool = False) -> Any:
        """Describe a configuration as `get_config` gives it."""
        if isinstance(value, dict):
            left_out: tuple[str, ...] = ("seed", "build_config")
            if str(value.get("module")).split(".")[0] in LIBRARIES:
                if value["module"] == "keras.initializers":
                    return "initializer"
                left_out += value_names(value["class_name"])
            inner = value.get("config")
            if isinstance(inner, dict):
                value = {**value, "config": {k: v for k, v in inner.items() if k not in left_out}}
            return tuple(
                (key, self.config(part, key in _NAMES))
                for key, part in value.items()
                if key not in left_out and not str(key).endswith("_initializer")
            )
        if isinstance(value, (list, tuple)):
            return tuple(self.config(part, named) for part in value)
        if isinstance(value, str) and named:
            return self.names.get(value, value)
        return self.token(value)

    def token(self, value: Any) -> Any:
        """Describe any object."""
        if value is None or isinstance(value, (bool, int, float, str, bytes, type)):
            return type(value), value
        if isinstance(value, (list, tuple)):
            return tuple(map(self.token, value))
        if isinstance(value, (set, frozenset)):
            return frozenset(map(self.token, value))
        if isinstance(value, dict):
            return tuple((self.token(key), self.token(part)) for key, part in value.items())
        if isinstance(value, (keras.Variable, keras.random.SeedGenerator, keras.Initializer)):
            return type(value)
        if isinstance(value, (np.ndarray, np.generic)) or keras.ops.is_tensor(value):
            return _digest(keras.ops.convert_to_numpy(value))
        if id(value) in self.entered:
            return type(value)
        self.entered.add(id(value))
        try:
            return self._object(value)
        finally:
            self.entered.discard(id(value))

    def _object(self, value: Any) -> Any:
        if isinstance(value, types.ModuleType):
            return value.__name__
        if isinstance(value, types.FunctionType):
            return self._function(value)
        if isinstance(value, types.MethodType):
            return self.token(value.__func__), self.token(value.__self__)
        if isinstance(value, functools.partial):
            return self.token((value.func, value.args, value.keywords))
        if isinstance(value, keras.Layer):
            return type(value)  # a layer of its own right in the walk
        if not hasattr(value, "__dict__"):
            return _Same(value)
        return type(value), self._own_config(value), self.own(value)

    def _own_config(self, value: Any) -> Any:
        if not comes_from(type(value), LIBRARIES) or not hasattr(value, "get_config"):
            return None
        # Configurations give a learning rate as it stands now, and that of an optimizer around
        # another gives numbers that are inputs.
        held = (getattr(value, "_learning_rate", None), getattr(value, "inner_optimizer", None))
        left_out = {*value_names(type(value).__name__), "learning_rate", "inner_optimizer"}
        if isinstance(value, keras.optimizers.Optimizer):
            left_out.add("name")
        config = {k: v for k, v in value.get_config().items() if k not in left_out}
        return self.token(held), self.config(config)

    def own(self, value: Any) -> Any:
        """Describe what an object holds and no configuration tells."""
        library = comes_from(type(value), LIBRARIES)
        skipped = _standard(type(value)) | set(value_names(type(value).__name__) if library else ())
        return tuple(
            (name, self.token(part))
            for name, part in vars(value).items()
            if name not in skipped and not (library and _in_config(part))
        )

    def _function(self, value: types.FunctionType) -> Any:
        if comes_from(value, LIBRARIES):
            return value.__module__, value.__qualname__
        names = sorted(_names_in(value.__code__) & value.__globals__.keys())
        used = [(name, self.token(value.__globals__[name])) for name in names]
        closure = [cell.cell_contents for cell in value.__closure__ or ()]
        parts = (value.__defaults__, value.__kwdefaults__, closure)
        # Not the dict of globals itself: each worker process has its own copy of the function.
        return _Told((value.__code__, tuple(used), self.token(parts)), value)


def _names_in(code: types.CodeType) -> set[str]:
    """Name the globals that a function may use, also in functions inside it."""
    inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return set(code.co_names).union(*map(_names_in, inner))


def comes_from(kind: Any, libraries: set[str]) -> bool:
    """Tell whether a class or function is code of one of these libraries."""
    return str(kind.__module__).split(".")[0] in libraries


def _in_config(part: Any) -> bool:
    """Tell whether a library's object says by its configuration that it holds this."""
    if isinstance(part, (types.FunctionType, functools.partial, np.ndarray)):
        return False
    return not keras.ops.is_tensor(part) and (
        not hasattr(part, "__dict__") or comes_from(type(part), _KNOWN)
    )


def _standard(kind: type) -> frozenset[str]:
    """Name the attributes that Keras itself gives to objects of a kind."""
    for base in (keras.Model, keras.Layer, keras.Metric, keras.Loss, keras.optimizers.Optimizer):
        if issubclass(kind, base):
            with seeding(0):  # building a model draws seeds
                return _attributes(base.__name__)
    return frozenset()


@functools.cache
def _attributes(base: str) -> frozenset[str]:
    if base == "Model":
        model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        tensor = keras.layers.Input((1,))
        objects = [model, keras.Model(tensor, tensor), keras.Model(), keras.layers.Dense(1)]
        return frozenset().union(*map(vars, objects)) | {"history"}
    if base == "Metric":
        return frozenset(vars(keras.Metric(name="metric")))
    if base == "Optimizer":
        return frozenset(vars(keras.optimizers.Optimizer(learning_rate=0.1)))
    return frozenset(vars(getattr(keras, base)()))


def _digest(array: np.ndarray) -> Any:
    return array.shape, array.dtype.str, hashlib.sha256(array.tobytes()).digest()
