"""Search spaces of estimators, in the form that each search takes."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats
from sklearn.base import clone
from skopt.space import Integer

from skkeras.model_selection._dimensions import Parameter

_KINDS = ["grid", "random", "bayes", "optuna"]
_MOST_CANDIDATES = {"small": 20, "medium": 60, "large": 180}
_MOST_VALUES = 3


def search_space(estimator: Any, kind: str = "bayes", size: str = "small") -> dict[str, Any]:
    """Return the search space of an estimator or of what stands inside it.

    Parameters
    ----------
    estimator : estimator object
        One with a method ``search_space(size=)``, or one that holds such estimators: a `Pipeline`,
        a `TransformedTargetRegressor`, a voting ensemble, each inside the other as it may be. The
        names get the prefixes that reach the parameters from `estimator`.
    kind : {"grid", "random", "bayes", "optuna"}, default="bayes"
        What the space is for:

        - "grid": lists of values for `GridSearchCV`. Numbers are represented by at most three
          values, spread evenly over the range on the scale of its prior, rounded to two digits.
          The grid has no more than 20, 60 and 180 candidates for the three sizes: the longest
          lists are cut first, those of later parameters before those of earlier ones, and a
          parameter that one value would be left of is left out, as the estimator has it;
        - "random": distributions and lists for `RandomizedSearchCV`. All values in a list are
          equally likely;
        - "bayes": dimensions of `skopt.space` for `BayesSearchCV`;
        - "optuna": distributions of `optuna` for `optuna_integration.OptunaSearchCV` and
          `optuna.study.Study.ask`. Optuna keeps plain values only, so tuples of numbers become
          texts such as ``"(64, 32)"``, which skkeras' models take for the tuples.
    size : {"small", "medium", "large"}, default="small"
        How much to search: the estimator decides which parameters and ranges that means.

    Returns
    -------
    dict of str to list, distribution or dimension
        Parameter names and what to search in; new objects with each call.

    Raises
    ------
    TypeError
        If `estimator` and all that it holds have no `search_space`, or if Optuna cannot keep a
        value to choose from.
    ValueError
        If `kind` or `size` is unknown, if a search space is empty, or if it names parameters that
        the estimator does not have.
    ImportError
        If Optuna is asked for and not installed; ``pip install "skkeras[optuna]"`` brings it.

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
    """Find the outermost estimators that have a search space, under their prefixes."""
    owners: dict[str, Any] = {}
    held = {"": estimator}
    if hasattr(estimator, "get_params") and not isinstance(estimator, type):
        params = estimator.get_params(deep=True)
        held |= {f"{name}__": value for name, value in params.items()}
    # An estimator's name comes before those of what it holds.
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
    """Tell whether an estimator takes what `get_params` does not list, as routed parameters."""
    try:
        clone(estimator).set_params(**{parameter.name: parameter.first()})
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def _for_optuna(parameters: list[Parameter]) -> dict[str, Any]:
    try:
        from skkeras.model_selection._optuna import distribution
    except ImportError as error:
        raise ImportError(
            'A search space of kind "optuna" needs Optuna: pip install "skkeras[optuna]".'
        ) from error
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
    """Return the middles of as many equal parts of the range, on the scale of its prior."""
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
    """Integers whose logarithms are evenly spread, for `RandomizedSearchCV`.

    Parameters
    ----------
    low, high : int
        Smallest and greatest value, at least 1.
    """

    low: int
    high: int

    def rvs(self, size: Any = None, random_state: Any = None) -> Any:
        """Draw values as scipy's distributions do.

        Parameters
        ----------
        size : int, tuple of int or None, default=None
            Shape of the values; None gives one integer.
        random_state : int, RandomState, Generator or None, default=None
            Where the random numbers come from.

        Returns
        -------
        int or ndarray of int
        """
        between = stats.loguniform(self.low - 0.5, self.high + 0.5)
        drawn = np.rint(between.rvs(size=size or 1, random_state=random_state))
        values = np.clip(drawn, self.low, self.high).astype(int)
        return int(values[0]) if size is None else values
