"""Hash what a model of known code computes; the hash is the same in every process.

The code of Keras and of this package does not change while a process runs, so what it computes
follows from the state of its objects. The hash includes everything that the model references,
except the attributes in `_NOT_COMPUTED`. Any other code raises `ForeignCode`, because only a trace
shows what it computes.
"""

from __future__ import annotations

import functools
import hashlib
import re
import types
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras.src.saving.object_registration import get_registered_object

from skkeras.training.programs._exceptions import ForeignCode
from skkeras.training.programs._hyperparameters import Hyperparameter, hyperparameter_names
from skkeras.training.programs._libraries import is_library, named, path_of
from skkeras.training.programs._sizes import (
    Size,
    SizeText,
    has_open_sizes,
    size_names,
    unknown,
    unknown_dimension,
)

# Attributes of Keras' objects that no computation reads: names (except for `_READ_NAMES`, and for
# weight decay in `describe`), references for saving and building, and what training writes.
_NOT_COMPUTED = frozenset(
    {
        *("_name", "_path", "_parent_path", "_resolved_output_names"),
        *("_tracker", "_tracked", "_lock", "_auto_config", "_saved_model_inputs_spec"),
        *("_saved_model_arg_spec", "_inbound_nodes", "_outbound_nodes", "_nodes"),
        *("_build_shapes_dict", "_called", "_initialized", "_initializer", "_init_seed"),
        *("_initial_seed", "seed", "_losses", "_loss_ids", "_losses_override", "_value"),
        "_call_signature",
        *("_compile_config", "_compiled_trainable_state", "history", "stop_training"),
        *("_initial_epoch", "train_function", "test_function", "predict_function"),
        *("_exclude_from_weight_decay", "_exclude_from_weight_decay_cache"),
        *("_trainable_variables_indices", "_distribution_strategy"),
        *("_skkeras_training", "_skkeras_forward"),
    }
)
# Classes whose computation depends on names.
_READ_NAMES = frozenset({"Muon", "MultiOptimizer", "DTypePolicyMap"})
# Attributes that `compile` sets and that the forward pass does not use.
_COMPILED = frozenset(
    {"optimizer", "loss", "_compile_loss", "_compile_metrics", "_loss_tracker", "compiled"}
)
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, type(Ellipsis)})
_BY_TEXT = (range, slice, re.Pattern, np.dtype)
_CONTAINERS = frozenset({list, tuple, dict, set, frozenset, OrderedDict, defaultdict})
# Module of the types with which TensorFlow replaces lists and dicts that are attributes.
_WRAPPERS = "tensorflow.python.trackable.data_structures"


@dataclass(frozen=True)
class Description:
    """Description of what a model computes.

    Attributes
    ----------
    key : str
        Hash; equal for two models only if they can share a program.
    any_size : str or None
        Hash without sizes; equal for two models only if they can share a program that is traced
        with unknown sizes. None if there is no such program.
    initial : str
        Hash of the initializers of its weights, without seeds.
    values : list of Hyperparameter
        Hyperparameters of this model that are inputs of its program.
    sizes : list of Size
        Sizes of this model, which are hidden while a program for all sizes is traced.
    classes : frozenset of type
        The classes of all objects; the description is valid as long as these are not modified.
    """

    key: str
    any_size: str | None
    initial: str
    values: list[Hyperparameter] = field(compare=False)
    sizes: list[Size] = field(compare=False)
    classes: frozenset[type] = field(compare=False)


def describe(model: keras.Model, *, training: bool = True) -> Description:
    """Describe what a model computes, without the values of its weights.

    Parameters
    ----------
    model : keras.Model
        Built model; compiled, if training is described.
    training : bool, default=True
        Whether to describe training, or only the forward pass.

    Raises
    ------
    ForeignCode
        If the model uses code that is not part of Keras or this package.
    """
    walk = _Walk(model.variables, training)
    walk.add(model)
    if training:
        # Whether weight decay applies to a weight may depend on its name.
        walk.add([bool(model.optimizer._use_weight_decay(v)) for v in model.trainable_variables])
    any_size = None
    if walk.has_open_sizes:
        any_size = _hash(getattr(text, "unknown", text) for text in walk.found)
    return Description(
        key=_hash(walk.found),
        any_size=any_size,
        initial=_hash(walk.initial),
        values=walk.values,
        sizes=walk.sizes,
        classes=frozenset(walk.classes),
    )


