"""Values of one parameter in all candidates, and their axis in a plot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np

from skkeras.inspection._style import as_number, as_scalar, as_text
from skkeras.inspection._written import as_key

_FEW = 10


class Column:
    """One parameter's value in each candidate.

    Parameters
    ----------
    name : str
        Name of the parameter.
    label : str
        Label of the axis.
    params : sequence of mapping
        Parameters of the candidates. Candidates without this one have no position on the axis.
    log : bool or None, default=None
        Whether numbers have a logarithmic scale; None decides by the spread of the values.

    Attributes
    ----------
    numeric : bool
        Whether the axis is numeric; otherwise it has evenly spaced levels.
    log : bool
        Whether the scale is logarithmic.
    levels : list of str
        Labels of the levels; empty for numbers.
    values : ndarray of shape (n_candidates,)
        Numbers, or the positions of levels; NaN if a candidate lacks the parameter.
    """

    def __init__(
        self,
        name: str,
        label: str,
        params: Sequence[Mapping[str, Any]],
        log: bool | None = None,
    ) -> None:
        self.name = name
        self.label = label
        held = [(row, as_scalar(p[name])) for row, p in enumerate(params) if name in p]
        self.numeric = all(_is_number(value) for _, value in held)
        self.levels: list[str] = []
        self.values = np.full(len(params), np.nan)
        rows = [row for row, _ in held]
        if self.numeric:
            self.values[rows] = [value for _, value in held]
        else:
            # Compare values by their code, because NaN and arrays cannot be compared by equality.
            keys = [as_key(value) for _, value in held]
            distinct = _in_order({key: value for key, (_, value) in zip(keys, held, strict=True)})
            positions = {key: position for position, key in enumerate(distinct)}
            self.values[rows] = [positions[key] for key in keys]
            self.levels = _told_apart([as_text(value) for value in distinct.values()])
        positive = self.numeric and bool(held) and bool((self.distinct > 0).all())
        self.log = positive and (_looks_log(self.distinct) if log is None else log)

    @cached_property
    def distinct(self) -> np.ndarray:
        """The distinct values in ascending order."""
        return np.unique(self.values[np.isfinite(self.values)])

    @property
    def varies(self) -> bool:
        """Whether candidates differ in this parameter, or only some of them have it."""
        return len(self.distinct) + bool(np.isnan(self.values).any()) > 1

    @property
    def few(self) -> bool:
        """Whether there are few enough values to show each of them separately."""
        return not self.numeric or len(self.distinct) <= _FEW

    @property
    def scaled(self) -> np.ndarray:
        """The values on the scale of the axis: logarithms if the scale is logarithmic."""
        return np.log10(self.values) if self.log else self.values

    @property
    def unit(self) -> np.ndarray:
        """The values on the scale of the axis, from 0 for the lowest to 1 for the highest."""
        return self._to_unit(self.values)

    def ticks(self) -> list[tuple[float, str]]:
        """Return positions on the axis, from 0 to 1, and their labels."""
        from matplotlib.ticker import LogLocator, MaxNLocator

        if not self.numeric:
            return list(zip(self._to_unit(self.distinct), self.levels, strict=True))
        at = self.distinct
        if len(at) > 6:
            wide = self.log and at[-1] > 1e3 * at[0]
            logarithmic = LogLocator(subs=(1.0,) if wide else (1.0, 3.0))
            locator = logarithmic if self.log else MaxNLocator(6, steps=[1, 2, 5, 10])
            found = np.asarray(locator.tick_values(at[0], at[-1]))
            inside = found[(found >= at[0]) & (found <= at[-1])]
            at = inside if len(inside) > 1 else at[[0, -1]]
        return [
            (float(u), as_number(value)) for u, value in zip(self._to_unit(at), at, strict=True)
        ]

    def set_scale(self, axis: Any) -> None:
        """Set the scale, ticks and label of a matplotlib axis."""
        from matplotlib.ticker import NullFormatter

        axis.set_label_text(self.label)
        if not self.numeric:
            axis.set_ticks(range(len(self.levels)), self.levels)
            return
        if self.log:
            axis._set_axes_scale("log")
        if len(self.distinct) <= 6:
            axis.set_ticks(self.distinct, [as_number(value) for value in self.distinct])
            axis.set_minor_formatter(NullFormatter())

    def _to_unit(self, values: np.ndarray) -> np.ndarray:
        low, high = self.distinct[[0, -1]]
        if low == high:
            return np.where(np.isnan(values), np.nan, 0.5)
        if self.log:
            return np.log(values / low) / np.log(high / low)
        return (values - low) / (high - low)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _looks_log(values: np.ndarray) -> bool:
    """Return whether values span a factor of 4 and are spread more evenly on a log scale."""
    if len(values) < 2 or values[-1] < 4 * values[0]:
        return False
    middle = np.median(values)
    linear = (middle - values[0]) / (values[-1] - values[0])
    log = np.log(middle / values[0]) / np.log(values[-1] / values[0])
    return len(values) == 2 or bool(abs(log - 0.5) < abs(linear - 0.5))


def _in_order(distinct: dict[str, Any]) -> dict[str, Any]:
    """Sort values by type: None, booleans, numbers, strings, sequences, other objects."""
    kinds: dict[int, list[str]] = {}
    order: tuple[Any, ...] = (type(None), bool, (int, float), str, (tuple, list), object)
    for key, value in distinct.items():
        kind = next(number for number, known in enumerate(order) if isinstance(value, known))
        kinds.setdefault(kind, []).append(key)
    result: dict[str, Any] = {}
    for kind in sorted(kinds):
        keys = kinds[kind]
        # Values that cannot be compared keep the order in which they were tried.
        with suppress(TypeError, ValueError):
            keys = sorted(keys, key=distinct.__getitem__)
        result.update({key: distinct[key] for key in keys})
    return result


def _told_apart(labels: list[str]) -> list[str]:
    return [
        f"{label} ({labels[:number].count(label) + 1})" if labels.count(label) > 1 else label
        for number, label in enumerate(labels)
    ]
