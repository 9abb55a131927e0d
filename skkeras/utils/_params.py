"""Values of parameters, as searches and users give them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np


def to_python(value: Any) -> Any:
    """Turn NumPy scalars, which Keras refuses, into Python's, also inside containers."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(to_python(item) for item in value)
    if type(value) is dict:
        return {key: to_python(item) for key, item in value.items()}
    return value


def as_int(value: Any) -> Any:
    """Return a whole number as int, also where it came as NumPy's or as a float."""
    value = to_python(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def sizes(value: Any) -> list[Any]:
    """Return the sizes of layers as a list: from one, from a sequence, or from the text of either.

    Searches that keep plain values only, such as Optuna's, choose between texts.
    """
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (SyntaxError, ValueError):
            return [value]
    value = value.tolist() if isinstance(value, np.ndarray) else value
    return [as_int(size) for size in (value if isinstance(value, Sequence) else [value])]


def check_sizes(name: str, value: Any, lengths: Sequence[int] = ()) -> None:
    """Refuse sizes that are no whole numbers of at least 1; None is no size.

    Parameters
    ----------
    name : str
        Name of the parameter.
    value : int, sequence of int, str or None
        What it holds.
    lengths : sequence of int, default=()
        How many numbers a sequence may have; any by default.

    Raises
    ------
    ValueError
        If there is another size, or another number of them.
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
    """Let the signature of an `__init__` that passes `**kwargs` on name what it passes on."""
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
