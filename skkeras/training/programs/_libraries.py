"""Which code is of Keras and of this package, exactly as these libraries define it."""

from __future__ import annotations

import operator
import sys
import types
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

_KNOWN = frozenset({"keras", "skkeras"})
# What classes of these stand on.
_BASES = _KNOWN | sys.stdlib_module_names | {"jax", "optree", "tensorflow", "wrapt"}

_COPYING = frozenset({"__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__"})

# Members of the classes looked at, and the names of all: one that is replaced later is somebody
# else's.
_members: WeakKeyDictionary[type, tuple[dict[str, Any], frozenset[str]]] = WeakKeyDictionary()


def is_library(code: Any) -> bool:
    """Tell whether a class, function or module is Keras' or this package's own.

    A subclass is not, nor is a class of which a method was replaced.
    """
    if isinstance(code, types.ModuleType):
        return _top(code.__name__) in _BASES
    if isinstance(code, types.MethodType):
        return is_library(code.__func__)
    if isinstance(code, types.FunctionType):
        return _top(code.__globals__.get("__name__")) in _KNOWN
    return are_library((code,))


def are_library(classes: Iterable[type]) -> bool:
    """Tell whether classes are Keras' or this package's own."""
    if not all(_top(kind.__module__) in _KNOWN and named(kind) is kind for kind in classes):
        return False
    return all(map(_is_untouched, {base for kind in classes for base in kind.__mro__}))


def named(code: Any) -> Any:
    """Return what a module holds under the name of a class or function."""
    module: Any = sys.modules.get(code.__module__)
    found = module
    for name in code.__qualname__.split("."):
        found = getattr(found, name, None)
    if found is None and hasattr(code, "_fields"):  # a named tuple does not know its class
        classes = [held for held in vars(module).values() if isinstance(held, type)]
        found = next((c for held in classes if (c := vars(held).get(code.__name__)) is code), None)
    return found


def path_of(code: Any) -> str:
    """Return the name of a class, function or module, with that of its module."""
    if isinstance(code, types.ModuleType):
        return code.__name__
    return f"{code.__module__}.{code.__qualname__}"


def _top(module: Any) -> str:
    return str(module).partition(".")[0]


def _is_untouched(kind: type) -> bool:
    if _top(kind.__module__) not in _BASES:
        return False
    if _top(kind.__module__) not in _KNOWN:
        return True
    held = vars(kind)
    known = _members.get(kind)
    if known is not None and held.keys() == known[1]:
        members = known[0]
        return all(map(operator.is_, map(held.get, members), members.values()))
    members = {
        name: member
        for name, member in held.items()
        # Python adds such as `__annotations__` later, and SciKeras its ways of copying.
        if not name.startswith("__") or isinstance(member, types.FunctionType)
        if name not in _COPYING
    }
    if known is None:
        untouched = all(map(_is_own, members.values()))
    else:
        first = known[0]
        untouched = first.keys() == members.keys() and all(first[n] is members[n] for n in members)
    if untouched:
        _members[kind] = members, frozenset(held)
    return untouched


def _is_own(member: Any) -> bool:
    if isinstance(member, property):
        return all(_is_own(part) for part in (member.fget, member.fset, member.fdel))
    function = getattr(member, "__func__", member)
    if not isinstance(function, types.FunctionType):
        return True
    module = str(function.__globals__.get("__name__"))
    return _top(module) in _BASES or module.startswith("namedtuple_")
