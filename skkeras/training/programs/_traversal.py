"""Traverse everything that an object references, as texts that are the same in every process."""

from __future__ import annotations

import functools
import hashlib
import re
import types
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import keras
import numpy as np
from keras.src.saving.object_registration import get_registered_object

from skkeras.training.programs._exceptions import ForeignCode
from skkeras.training.programs._hyperparameters import Hyperparameter, hyperparameter_names
from skkeras.training.programs._libraries import is_library, named, path_of
from skkeras.training.programs._sizes import Size, SizeText, has_open_sizes, size_names, unknown

# Attributes of Keras' objects that no computation reads: names (except for `_READ_NAMES`, and for
# weight decay in `describe`), references for saving and building, and what training writes.
_NOT_COMPUTED = frozenset(
    {
        *("_name", "_path", "_parent_path", "_resolved_output_names"),
        *("_tracker", "_tracked", "_lock", "_auto_config", "_saved_model_inputs_spec"),
        *("_saved_model_arg_spec", "_inbound_nodes", "_outbound_nodes", "_nodes"),
        *("_build_shapes_dict", "_called", "_initializer", "_init_seed"),
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


class Traversal:
    """Traversal of everything that an object references, in the order of its attributes.

    Parameters
    ----------
    variables : sequence of keras.Variable
        The variables whose values are inputs of a program.
    training : bool
        Whether hyperparameters may be inputs of the program.

    Attributes
    ----------
    texts : list of str
        Everything that was added, each part as a text; a size is a `SizeText`.
    initial : list of str
        The same for the initializers of weights, which are not in `texts`.
    values : list of Hyperparameter
        Numbers that are inputs of the program.
    sizes : list of Size
        Sizes and shapes.
    has_open_sizes : bool
        Whether all objects compute the same when no sizes are known.
    classes : set of type
        The classes of all objects.
    """

    def __init__(self, variables: Iterable[keras.Variable], training: bool) -> None:
        self.texts: list[str] = []
        self.initial: list[str] = []
        self.values: list[Hyperparameter] = []
        self.sizes: list[Size] = []
        self.has_open_sizes = True
        self.classes: set[type] = set()
        self._places = {id(variable): place for place, variable in enumerate(variables)}
        self._training = training
        # Includes the objects, so that none is deleted and its `id` reused.
        self._met: dict[int, tuple[int, Any]] = {}

    def add(self, value: Any) -> None:
        """Add a value and everything that it references."""
        cls = type(value)
        if cls in _PLAIN:
            self.texts.append(f"{cls.__name__} {value!r}")
            # A string may be the name of an object registered with Keras.
            if cls is str and (meaning := get_registered_object(value)) is not None:
                self.add(meaning)
        elif isinstance(value, (np.ndarray, np.generic)) or (
            keras.ops.is_tensor(value) and not isinstance(value, keras.Variable)
        ):
            self._add_array(value)
        elif id(value) in self._met:
            self.texts.append(f"again {self._met[id(value)][0]}")
        else:
            self._met[id(value)] = len(self._met), value
            self._add_new(value, cls)

    def _add_new(self, value: Any, cls: type) -> None:
        if isinstance(value, types.FunctionType):
            self._add_function(value)
        elif isinstance(value, types.MethodType):
            self._add_parts("method", (value.__func__, value.__self__))
        elif cls is functools.partial:
            self._add_parts("partial", (value.func, value.args, value.keywords))
        elif isinstance(value, (type, types.ModuleType)):
            _require(is_library(value), value)
            self.texts.append(path_of(value))
        elif isinstance(value, _BY_TEXT):
            self.texts.append(f"{cls.__name__} {value!r}")
        elif isinstance(value, (list, tuple, dict, set, frozenset)) and (
            cls in _CONTAINERS or cls.__module__ == _WRAPPERS or is_library(cls)
        ):
            self._add_container(value)
        else:
            self._add_instance(value, cls)

    def _add_parts(self, what: str, parts: Iterable[Any]) -> None:
        self.texts.append(what)
        for part in parts:
            self.add(part)

    def _add_array(self, value: Any) -> None:
        if type(value).__name__.endswith(("SymbolicTensor", "Tracer")):  # left behind by a trace
            self.texts.append("symbolic")
            return
        array = keras.ops.convert_to_numpy(value)
        _require(not array.dtype.hasobject, value)
        raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        digest = hashlib.sha256(raw.data).hexdigest()
        self.texts.append(f"{type(value).__name__} {array.dtype.str} {array.shape} {digest}")

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
        self.texts.append(path_of(function))
        if named(function) is not function:
            # One of several functions that a library makes from the same code.
            held = [cell.cell_contents for cell in function.__closure__ or ()]
            place = function.__code__.co_firstlineno
            self._add_parts("made", (place, held, function.__defaults__, function.__kwdefaults__))

    def _add_instance(self, value: Any, cls: type) -> None:
        if cls not in self.classes:
            _require(is_library(cls) and cls.__name__ not in _READ_NAMES, value)
            self.classes.add(cls)
        self.has_open_sizes &= has_open_sizes(value)
        if isinstance(value, keras.Initializer):
            # Weights are inputs of programs, so their initializers are hashed separately.
            initializer = Traversal((), training=False)
            initializer._add_attributes(value)
            self.initial += [path_of(cls), *initializer.texts]
        else:
            self.texts.append(f"{path_of(cls)} {self._places.get(id(value), '')}")
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
        self.texts.append("end")

    def _add_named(self, name: str, part: Any, inputs: Collection[str], holder: Any) -> None:
        self.texts.append(name)
        if name in inputs and type(part) in (bool, int, float):
            number = Hyperparameter(holder if isinstance(holder, dict) else vars(holder), name)
            self.values.append(number)
            self.texts.append(f"input {number.sign} {number.is_one}")
        else:
            self.add(part)

    def _add_size(self, name: str, size: Any, holder: dict[str, Any]) -> None:
        hidden = unknown(size)
        self.sizes.append(Size(holder, name, hidden))
        self.texts += [name, SizeText(size, hidden)]

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
    for name, member in (item for cls in type(value).__mro__ for item in vars(cls).items()):
        if isinstance(member, types.MemberDescriptorType) and hasattr(value, name):
            yield name, getattr(value, name)


def _require(known: bool, value: Any) -> None:
    if not known:
        named_itself = isinstance(value, (type, types.FunctionType, types.ModuleType))
        raise ForeignCode(path_of(value if named_itself else type(value)))
