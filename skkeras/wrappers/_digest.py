"""What values and code are, as a hash that is the same in every process."""

from __future__ import annotations

import copyreg
import dis
import hashlib
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

import keras
import numpy as np
import scipy.sparse

from skkeras.training import Streamed

# Code of these is told by name, and by the versions that go into each key; all other code is read.
_LIBRARIES = {"jax", "jaxlib", "keras", "ml_dtypes", "numpy", "pandas", "scikeras", "scipy"} | {
    "skkeras",
    "sklearn",
    "tensorflow",
}
# Attributes of classes that say nothing of what their objects do.
_SAYING_NOTHING = {"__abstractmethods__", "__annotations__", "__dict__", "__doc__"} | {
    "__firstlineno__",
    "__module__",
    "__static_attributes__",
    "__weakref__",
    "_abc_impl",
}


class Unknown(ValueError):
    """What a value is cannot be told; the message says of which, and why."""


def digest(*values: Any) -> str:
    """Hash values: data, containers, and functions and classes with the code that they use.

    Parameters
    ----------
    *values : object
        Anything.

    Returns
    -------
    str
        64 hexadecimal digits, the same in every process; equal only for equal values and code.

    Raises
    ------
    Unknown
        If it cannot be told what a value is.
    """
    try:
        return _Walk().digest(values).hex()
    except RecursionError as error:
        raise Unknown("it goes too deep") from error


class _Walk:
    """One walk over values; an object that was met before is not walked again."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Any, bytes]] = {}

    def digest(self, value: Any) -> bytes:
        """Hash one value."""
        if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
            return _hash(type(value).__name__.encode(), repr(value).encode())
        if isinstance(value, np.ndarray) and value.dtype.kind != "O":
            raw = np.ascontiguousarray(value).reshape(-1).view(np.uint8)
            return _hash(repr((value.shape, value.dtype.name)).encode(), raw.data)
        if isinstance(value, (set, frozenset)):
            return _hash(b"set", *sorted(map(self.digest, value)))
        if type(value) is dict:
            return self._together(value, (part for item in value.items() for part in item))
        if type(value) in (list, tuple):
            return self._together(value, value)
        if id(value) not in self.known:
            # Until all that it holds is hashed, its name stands for it there.
            name = getattr(value, "__qualname__", type(value).__qualname__)
            self.known[id(value)] = value, _hash(b"itself", str(name).encode())
            self.known[id(value)] = value, self._together(value, _parts(value))
        return self.known[id(value)][1]

    def _together(self, value: Any, parts: Iterable[Any]) -> bytes:
        return _hash(type(value).__name__.encode(), *map(self.digest, parts))


def _hash(*parts: Any) -> bytes:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "little"))
        whole.update(part)
    return whole.digest()


def _parts(value: Any) -> Iterable[Any]:
    """Take an object apart into all that makes it what it is."""
    if isinstance(value, types.CodeType):
        return _parts_of_code(value)
    if isinstance(value, types.ModuleType):
        if _is_library(value.__name__):
            return (value.__name__,)
        raise Unknown(f"it uses the module {value.__name__} as a value")
    if isinstance(value, types.MethodType):
        return value.__func__, value.__self__
    if isinstance(value, (staticmethod, classmethod)):
        return (value.__func__,)
    if isinstance(value, property):
        return value.fget, value.fset, value.fdel
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return _parts_of_named(value)
    # Functions that a library has put something around.
    inner = getattr(value, "__wrapped__", getattr(value, "python_function", None))
    if inner is not None:
        return type(value), inner
    if isinstance(value, (keras.Variable, np.generic)) or keras.ops.is_tensor(value):
        return (keras.ops.convert_to_numpy(value),)
    if isinstance(value, np.ndarray):
        return value.shape, value.tolist()
    if isinstance(value, Streamed):
        return type(value), value.told()
    if scipy.sparse.issparse(value):
        rows = value.tocsr()
        return rows.shape, rows.indptr, rows.indices, rows.data
    if isinstance(value, keras.callbacks.Callback):
        held = {name: part for name, part in vars(value).items() if name not in _OF_THE_FIT}
        return type(value), held
    if isinstance(value, (keras.Layer, keras.Metric, keras.optimizers.Optimizer)):
        raise Unknown(f"it holds a {type(value).__name__} that is no part of the network")
    return _parts_of_object(value)


_OF_THE_FIT = ("_model", "params")  # what Keras sets on callbacks


def _parts_of_code(code: types.CodeType) -> Iterable[Any]:
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME" and not _is_library(str(step.argval)):
            raise Unknown(
                f"{code.co_name} imports {step.argval!r}, which can be told only at the "
                "top of its module"
            )
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    return code.co_code, code.co_flags, code.co_exceptiontable, code.co_consts, *names


def _parts_of_named(value: Any) -> Iterable[Any]:
    module, name = value.__module__, value.__qualname__
    bound = getattr(value, "__self__", None)
    bound = None if isinstance(bound, types.ModuleType) else bound
    # Of what a library makes inside its functions there may be many of one name.
    if module is None or (_is_library(module) and "<" not in name):
        return module, name, bound
    if isinstance(value, type):
        return module, name, value.__bases__, list(_own(value))
    if isinstance(value, types.FunctionType):
        code, cells = value.__code__, value.__closure__ or ()
        held = {n: c.cell_contents for n, c in zip(code.co_freevars, cells, strict=True)}
        names = _names_in(code)
        used = [*_used(names | held.keys(), held), *_used(names, value.__globals__)]
        return code, value.__defaults__, value.__kwdefaults__, used
    raise Unknown(f"{module}.{name} is not written in Python")


def _own(kind: type) -> Iterator[tuple[str, Any]]:
    """List what a class itself defines."""
    slots = (types.MemberDescriptorType, types.GetSetDescriptorType)
    for name in sorted(vars(kind).keys() - _SAYING_NOTHING):
        if not isinstance(vars(kind)[name], slots):
            yield name, vars(kind)[name]


def _names_in(code: types.CodeType) -> set[str]:
    """Name the globals and attributes that a function may use, also in functions inside it."""
    inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return set(code.co_names).union(*map(_names_in, inner))


def _used(
    names: set[str], namespace: dict[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any]]:
    """List what names mean in a module, and in modules of the user's that it names."""
    for name in sorted(names & namespace.keys()):
        value = namespace[name]
        if not isinstance(value, types.ModuleType) or _is_library(value.__name__):
            yield name, value
        elif value.__name__ not in above:
            yield name, list(_used(names, vars(value), (*above, value.__name__)))


def _parts_of_object(value: Any) -> Iterable[Any]:
    try:
        reduce = copyreg.dispatch_table.get(type(value))
        made = value.__reduce_ex__(4) if reduce is None else reduce(value)
    except Exception as error:
        raise Unknown(f"it holds a {type(value).__name__}, which has no value to tell") from error
    if isinstance(made, str):
        return type(value), made
    function, arguments, state, items, pairs = (*made, None, None, None)[:5]
    return type(value), function, arguments, state, list(items or ()), list(pairs or ())


def _is_library(module: str) -> bool:
    top = module.split(".")[0]
    return top in _LIBRARIES or top in sys.stdlib_module_names
