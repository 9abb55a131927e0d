"""Parse the search spaces that users pass into dimensions of scikit-optimize."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from numbers import Integral
from numbers import Real as RealNumber
from typing import Any

import numpy as np
from skopt.space import Categorical, Dimension, Integer, Real

_EXPECTED = (
    "expected a list of values, a tuple (low, high), (low, high, prior) or (low, high, prior, "
    "base), or a dimension from skopt.space (Real, Integer, Categorical)"
)

_PRIORS = [("uniform",), ("log-uniform",)]


class Parameter:
    """One searched parameter: its dimension, and the conversion back to Python values.

    Parameters
    ----------
    name : str
        Name of the parameter and of its dimension.
    spec : Dimension, tuple or iterable
        A dimension of `skopt.space`; a tuple ``(low, high[, prior[, base]])`` of numbers; or the
        values to choose from, of any types.

    Attributes
    ----------
    choices : list or None
        The values to choose from; None for a range of numbers.
    dimension : skopt.space.Dimension
        A dimension that no other object uses. If the values are not all strings, all integers, all
        floats or all booleans, its categories are their representations.

    Raises
    ------
    TypeError
        If `spec` has none of these types.
    ValueError
        If there are no values to choose from, or if the bounds are not an interval.
    """

    def __init__(self, name: str, spec: Any) -> None:
        self.name = name
        self.choices: list[Any] | None = None
        self._values: dict[Any, Any] = {}
        try:
            dimension = _as_dimension(spec)
        except (TypeError, ValueError) as error:
            raise type(error)(f"Search space of {name!r}: {error}") from None
        if isinstance(dimension, Categorical):
            self.choices = [_plain(value) for value in dimension.categories]
            labels = _labels(self.choices)
            self._values = dict(zip(labels, self.choices, strict=True))
            dimension = Categorical(labels, prior=dimension.prior, transform=dimension.transform_)
        dimension.name = name
        self.dimension = dimension

    def value(self, coordinate: Any) -> Any:
        """Return the plain Python value at a coordinate of the dimension."""
        return self._values[_plain(coordinate)] if self._values else _plain(coordinate)

    def first(self) -> Any:
        """Return one value of the dimension: the first category or the lower bound."""
        return self.choices[0] if self.choices else _plain(self.dimension.low)

    def coordinates(self) -> list[Any] | range | None:
        """Return all coordinates of the dimension, or None if they cannot be counted."""
        if self._values:
            return list(self._values)
        if isinstance(self.dimension, Integer):
            return range(int(self.dimension.low), int(self.dimension.high) + 1)
        return None


class Space:
    """A search space: named parameters.

    Parameters
    ----------
    specs : mapping of str to dimension
        Specifications, as in `Parameter`.

    Raises
    ------
    TypeError
        If a name is not a string, or if a dimension has an invalid type.
    ValueError
        If there are no parameters, or if one has no values to choose from.
    """

    def __init__(self, specs: Mapping[str, Any]) -> None:
        if not specs:
            raise ValueError(
                "A search space is empty; give at least one parameter, as in "
                '{"learning_rate": (1e-4, 1e-1, "log-uniform")}.'
            )
        for name in specs:
            if not isinstance(name, str):
                raise TypeError(f"Parameters are named by strings; got {name!r} as a name.")
        # skopt sorts the dimensions by name, and `optimizer_results_` has the same order.
        self.parameters = [Parameter(name, specs[name]) for name in sorted(specs)]

    @property
    def dimensions(self) -> list[Dimension]:
        """The dimensions of the parameters, sorted by name."""
        return [parameter.dimension for parameter in self.parameters]

    def candidate(self, point: Iterable[Any]) -> dict[str, Any]:
        """Return the estimator parameters for a point of the space."""
        pairs = zip(self.parameters, point, strict=True)
        return {parameter.name: parameter.value(coordinate) for parameter, coordinate in pairs}

    def example(self) -> dict[str, Any]:
        """Return one candidate of the space."""
        return {parameter.name: parameter.first() for parameter in self.parameters}

    @property
    def n_points(self) -> float:
        """Number of points; infinity if a dimension is continuous."""
        columns = [parameter.coordinates() for parameter in self.parameters]
        return math.prod(math.inf if column is None else len(column) for column in columns)

    def points(self) -> Iterator[list[Any]]:
        """Yield all points of a space without continuous dimensions."""
        columns = [parameter.coordinates() or () for parameter in self.parameters]
        return map(list, itertools.product(*columns))


def parse_spaces(search_spaces: Any, n_iter: int) -> list[tuple[Space, int]]:
    """Convert `BayesSearchCV.search_spaces` to spaces and their numbers of candidates.

    Parameters
    ----------
    search_spaces : dict, or list of dict and of (dict, int)
        The spaces, searched one after the other.
    n_iter : int
        Number of candidates for a space without its own number.

    Returns
    -------
    list of (Space, int)
        At least one.

    Raises
    ------
    TypeError, ValueError
        If a space is invalid or empty, or if its number of candidates is below 1.
    """
    if isinstance(search_spaces, Mapping):
        search_spaces = [search_spaces]
    if not isinstance(search_spaces, (list, tuple)):
        raise TypeError(
            "search_spaces takes a dict of parameter names and dimensions, or a list of such dicts "
            f"and of (dict, n_iter) pairs; got {search_spaces!r}."
        )
    if not search_spaces:
        raise ValueError("search_spaces is an empty list; give at least one search space.")
    spaces = []
    for element in search_spaces:
        pair = element if isinstance(element, tuple) else (element, n_iter)
        if len(pair) != 2 or not isinstance(pair[0], Mapping) or not isinstance(pair[1], Integral):
            raise TypeError(
                "A list of search spaces holds dicts and (dict, n_iter) pairs of a dict and an "
                f"integer; got {element!r}."
            )
        if pair[1] < 1:
            raise ValueError(f"A search space needs n_iter of at least 1; got {pair[1]}.")
        spaces.append((Space(pair[0]), int(pair[1])))
    return spaces


def refuse_ranges(spaces: Any, kind: str, expected: str) -> None:
    """Raise an error for `BayesSearchCV` ranges, whose elements would be used as values.

    Parameters
    ----------
    spaces : dict or list of dict
        Search spaces. Other types are ignored, because they are checked elsewhere.
    kind : {"grid", "random"}
        The `kind` of `search_space` that returns valid spaces.
    expected : str
        Description of valid values, for the error message.

    Raises
    ------
    TypeError
        If there is a skopt dimension, or a tuple such as ``(1e-4, 1e-1, "log-uniform")``.
    """
    spaces = [spaces] if isinstance(spaces, Mapping) else spaces
    spaces = [space for space in spaces if isinstance(space, Mapping)]
    for name, spec in (pair for space in spaces for pair in space.items()):
        is_range = isinstance(spec, tuple) and _is_interval(spec) and spec[2:3] in _PRIORS
        if not is_range and not isinstance(spec, Dimension):
            continue
        example = ""
        if is_range:
            log = spec[2] == "log-uniform"
            if kind == "grid":
                example = f"numpy.{'geom' if log else 'lin'}space({spec[0]}, {spec[1]}, 3)"
            elif log:
                example = f"scipy.stats.loguniform({spec[0]}, {spec[1]})"
            else:
                example = f"scipy.stats.uniform({spec[0]}, {spec[1]} - {spec[0]})"
            example = f"Give {example}, for example; "
        raise TypeError(
            f"Search space of {name!r}: expected {expected}; got {spec!r}, a range as "
            f"BayesSearchCV and HyperbandSearchCV take it. {example}"
            f'search_space(estimator, kind="{kind}") gives what is expected.'
        )


def _as_dimension(spec: Any) -> Dimension:
    if isinstance(spec, Dimension):
        return copy.deepcopy(spec)
    if isinstance(spec, tuple) and _is_interval(spec):
        whole = isinstance(spec[0], Integral) and isinstance(spec[1], Integral)
        convert = int if whole else float
        return (Integer if whole else Real)(convert(spec[0]), convert(spec[1]), *spec[2:])
    if isinstance(spec, (str, bytes, Mapping)) or not isinstance(spec, Iterable):
        raise TypeError(f"{_EXPECTED}; got {spec!r}.")
    values = list(spec)
    if not values:
        raise ValueError(f"{_EXPECTED}; got nothing to choose from: {spec!r}.")
    # Start with indices, because skopt cannot hash lists or arrays.
    dimension = Categorical(range(len(values)))
    dimension.categories = tuple(values)
    return dimension


def _is_interval(spec: tuple[Any, ...]) -> bool:
    bounds, rest = spec[:2], spec[2:]
    return (
        len(bounds) == 2
        and all(isinstance(b, RealNumber) and not isinstance(b, (bool, np.bool_)) for b in bounds)
        and (not rest or (len(rest) <= 2 and isinstance(rest[0], str)))
    )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _labels(values: list[Any]) -> list[Any]:
    """Return labels that skopt's encoders can distinguish: hashable, unique and of one type."""
    types = {type(value) for value in values}
    one_type = len(types) == 1 and types <= {str, int, float, bool}
    # NaN is not equal to itself, so encoders cannot look it up.
    if one_type and len({v for v in values if v == v}) == len(values):
        return values
    labels = [repr(value) for value in values]
    if len(set(labels)) == len(labels):
        return labels
    return [f"{label} (value {number})" for number, label in enumerate(labels)]
