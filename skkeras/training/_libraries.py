"""Which code is of Keras and of this package, exactly as these libraries define it."""

from __future__ import annotations

import sys
import types
from typing import Any
from weakref import WeakKeyDictionary

_KNOWN = frozenset({"keras", "skkeras"})
# What classes of these stand on.
_BASES = _KNOWN | sys.stdlib_module_names | {"jax", "optree", "tensorflow", "wrapt"}

_COPYING = frozenset({"__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__"})

# Members of the classes looked at: one that is replaced later is somebody else's.
_members: WeakKeyDictionary[type, dict[str, Any]] = WeakKeyDictionary()


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
    ours = _top(code.__module__) in _KNOWN and named(code) is code
    return ours and all(map(_is_untouched, code.__mro__))


def named(code: Any) -> Any:
    """Give what a module holds under the name of a class or function."""
    found: Any = sys.modules.get(code.__module__)
    for name in code.__qualname__.split("."):
        found = getattr(found, name, None)
    return found


def path_of(code: Any) -> str:
    """Give the name of a class, function or module, with that of its module."""
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
    members = {
        name: member
        for name, member in vars(kind).items()
        # Python adds such as `__annotations__` later, and SciKeras its ways of copying.
        if not name.startswith("__") or isinstance(member, types.FunctionType)
        if name not in _COPYING
    }
    first = _members.get(kind)
    if first is None:
        if not all(map(_is_own, members.values())):
            return False
        _members[kind] = first = members
    return first.keys() == members.keys() and all(first[n] is members[n] for n in members)


def _is_own(member: Any) -> bool:
    if isinstance(member, property):
        return all(_is_own(part) for part in (member.fget, member.fset, member.fdel))
    function = getattr(member, "__func__", member)
    if not isinstance(function, types.FunctionType):
        return True
    module = str(function.__globals__.get("__name__"))
    return _top(module) in _BASES or module.startswith("namedtuple_")
