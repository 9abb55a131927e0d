"""Conversion and checks of parameter values from users and searches."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np


def to_python(value: Any) -> Any:
    """Convert NumPy scalars, which Keras refuses, to Python scalars, also in containers."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(to_python(item) for item in value)
    if type(value) is dict:
        return {key: to_python(item) for key, item in value.items()}
    return value


def as_int(value: Any) -> Any:
    """Return an integer as int, also if it is a NumPy scalar or a float."""
    value = to_python(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def sizes(value: Any) -> list[Any]:
    """Return layer sizes as a list, from a number, a sequence, or the string of either.

    Searches that store only plain values, such as Optuna's, choose between strings.
    """
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (SyntaxError, ValueError):
            return [value]
    value = value.tolist() if isinstance(value, np.ndarray) else value
    return [as_int(size) for size in (value if isinstance(value, Sequence) else [value])]


def check_sizes(name: str, value: Any, lengths: Sequence[int] = ()) -> None:
    """Raise an error for sizes that are not integers of at least 1; None is allowed.

    Parameters
    ----------
    name : str
        Name of the parameter.
    value : int, sequence of int, str or None
        Value of the parameter.
    lengths : sequence of int, default=()
        Allowed lengths of a sequence; any by default.

    Raises
    ------
    ValueError
        If a size or the number of sizes is not allowed.
    """
    if value is None:
        return
    if not all(isinstance(size, int) and size >= 1 for size in sizes(value)):
        raise ValueError(f"{name} must be whole numbers of at least 1; got {value!r}.")
    value = value.tolist() if isinstance(value, np.ndarray) else value
    if lengths and isinstance(value, Sequence) and len(value) not in lengths:
        wanted = " or ".join(map(str, lengths))
        raise ValueError(f"{name} must be {wanted} numbers; got {value!r}.")


def complete_signature(cls: type) -> None:
    """Add the parameters that an `__init__` passes on as `**kwargs` to its signature."""
    init: Any = cls.__init__  # type: ignore[misc]
    own = list(inspect.signature(init).parameters.values())
    if own[-1].kind is not inspect.Parameter.VAR_KEYWORD:
        return
    names = {parameter.name for parameter in own}
    above: Any = super(cls, cls)
    inherited = inspect.signature(above.__init__).parameters.values()
    passed = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inherited
        if parameter.name not in names | {"self"}
        and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    init.__signature__ = inspect.Signature([*own[:-1], *passed, own[-1]])
