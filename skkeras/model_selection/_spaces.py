"""Search spaces of estimators, in the format of each search."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats
from sklearn.base import clone
from skopt.space import Integer

from skkeras._extras import require
from skkeras.model_selection._dimensions import Parameter

_KINDS = ["grid", "random", "bayes", "optuna"]
_MOST_CANDIDATES = {"small": 20, "medium": 60, "large": 180}
_MOST_VALUES = 3


def search_space(estimator: Any, kind: str = "bayes", size: str = "small") -> dict[str, Any]:
    """Return the search space of an estimator or of the estimators inside it.

    Parameters
    ----------
    estimator : estimator object
        An estimator with a method ``search_space(size=)``, or one that contains such estimators at
        any depth: a `Pipeline`, a `TransformedTargetRegressor` or a voting ensemble. Parameter
        names have the prefixes that are needed for `estimator`.
    kind : {"grid", "random", "bayes", "optuna"}, default="bayes"
        The type of search that the space is for:

        - "grid": lists of values for `GridSearchCV`. A range of numbers is represented by at most
          three values, spaced evenly on the scale of its prior and rounded to two digits. The grid
          has at most 20, 60 and 180 candidates for the three sizes. The longest lists are shortened
          first, and among them those of later parameters. A parameter with only one value left is
          omitted, so that the estimator's value is used;
        - "random": distributions and lists for `RandomizedSearchCV`. All values of a list are
          equally likely;
        - "bayes": dimensions of `skopt.space` for `BayesSearchCV`;
        - "optuna": distributions of `optuna` for `optuna_integration.OptunaSearchCV` and
          `optuna.study.Study.ask`. Optuna stores only plain values, so tuples of numbers become
          strings such as ``"(64, 32)"``, which skkeras models accept instead of the tuples.
    size : {"small", "medium", "large"}, default="small"
        Size of the space. The estimator defines the parameters and ranges of each size.

    Returns
    -------
    dict of str to list, distribution or dimension
        Parameter names and what to search for each. Every call returns new objects.

    Raises
    ------
    TypeError
        If neither `estimator` nor any estimator inside it has a `search_space`, or if Optuna cannot
        store a value of a list.
    ValueError
        If `kind` or `size` is unknown, if a search space is empty, or if it names parameters that
        the estimator does not have.
    ImportError
        If `kind` is "optuna" and Optuna is not installed.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn.svm import SVC
    >>> from skkeras.model_selection import search_space
    >>> class TunableSVC(SVC):
    ...     def search_space(self, size="small"):
    ...         return {"C": (1e-2, 1e2, "log-uniform"), "kernel": ["linear", "rbf"]}
    >>> search_space(make_pipeline(StandardScaler(), TunableSVC()), kind="grid")
    {'tunablesvc__C': [0.046, 1.0, 22.0], 'tunablesvc__kernel': ['linear', 'rbf']}
    """
    if kind not in _KINDS:
        raise ValueError(f"kind must be one of {_KINDS}; got {kind!r}.")
    if size not in _MOST_CANDIDATES:
        raise ValueError(f"size must be one of {list(_MOST_CANDIDATES)}; got {size!r}.")
    specs = {
        prefix + name: spec
        for prefix, owner in _owners(estimator).items()
        for name, spec in owner.search_space(size=size).items()
    }
    if not specs:
        raise ValueError(f"The search space of size {size!r} is empty; got {estimator!r}.")
    known = estimator.get_params()
    parameters = [Parameter(name, spec) for name, spec in specs.items()]
    if unknown := [p.name for p in parameters if p.name not in known and not _takes(estimator, p)]:
        raise ValueError(
            f"The search space has {', '.join(map(repr, unknown))}, which {estimator!r} does not "
            f"have; its parameters are {', '.join(map(repr, sorted(known)))}."
        )
    if kind == "bayes":
        return copy.deepcopy(specs)
    if kind == "random":
        return {parameter.name: _distribution(parameter) for parameter in parameters}
    if kind == "optuna":
        return _for_optuna(parameters)
    return _grid(parameters, _MOST_CANDIDATES[size])


def _owners(estimator: Any) -> dict[str, Any]:
    """Return the outermost estimators that have a search space, with prefixes as keys."""
    owners: dict[str, Any] = {}
    held = {"": estimator}
    if hasattr(estimator, "get_params") and not isinstance(estimator, type):
        params = estimator.get_params(deep=True)
        held |= {f"{name}__": value for name, value in params.items()}
    # By depth, so that an estimator comes before the estimators inside it.
    for prefix, value in sorted(held.items(), key=lambda item: item[0].count("__")):
        inside = any(prefix.startswith(owner) for owner in owners)
        if hasattr(value, "search_space") and not isinstance(value, type) and not inside:
            owners[prefix] = value
    if not owners:
        raise TypeError(
            "Neither the estimator nor any in it has a method search_space(size=), as skkeras' "
            f"models have; got {estimator!r}."
        )
    return owners


def _takes(estimator: Any, parameter: Parameter) -> bool:
    """Return whether an estimator accepts a parameter that `get_params` does not list."""
    try:
        clone(estimator).set_params(**{parameter.name: parameter.first()})
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def _for_optuna(parameters: list[Parameter]) -> dict[str, Any]:
    require("optuna", 'A search space of kind "optuna"', extra="optuna")
    from skkeras.model_selection._optuna import distribution

    return {parameter.name: distribution(parameter) for parameter in parameters}


def _grid(parameters: list[Parameter], most_candidates: int) -> dict[str, list[Any]]:
    full = {
        parameter.name: len(parameter.choices or _values(parameter, _MOST_VALUES))
        for parameter in parameters
    }
    counts = dict(full)
    while math.prod(counts.values()) > most_candidates:
        # The last of the longest lists.
        longest = max(reversed(counts), key=lambda name: counts[name])
        counts[longest] -= 1
    return {
        parameter.name: parameter.choices[: counts[parameter.name]]
        if parameter.choices
        else _values(parameter, counts[parameter.name])
        for parameter in parameters
        if counts[parameter.name] > 1 or full[parameter.name] == 1
    }


def _values(parameter: Parameter, count: int) -> list[Any]:
    """Return the midpoints of `count` equal parts of the range, on the scale of its prior."""
    dimension = copy.deepcopy(parameter.dimension)
    dimension.set_transformer("normalize")
    middles = dimension.inverse_transform((np.arange(count) + 0.5) / count)
    if isinstance(dimension, Integer):
        return sorted({int(value) for value in middles})
    rounded = [float(f"{value:.2g}") for value in middles]
    if len(set(rounded)) < count or not all(value in dimension for value in rounded):
        rounded = [float(value) for value in middles]
    return rounded


def _distribution(parameter: Parameter) -> Any:
    if parameter.choices:
        return list(parameter.choices)
    dimension = parameter.dimension
    low, high, log = dimension.low, dimension.high, dimension.prior == "log-uniform"
    if isinstance(dimension, Integer):
        return LogUniformInteger(int(low), int(high)) if log else stats.randint(low, high + 1)
    return stats.loguniform(low, high) if log else stats.uniform(low, high - low)


@dataclass(frozen=True)
class LogUniformInteger:
    """Log-uniform distribution of integers, for `RandomizedSearchCV`.

    Parameters
    ----------
    low, high : int
        Smallest and largest value; both are at least 1.
    """

    low: int
    high: int

    def rvs(self, size: Any = None, random_state: Any = None) -> Any:
        """Draw values, as the distributions of SciPy do.

        Parameters
        ----------
        size : int, tuple of int or None, default=None
            Shape of the values; None returns one integer.
        random_state : int, RandomState, Generator or None, default=None
            Random number generator, or its seed.

        Returns
        -------
        int or ndarray of int
        """
        between = stats.loguniform(self.low - 0.5, self.high + 0.5)
        drawn = np.rint(between.rvs(size=size or 1, random_state=random_state))
        values = np.clip(drawn, self.low, self.high).astype(int)
        return int(values[0]) if size is None else values