def describe_object(value: Any) -> str:
    """Hash the state of objects of known code, of plain values and of containers of them.

    Raises
    ------
    ForeignCode
        If the value uses code that is not part of Keras or this package.
    """
    walk = _Walk((), training=False)
    walk.add(value)
    return _hash(walk.found)


def structure_of(data: Any, *, any_size: bool = False) -> Any:
    """Describe data by its nesting, types and shapes without the rows, or without any sizes."""
    if isinstance(data, dict):
        return tuple((name, structure_of(part, any_size=any_size)) for name, part in data.items())
    if isinstance(data, (list, tuple)):
        return tuple(structure_of(part, any_size=any_size) for part in data)
    if data is None:
        return None
    shape = tuple(data.shape[1:])
    return tuple(map(unknown_dimension, shape)) if any_size else shape, np.dtype(data.dtype).name


def _hash(found: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(found).encode()).hexdigest()


class _Walk:
    """One walk over everything that an object references, in the order of its attributes.

    Parameters
    ----------
    variables : sequence of keras.Variable
        The variables whose values are inputs of a program.
    training : bool
        Whether hyperparameters may be inputs of the program.
    """

    def __init__(self, variables: Iterable[keras.Variable], training: bool) -> None:
        self.found: list[str] = []
        self.initial: list[str] = []
        self.values: list[Hyperparameter] = []
        self.sizes: list[Size] = []
        self.has_open_sizes = True
        self._places = {id(variable): place for place, variable in enumerate(variables)}
        self._training = training
        # Includes the objects, so that none is deleted and its `id` reused.
        self._met: dict[int, tuple[int, Any]] = {}
        self.classes: set[type] = set()

    def add(self, value: Any) -> None:
        """Add a value and everything that it references."""
        kind = type(value)
        if kind in _PLAIN:
            self.found.append(f"{kind.__name__} {value!r}")
            # A string may be the name of an object registered with Keras.
            if kind is str and (meaning := get_registered_object(value)) is not None:
                self.add(meaning)
        elif isinstance(value, (np.ndarray, np.generic)) or (
            keras.ops.is_tensor(value) and not isinstance(value, keras.Variable)
        ):
            self._add_array(value)
        elif id(value) in self._met:
            self.found.append(f"again {self._met[id(value)][0]}")
        else:
            self._met[id(value)] = len(self._met), value
            self._add_new(value, kind)

    def _add_new(self, value: Any, kind: type) -> None:
        if isinstance(value, types.FunctionType):
            self._add_function(value)
        elif isinstance(value, types.MethodType):
            self._add_parts("method", (value.__func__, value.__self__))
        elif kind is functools.partial:
            self._add_parts("partial", (value.func, value.args, value.keywords))
        elif isinstance(value, (type, types.ModuleType)):
            _require(is_library(value), value)
            self.found.append(path_of(value))
        elif isinstance(value, _BY_TEXT):
            self.found.append(f"{kind.__name__} {value!r}")
        elif isinstance(value, (list, tuple, dict, set, frozenset)) and (
            kind in _CONTAINERS or kind.__module__ == _WRAPPERS or is_library(kind)
        ):
            self._add_container(value)
        else:
            self._add_instance(value, kind)

    def _add_parts(self, what: str, parts: Iterable[Any]) -> None:
        self.found.append(what)
        for part in parts:
            self.add(part)

    def _add_array(self, value: Any) -> None:
        if type(value).__name__.endswith(("SymbolicTensor", "Tracer")):  # left behind by a trace
            self.found.append("symbolic")
            return
        array = keras.ops.convert_to_numpy(value)
        _require(not array.dtype.hasobject, value)
        raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        digest = hashlib.sha256(raw.data).hexdigest()
        self.found.append(f"{type(value).__name__} {array.dtype.str} {array.shape} {digest}")

    def _add_container(self, value: Any) -> None:
        what = f"{type(value).__name__} {len(value)}"
        if isinstance(value, dict):
            self._add_parts(what, (part for item in value.items() for part in item))
        elif isinstance(value, (set, frozenset)):
            _require(all(type(part) in _PLAIN for part in value), value)
            self._add_parts(what, sorted(value, key=repr))
        else:
            self._add_parts(what, value)

    def _add_function(self, function: types.FunctionType) -> None:
        _require(is_library(function), function)
        self.found.append(path_of(function))
        if named(function) is not function:
            # One of several functions that a library makes from the same code.
            held = [cell.cell_contents for cell in function.__closure__ or ()]
            place = function.__code__.co_firstlineno
            self._add_parts("made", (place, held, function.__defaults__, function.__kwdefaults__))

    def _add_instance(self, value: Any, kind: type) -> None:
        if kind not in self.classes:
            _require(is_library(kind) and kind.__name__ not in _READ_NAMES, value)
            self.classes.add(kind)
        self.has_open_sizes &= has_open_sizes(value)
        if isinstance(value, keras.Initializer):
            # Weights are inputs of programs, so their initializers are hashed separately.
            walk = _Walk((), training=False)
            walk._add_attributes(value)
            self.initial += [path_of(kind), *walk.found]
        else:
            self.found.append(f"{path_of(kind)} {self._places.get(id(value), '')}")
            self._add_attributes(value)

    def _add_attributes(self, value: Any) -> None:
        inputs = hyperparameter_names(value) if self._training else ()
        sizes = size_names(value)
        arguments = vars(value).get("_fn_kwargs") if inputs else None
        for name, part in _attributes(value):
            if self._is_left_out(value, name, part):
                continue
            if name in sizes:
                self._add_size(name, part, vars(value))
            elif arguments is None:
                self._add_named(name, part, inputs, value)
            elif part is arguments:
                for key, argument in arguments.items():
                    self._add_named(key, argument, inputs, arguments)
            elif name not in inputs:  # inputs are copies of arguments
                self._add_named(name, part, (), None)
        self.found.append("end")

    def _add_named(self, name: str, part: Any, inputs: Collection[str], holder: Any) -> None:
        self.found.append(name)
        if name in inputs and type(part) in (bool, int, float):
            found = Hyperparameter(holder if isinstance(holder, dict) else vars(holder), name)
            self.values.append(found)
            self.found.append(f"input {found.sign} {found.is_one}")
        else:
            self.add(part)

    def _add_size(self, name: str, size: Any, holder: dict[str, Any]) -> None:
        hidden = unknown(size)
        self.sizes.append(Size(holder, name, hidden))
        self.found += [name, SizeText(size, hidden)]

    def _is_left_out(self, value: Any, name: str, part: Any) -> bool:
        if name in _NOT_COMPUTED or name.startswith("_self_"):
            return True
        if name == "name":  # names of metrics are keys of the logs
            return not isinstance(value, keras.Metric)
        if name == "output_names":  # the name of a single output is not used
            return part is None or len(part) < 2
        if name in ("build", "quantize"):  # Keras wraps these methods
            return isinstance(part, types.FunctionType) and is_library(part)
        if isinstance(value, keras.optimizers.Optimizer):  # its variables follow from the rest
            parts = part if isinstance(part, list) else [part]
            return name == "built" or all(isinstance(v, keras.Variable) for v in parts)
        if isinstance(value, keras.Model) and not self._training:
            return name in _COMPILED
        if isinstance(value, keras.callbacks.Callback):  # set by the fit
            return name in ("_model", "params")
        return False


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attributes of an object, from its dict and its slots."""
    yield from vars(value).items() if hasattr(value, "__dict__") else ()
    for name, member in (item for kind in type(value).__mro__ for item in vars(kind).items()):
        if isinstance(member, types.MemberDescriptorType) and hasattr(value, name):
            yield name, getattr(value, name)


def _require(known: bool, value: Any) -> None:
    if not known:
        named_itself = isinstance(value, (type, types.FunctionType, types.ModuleType))
        raise ForeignCode(path_of(value if named_itself else type(value)))
