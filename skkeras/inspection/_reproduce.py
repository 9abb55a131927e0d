"""Information to reproduce a fitted estimator: code, seeds and versions."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

from sklearn.utils._pprint import _EstimatorPrettyPrinter

from skkeras.inspection._written import Writer

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
    """Return the versions of Python, of the platform and of the installed packages."""
    found = {"Python": platform.python_version(), "machine": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def seeds(estimator: Any) -> dict[str, Any]:
    """Return every ``random_state`` in an estimator, with parameter names as keys."""
    params = estimator.get_params(deep=True)
    return {name: v for name, v in sorted(params.items()) if name.split("__")[-1] == "random_state"}


def as_code(estimator: Any) -> str:
    """Return the code that creates an estimator, if its parameters can be written as code.

    Parameters
    ----------
    estimator : estimator
        An estimator with parameters of any type. For functions and classes that the user wrote,
        only names are written.

    Returns
    -------
    str
        Imports and the representation of the estimator.
    """
    writer = Writer()
    written = writer.written(estimator)
    # The representation of scikit-learn, without abbreviations.
    printer = _EstimatorPrettyPrinter(compact=True, indent=1, indent_at_name=True, width=96)
    text = printer.pformat(written)
    first = "from sklearn.experimental import enable_halving_search_cv\n"
    halving = any("sklearn.model_selection import Halving" in line for line in writer.imports)
    return (first if halving else "") + "\n".join(writer.imports) + f"\n\n{text}"
