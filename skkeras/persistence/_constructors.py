"""Objects that a file stores as a constructor call, because restoring their state is unsafe.

The state of a SciPy distribution contains code, which runs when the state is restored, and that of
a spline contains arrays whose sizes are not checked. Both, and dimensions of skopt, are written as
a name and arguments, which the constructor checks.
"""

from __future__ import annotations

from numbers import Real as RealNumber
from typing import Any

import numpy as np
from scipy import stats
from scipy.interpolate import BSpline
from scipy.stats._distn_infrastructure import rv_frozen, rv_generic
from skops.io._audit import NODE_TYPE_MAPPING, Node, get_tree
from skops.io._general import object_get_state
from skops.io._protocol import PROTOCOL
from skops.io._utils import _get_state, get_state
from skops.io.exceptions import UnsupportedTypeException
from skopt.space import Categorical, Dimension, Integer, Real, Space

from skkeras.serialization import is_without_code

_DISTRIBUTIONS = {item.name: item for item in vars(stats).values() if isinstance(item, rv_generic)}
_MAKERS: dict[tuple[str, str], Any] = {
    **{("scipy.stats", name): item for name, item in _DISTRIBUTIONS.items()},
    **{(kind.__module__, kind.__name__): kind for kind in (Real, Integer, Categorical, Space)},
    ("scipy.interpolate", "BSpline"): BSpline,
}


def _call(item: Any) -> tuple[str, str, list[Any], dict[str, Any]]:
    """Return the module and name of the constructor, and its arguments."""
    kind = type(item)
    if isinstance(item, rv_frozen):
        name, args = item.dist.name, [*item.args, *item.kwds.values()]
        if type(item.dist) is type(_DISTRIBUTIONS.get(name)) and _are_numbers(args):
            numbers = [_plain(value) for value in item.args]
            return "scipy.stats", name, numbers, {n: _plain(v) for n, v in item.kwds.items()}
        raise UnsupportedTypeException(
            f"the distribution {name!r} is none of scipy.stats, or has arguments that are no "
            "numbers; give a list of values in its place"
        )
    if kind is BSpline and item.axis == 0:
        return "scipy.interpolate", "BSpline", [item.t, item.c, item.k, item.extrapolate], {}
    if kind is Space:
        return kind.__module__, "Space", [item.dimensions], {}
    if kind is Categorical:
        names = ["categories", "prior", "name"]
    elif kind in (Real, Integer):
        names = ["low", "high", "prior", "base", "name", "dtype"]
    else:
        raise UnsupportedTypeException(f"there is no way to write a {kind.__name__}")
    arguments = {name: _plain(getattr(item, name)) for name in names}
    return kind.__module__, kind.__name__, [], {**arguments, "transform": item.transform_}


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _are_numbers(values: Any) -> bool:
    return all(isinstance(value, RealNumber) for value in values)


def _made_get_state(item: Any, save_context: Any) -> dict[str, Any]:
    if not is_without_code():  # skops writes a file for other code
        return object_get_state(item, save_context)
    module, name, args, kwargs = _call(item)
    return {
        "__class__": name,
        "__module__": module,
        "__loader__": "MadeNode",
        "args": get_state(args, save_context),
        "kwargs": get_state(kwargs, save_context),
    }


class MadeNode(Node):
    """An object that one of the constructors in `_MAKERS` creates."""

    def __init__(self, state: dict[str, Any], load_context: Any, trusted: Any = None) -> None:
        super().__init__(state, load_context, trusted)
        self.args = get_tree(state["args"], load_context, trusted=trusted)
        self.kwargs = get_tree(state["kwargs"], load_context, trusted=trusted)
        self.children = {"args": self.args, "kwargs": self.kwargs}

    def is_self_safe(self) -> bool:
        """Return whether the constructor is in `_MAKERS`, regardless of what else is trusted."""
        return (self.module_name, self.class_name) in _MAKERS

    def _construct(self) -> Any:
        args, kwargs = self.args.construct(), self.kwargs.construct()
        if self.module_name == "scipy.stats" and not _are_numbers([*args, *kwargs.values()]):
            raise ValueError(f"the arguments of {self.class_name} are no numbers: {args}, {kwargs}")
        return _MAKERS[self.module_name, self.class_name](*args, **kwargs)


NODE_TYPE_MAPPING["MadeNode", PROTOCOL] = MadeNode
for _kind in (rv_frozen, Dimension, Space, BSpline):
    _get_state.register(_kind, _made_get_state)
