"""Conversion of search spaces to Optuna distributions."""

from __future__ import annotations

from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from skopt.space import Integer

from skkeras.model_selection._dimensions import Parameter

_PLAIN = (bool, int, float, str, type(None))


def distribution(parameter: Parameter) -> BaseDistribution:
    """Return the Optuna distribution of a parameter.

    Parameters
    ----------
    parameter : Parameter
        Values to choose from, or a range of numbers.

    Returns
    -------
    optuna.distributions.BaseDistribution
        A new distribution. Weights of the values are lost, because Optuna has none.

    Raises
    ------
    TypeError
        If a value is neither plain (None, bool, number or string) nor a tuple of integers.
    """
    if parameter.choices:
        return CategoricalDistribution([_plain(parameter.name, v) for v in parameter.choices])
    dimension = parameter.dimension
    log = dimension.prior == "log-uniform"
    if isinstance(dimension, Integer):
        return IntDistribution(int(dimension.low), int(dimension.high), log=log)
    return FloatDistribution(float(dimension.low), float(dimension.high), log=log)


def _plain(name: str, value: Any) -> Any:
    """Return a value that Optuna can store: a database would return a tuple as a list."""
    if isinstance(value, tuple) and all(isinstance(item, int) for item in value):
        return repr(value)
    if isinstance(value, _PLAIN):
        return value
    raise TypeError(
        f"Optuna keeps None, booleans, numbers and texts only, and {name!r} chooses from "
        f"{value!r}; search names instead, that the estimator makes such values of."
    )
