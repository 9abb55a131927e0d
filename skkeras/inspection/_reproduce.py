"""What it takes to fit an estimator once more: code, seeds, versions."""

from __future__ import annotations

import importlib
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
from sklearn.utils._pprint import _EstimatorPrettyPrinter

_PACKAGES = (
    "skkeras",
    "scikit-learn",
    "scikit-optimize",
    "optuna",
    "keras",
    "tensorflow",
    "jax",
    "numpy",
    "scipy",
    "pandas",
    "joblib",
)


def versions() -> dict[str, str]:
    """Give the versions of Python, of the machine and of the packages that are installed."""
    found = {"Python": platform.python_version(), "machine": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def seeds(estimator: Any) -> dict[str, Any]:
    """Give every ``random_state`` in an estimator, by the name that reaches it."""
    params = estimator.get_params(deep=True)
    return {name: v for name, v in sorted(params.items()) if name.split("__")[-1] == "random_state"}


def as_code(estimator: Any) -> str:
    """Write an estimator as the code that makes it, as far as its parameters can be written so.

    Parameters
    ----------
    estimator : estimator
        With parameters of any kind. Functions and classes of a user's own are named only.

    Returns
    -------
    str
        Imports and the estimator's representation.
    """
    # As scikit-learn writes it, but nothing left out and NumPy's numbers as plain ones.
    printer = _EstimatorPrettyPrinter(compact=True, indent=1, indent_at_name=True, width=96)
    with np.printoptions(legacy="1.25"):
        text = printer.pformat(estimator)
    imports = set()
    for value in _within(estimator):
        frozen = getattr(value, "dist", None)
        if frozen is not None and hasattr(frozen, "name"):  # a distribution of scipy
            arguments = [*map(repr, value.args), *(f"{k}={v!r}" for k, v in value.kwds.items())]
            text = text.replace(repr(value), f"{frozen.name}({', '.join(arguments)})")
            imports.add(f"from scipy.stats import {frozen.name}")
            continue
        if isinstance(value, np.generic):
            continue
        if isinstance(value, np.ndarray):
            imports.add("from numpy import array")
            continue
        if isinstance(value, (FunctionType, BuiltinFunctionType, type, np.ufunc)):
            text = text.replace(repr(value), value.__name__)
            named = value
        else:
            named = type(value)
        module = _public(getattr(named, "__module__", None) or "builtins", named.__name__)
        if module != "builtins":
            imports.add(f"from {module} import {named.__name__}")
    first = "from sklearn.experimental import enable_halving_search_cv\n"
    halving = any("sklearn.model_selection import Halving" in line for line in imports)
    return (first if halving else "") + "\n".join(sorted(imports)) + f"\n\n{text}"


def _within(value: Any) -> Iterator[Any]:
    """Give everything in an estimator's parameters that has a name to import."""
    if isinstance(value, Mapping):
        for held in value.values():
            yield from _within(held)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for held in value:
            yield from _within(held)
    elif value is not None and not isinstance(value, (str, bytes, int, float, complex)):
        yield value
        if hasattr(value, "get_params") and not isinstance(value, type):
            yield from _within(value.get_params(deep=False))


def _public(module: str, name: str) -> str:
    """Leave out private modules where the name is public in the package above them."""
    if module == "sklearn.model_selection._search_successive_halving":
        return "sklearn.model_selection"
    parts = module.split(".")
    for end in range(len(parts), 0, -1):
        public = ".".join(parts[:end])
        if any(part.startswith("_") for part in parts[:end]):
            continue
        try:
            if hasattr(importlib.import_module(public), name):
                return public
        except ImportError:
            continue
    return module
