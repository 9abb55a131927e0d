"""What it takes to fit an estimator once more: code, seeds, versions."""

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
    """Return the versions of Python, of the machine and of the packages that are installed."""
    found = {"Python": platform.python_version(), "machine": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def seeds(estimator: Any) -> dict[str, Any]:
    """Return every ``random_state`` in an estimator, by the name that reaches it."""
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
    writer = Writer()
    written = writer.written(estimator)
    # As scikit-learn writes it, but nothing left out.
    printer = _EstimatorPrettyPrinter(compact=True, indent=1, indent_at_name=True, width=96)
    text = printer.pformat(written)
    first = "from sklearn.experimental import enable_halving_search_cv\n"
    halving = any("sklearn.model_selection import Halving" in line for line in writer.imports)
    return (first if halving else "") + "\n".join(writer.imports) + f"\n\n{text}"
