"""Detect code of Keras and of this package, exactly as these libraries define it."""

from __future__ import annotations

import operator
import sys
import types
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

_KNOWN = frozenset({"keras", "skkeras"})
# Packages that base classes of these may be from.
_BASES = _KNOWN | sys.stdlib_module_names | {"jax", "optree", "tensorflow", "wrapt"}

_COPYING = frozenset({"__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__"})

# Members of the classes checked so far, and the names of all their attributes, to detect members
# that are replaced later.
_members: WeakKeyDictionary[type, tuple[dict[str, Any], frozenset[str]]] = WeakKeyDictionary()


def is_library(code: Any) -> bool:
    """Return whether a class, function or module is part of Keras or this package.

    A subclass by the user is not, nor is a class with a replaced method.
    """
    if isinstance(code, types.ModuleType):
        return _top(code.__name__) in _BASES
    if isinstance(code, types.MethodType):
        return is_library(code.__func__)
    if isinstance(code, types.FunctionType):
        return _top(code.__globals__.get("__name__")) in _KNOWN
    return are_library((code,))


def are_library(classes: Iterable[type]) -> bool:
    """Return whether classes are part of Keras or this package, without replaced methods."""
    if not all(_top(cls.__module__) in _KNOWN and named(cls) is cls for cls in classes):
        return False
    return all(map(_is_untouched, {base for cls in classes for base in cls.__mro__}))


def named(code: Any) -> Any:
    """Return the object that a module has under the name of a class or function."""
    module: Any = sys.modules.get(code.__module__)
    item = module
    for name in code.__qualname__.split("."):
        item = getattr(item, name, None)
    if item is None and hasattr(code, "_fields"):  # a named tuple's name lacks its outer class
        classes = [held for held in vars(module).values() if isinstance(held, type)]
        item = next((c for held in classes if (c := vars(held).get(code.__name__)) is code), None)
    return item


def path_of(code: Any) -> str:
    """Return the name of a class, function or module, including its module."""
    if isinstance(code, types.ModuleType):
        return code.__name__
    return f"{code.__module__}.{code.__qualname__}"


def _top(module: Any) -> str:
    return str(module).partition(".")[0]


def _is_untouched(cls: type) -> bool:
    if _top(cls.__module__) not in _BASES:
        return False
    if _top(cls.__module__) not in _KNOWN:
        return True
    held = vars(cls)
    known = _members.get(cls)
    if known is not None and held.keys() == known[1]:
        members = known[0]
        return all(map(operator.is_, map(held.get, members), members.values()))
    members = {
        name: member
        for name, member in held.items()
        # Python adds members such as `__annotations__` later, and SciKeras methods for copying.
        if not name.startswith("__") or isinstance(member, types.FunctionType)
        if name not in _COPYING
    }
    if known is None:
        untouched = all(map(_is_own, members.values()))
    else:
        first = known[0]
        untouched = first.keys() == members.keys() and all(first[n] is members[n] for n in members)
    if untouched:
        _members[cls] = members, frozenset(held)
    return untouched


def _is_own(member: Any) -> bool:
    if isinstance(member, property):
        return all(_is_own(part) for part in (member.fget, member.fset, member.fdel))
    function = getattr(member, "__func__", member)
    if not isinstance(function, types.FunctionType):
        return True
    module = str(function.__globals__.get("__name__"))
    return _top(module) in _BASES or module.startswith("namedtuple_")
