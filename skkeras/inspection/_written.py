"""Python code that creates parameter values."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import math
import sys
from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
import scipy.special

# Maximum number of values of an array that is written as code.
_LARGEST = 1000
# Public modules of Keras' classes and functions, because their `__module__` is private.
_SPACES = [
    f"keras.{name}"
    for name in (
        *("optimizers", "optimizers.schedules", "losses", "metrics", "activations", "callbacks"),
        *("initializers", "regularizers", "constraints", "layers", "ops"),
    )
]


class Code:
    """Replaces a value by its code, which is the representation of the object."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        """Return the code."""
        return self._text


class _NotFinite(float):
    """NaN or infinity, written as code; as a float, NaN still matches defaults of NaN."""

    def __repr__(self) -> str:
        return f"float('{float(self)}')"


def code(value: Any) -> str:
    """Return one value as code, without imports."""
    return repr(Writer().written(value))


def params_as_code(params: Mapping[str, Any]) -> str:
    """Return parameters as one line, with numbers rounded to four digits."""
    return ", ".join(
        f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={code(value)}"
        for name, value in params.items()
    )


def as_key(value: Any) -> str:
    """Return a string that identifies a value: its code, or also its repr if that is incomplete."""
    writer = Writer()
    text = repr(writer.written(value))
    return text if writer.is_whole else f"{text} {value!r}"


class Writer:
    """Replaces values whose representation is not code, and collects the imports.

    A value that cannot be written, such as a Keras model, becomes incomplete code such as
    ``Sequential(...)``. For functions and classes that the user wrote, only names are written.

    Attributes
    ----------
    is_whole : bool
        Whether the code and its imports are enough to create everything that was written.
    """

    def __init__(self) -> None:
        self.is_whole = True
        self._homes: dict[str, str] = {}
        self._modules: set[str] = set()

    @property
    def imports(self) -> list[str]:
        """Sorted lines that import everything that was written."""
        lines = {f"from {home} import {name}" for name, home in self._homes.items() if home}
        return sorted(lines | {f"import {module}" for module in self._modules})

    def written(self, value: Any) -> Any:
        """Return an object whose representation is code.

        Parameters
        ----------
        value : object
            Parameter, estimator, or container of them.

        Returns
        -------
        object
            The value, a copy that contains `Code`, or `Code`.
        """
        value = value.item() if isinstance(value, np.generic) else value
        if isinstance(value, float) and not math.isfinite(value):
            return _NotFinite(value)
        if value is None or isinstance(value, (str, bytes, int, float, complex)):
            return value
        if isinstance(value, Mapping):
            return {self.written(key): self.written(held) for key, held in value.items()}
        if type(value) in (list, tuple, set, frozenset):
            return type(value)(map(self.written, value))
        if isinstance(value, np.ndarray):
            name = self._name("array", "numpy")
            if value.size > _LARGEST:
                return Code(self._in_part(name))
            return Code(f"{name}({self.written(value.tolist())!r})")
        if isinstance(value, (type, FunctionType, BuiltinFunctionType, np.ufunc)):
            return Code(self._named(value))
        if hasattr(value, "get_params"):
            self._named(type(value))
            params = value.get_params(deep=False)
            copied = object.__new__(type(value))
            copied.__dict__ = {**vars(value), **{n: self.written(v) for n, v in params.items()}}
            return copied
        return Code(self._object(value))

    def _object(self, value: Any) -> str:
        frozen = getattr(value, "dist", None)
        if frozen is not None and hasattr(frozen, "name"):  # a SciPy distribution
            name = self._name(frozen.name, "scipy.stats")
            return self._call(name, value.args, value.kwds)
        if isinstance(value, functools.partial):
            name = self._name("partial", "functools")
            return self._call(name, [value.func, *value.args], value.keywords)
        name = self._named(type(value))
        if hasattr(value, "get_config"):
            arguments = None if hasattr(value, "layers") else _configured(value)
        elif _is_code(repr(value)):
            return repr(value)
        else:
            arguments = _held(value)
        return self._in_part(name) if arguments is None else self._call(name, (), arguments)

    def _in_part(self, name: str) -> str:
        self.is_whole = False
        return f"{name}(...)"

    def _call(self, name: str, args: Iterable[Any], kwargs: Mapping[str, Any]) -> str:
        given = [repr(self.written(value)) for value in args]
        given += [f"{key}={self.written(value)!r}" for key, value in kwargs.items()]
        return f"{name}({', '.join(given)})"

    def _named(self, item: Any) -> str:
        name, module = item.__name__, getattr(item, "__module__", None) or "builtins"
        if isinstance(item, np.ufunc):
            module = "scipy.special" if getattr(scipy.special, name, None) is item else "numpy"
        home = _public(module, item)
        self.is_whole &= getattr(sys.modules.get(home), name, None) is item
        return self._name(name, home) if name.isidentifier() else "..."  # a lambda

    def _name(self, name: str, module: str) -> str:
        """Return a name as imported, with its module if the name is already used for another."""
        if module == "builtins" or self._homes.setdefault(name, module) == module:
            return name
        self._modules.add(module)
        return f"{module}.{name}"


def _configured(value: Any) -> dict[str, Any] | None:
    """Return the arguments of a Keras object that differ from the defaults."""
    parameters = inspect.signature(type(value)).parameters
    try:
        # The configs of losses and metrics lack the arguments of their functions.
        config = {**value.get_config(), **getattr(value, "_fn_kwargs", {})}
        config = {name: _revived(config[name]) for name in parameters if name in config}
    except Exception:  # the get_config of a user may raise any error
        return None
    # Keras generates names, and takes the default dtype from its settings.
    made_up = [n for n in ("name", "dtype") if n in config and parameters[n].default is None]
    return _not_default({n: v for n, v in config.items() if n not in made_up}, parameters)


def _revived(value: Any) -> Any:
    """Deserialize nested configs, and undo the float32 rounding of numbers."""
    if isinstance(value, dict) and "class_name" in value:
        return sys.modules["keras"].saving.deserialize_keras_object(value)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_revived, value))
    if isinstance(value, float) and float(np.float32(value)) == value:
        return float(str(np.float32(value)))
    return value


def _held(value: Any) -> dict[str, Any] | None:
    """Return the arguments of an object that stores them in attributes of the same names."""
    try:
        parameters = inspect.signature(type(value)).parameters
        state = vars(value)
    except (TypeError, ValueError):
        return None
    plain = {
        name: p for name, p in parameters.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }
    needed = {name for name, p in plain.items() if p.default is p.empty}
    if not needed <= set(state):
        return None
    return _not_default({name: state[name] for name in plain if name in state}, plain)


def _not_default(arguments: dict[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {name: parameters[name].default for name in arguments}
    return {
        name: value
        for name, value in arguments.items()
        if type(value) is not type(defaults[name]) or repr(value) != repr(defaults[name])
    }


def _is_code(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def _public(module: str, item: Any) -> str:
    """Return the public module of an item, or `module` if there is none."""
    if module == "sklearn.model_selection._search_successive_halving":
        return "sklearn.model_selection"
    parts = module.split(".")
    above = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
    for public in _SPACES if parts[0] == "keras" else above:
        if any(part.startswith("_") for part in public.split(".")):
            continue
        try:
            if getattr(importlib.import_module(public), item.__name__, None) is item:
                return public
        except ImportError:
            continue
    return module
