"""One parameter of all candidates, on an axis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np

from skkeras.inspection._style import as_number, as_text, to_python
from skkeras.inspection._written import as_key

_FEW = 10


class Column:
    """One parameter's value in each candidate.

    Parameters
    ----------
    name : str
        The parameter's name.
    label : str
        What the axis is called.
    params : sequence of mapping
        The candidates' parameters; those without this one have no place on the axis.
    log : bool or None, default=None
        Whether numbers are shown on a logarithmic scale; None looks how they are spread.

    Attributes
    ----------
    numeric : bool
        Whether the axis is one of numbers; otherwise it has levels, one beside the other.
    log : bool
        Whether its scale is logarithmic.
    levels : list of str
        What is written at the levels; empty for numbers.
    values : ndarray of shape (n_candidates,)
        Numbers, or the positions of levels; NaN where a candidate lacks the parameter.
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
        held = [(row, to_python(p[name])) for row, p in enumerate(params) if name in p]
        self.numeric = all(_is_number(value) for _, value in held)
        self.levels: list[str] = []
        self.values = np.full(len(params), np.nan)
        rows = [row for row, _ in held]
        if self.numeric:
            self.values[rows] = [value for _, value in held]
        else:
            # What equals nothing else but itself, as NaN and arrays, is known by how it is written.
            keys = [as_key(value) for _, value in held]
            distinct = _in_order({key: value for key, (_, value) in zip(keys, held, strict=True)})
            positions = {key: position for position, key in enumerate(distinct)}
            self.values[rows] = [positions[key] for key in keys]
            self.levels = _told_apart([as_text(value) for value in distinct.values()])
        positive = self.numeric and bool(held) and bool((self.distinct > 0).all())
        self.log = positive and (_looks_log(self.distinct) if log is None else log)

    @cached_property
    def distinct(self) -> np.ndarray:
        """The values that occur, from low to high."""
        return np.unique(self.values[np.isfinite(self.values)])

    @property
    def varies(self) -> bool:
        """Whether candidates differ in this parameter, one lacking it included."""
        return len(self.distinct) + bool(np.isnan(self.values).any()) > 1

    @property
    def few(self) -> bool:
        """Whether there are so few values that each can have a place of its own."""
        return not self.numeric or len(self.distinct) <= _FEW

    @property
    def scaled(self) -> np.ndarray:
        """The values on the axis' scale: logarithms where it is logarithmic."""
        return np.log10(self.values) if self.log else self.values

    @property
    def unit(self) -> np.ndarray:
        """The values on the axis' scale, from 0 for the lowest to 1 for the highest."""
        return self._to_unit(self.values)

    def ticks(self) -> list[tuple[float, str]]:
        """Return places on the axis, from 0 to 1, and what is written there."""
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
        """Bring a matplotlib axis to this column's scale, ticks and label."""
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
    """Say whether values span some range, and lie more evenly in it on a logarithmic scale."""
    if len(values) < 2 or values[-1] < 4 * values[0]:
        return False
    middle = np.median(values)
    linear = (middle - values[0]) / (values[-1] - values[0])
    log = np.log(middle / values[0]) / np.log(values[-1] / values[0])
    return len(values) == 2 or bool(abs(log - 0.5) < abs(linear - 0.5))


def _in_order(distinct: dict[str, Any]) -> dict[str, Any]:
    """Sort values as readers expect: None, truth values, numbers, words, whatever else."""
    kinds: dict[int, list[str]] = {}
    order: tuple[Any, ...] = (type(None), bool, (int, float), str, (tuple, list), object)
    for key, value in distinct.items():
        kind = next(number for number, known in enumerate(order) if isinstance(value, known))
        kinds.setdefault(kind, []).append(key)
    result: dict[str, Any] = {}
    for kind in sorted(kinds):
        keys = kinds[kind]
        # What cannot be compared stays in the order in which it was tried.
        with suppress(TypeError, ValueError):
            keys = sorted(keys, key=distinct.__getitem__)
        result.update({key: distinct[key] for key in keys})
    return result


def _told_apart(labels: list[str]) -> list[str]:
    return [
        f"{label} ({labels[:number].count(label) + 1})" if labels.count(label) > 1 else label
        for number, label in enumerate(labels)
    ]
