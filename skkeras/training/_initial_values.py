"""Compute the initial values of a model's variables without building the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np

from skkeras.layers import to_numpy
from skkeras.training._seeds import SeedStream, seeding


@dataclass(frozen=True)
class RandomInit:
    """A variable filled by an initializer that is seeded with one of the seeds drawn."""

    cls: type[keras.initializers.Initializer]
    config: dict[str, Any]
    draw: int
    shape: tuple[int, ...]
    dtype: str

    def value(self, seeds: Sequence[int]) -> np.ndarray:
        """Return the variable's initial value for these seeds."""
        initializer = self.cls.from_config({**self.config, "seed": seeds[self.draw]})
        return keras.ops.convert_to_numpy(initializer(self.shape, dtype=self.dtype))


@dataclass(frozen=True)
class SeedState:
    """The state of a seed generator, which starts with one of the seeds drawn."""

    draw: int
    dtype: np.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the state."""
        return (2,)

    def value(self, seeds: Sequence[int]) -> np.ndarray:
        """Return the state for these seeds."""
        return np.array([seeds[self.draw], 0], self.dtype)


@dataclass(frozen=True)
class Constant:
    """A variable whose initial value does not depend on the seed."""

    array: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the variable."""
        return self.array.shape

    def value(self, seeds: Sequence[int]) -> np.ndarray:
        """Return the variable's initial value."""
        return self.array


@dataclass
class InitialValues:
    """Rules that give the initial values of an architecture's variables for a seed.

    Attributes
    ----------
    parts : list of RandomInit, SeedState or Constant
        One per variable.
    n_draws : int
        Number of seeds that building the model draws.
    """

    parts: list[RandomInit | SeedState | Constant]
    n_draws: int
    _last: tuple[int, list[np.ndarray]] | None = field(default=None, init=False, repr=False)

    def __call__(self, seed: int) -> list[np.ndarray]:
        """Return the initial values for a seed, equal to those of a model that is built."""
        # Folds and candidates of a search have the same seed, and drawing takes a tenth of a fit.
        last = self._last
        if last is None or last[0] != seed:
            draws = SeedStream(seed)
            seeds = [draws.randint(1, 10**9) for _ in range(self.n_draws)]
            self._last = last = seed, [part.value(seeds) for part in self.parts]
        return list(last[1])

    def adapted(self, seed: int, values: Sequence[np.ndarray]) -> InitialValues | None:
        """Return the rules for a model with these initializers; constants and shapes may differ.

        Parameters
        ----------
        seed : int
            Seed with which that model was built.
        values : sequence of ndarray
            Values of its variables. If all shapes are the same, the last values may be missing,
            and are then those of this model.

        Returns
        -------
        InitialValues or None
            Verified with these values to the last bit; None if they differ.
        """
        if len(values) > len(self.parts):
            return None
        parts = list(self.parts)
        draws = SeedStream(seed)
        seeds = [draws.randint(1, 10**9) for _ in range(self.n_draws)]
        for i, value in enumerate(values):
            part = parts[i]
            if isinstance(part, Constant):
                part = Constant(value)
            elif isinstance(part, RandomInit):
                part = replace(part, shape=value.shape)
            if not np.array_equal(value, part.value(seeds)):
                return None
            parts[i] = part
        return InitialValues(parts, self.n_draws)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the variables."""
        return [part.shape for part in self.parts]


def learn_initial_values(
    build: Callable[[], keras.Model], variables: Callable[[keras.Model], list[keras.Variable]]
) -> InitialValues | None:
    """Learn how a model's variables are initialized, by building it with two seeds.

    Parameters
    ----------
    build : callable
        Builds the model; called inside `seeding`.
    variables : callable
        Returns a model's variables.

    Returns
    -------
    InitialValues or None
        Verified with the second model to the last bit; None if no rules are found.
    """
    runs = []
    for seed in (1, 2):
        with seeding(seed) as draws:
            model = build()
        values = [to_numpy(v) for v in variables(model)]
        runs.append((model, values, list(draws.given)))
    (model, first, one), (_, second, two) = runs
    if len(one) != len(two) or len(first) != len(second):
        return None
    initializers = _initializers(model)
    parts: list[RandomInit | SeedState | Constant] = []
    for variable, a, b in zip(variables(model), first, second, strict=True):
        if a.shape != b.shape:
            return None
        part = _part(variable, a, b, initializers.get(id(variable), []), one)
        if part is None:
            return None
        parts.append(part)
    learned = InitialValues(parts, len(one))
    same = all(np.array_equal(a, b) for a, b in zip(learned(2), second, strict=True))
    return learned if same else None


def _part(
    variable: keras.Variable,
    a: np.ndarray,
    b: np.ndarray,
    initializers: list[keras.initializers.Initializer],
    seeds: list[int],
) -> RandomInit | SeedState | Constant | None:
    if np.array_equal(a, b):
        return Constant(a)
    if a.shape == (2,) and a.dtype.kind in "iu" and int(a[0]) in seeds:
        return SeedState(seeds.index(int(a[0])), a.dtype)
    for initializer in initializers:
        seed = getattr(initializer, "seed", None)
        if seed not in seeds:
            continue
        shape, draw = tuple(variable.shape), seeds.index(seed)
        part = RandomInit(type(initializer), initializer.get_config(), draw, shape, variable.dtype)
        if np.array_equal(part.value(seeds), a):
            return part
    return None


def _initializers(model: keras.Model) -> dict[int, list[keras.initializers.Initializer]]:
    """Return the initializers of each variable's layer, by the `id` of the variable."""
    initializers = {}
    for layer in model._flatten_layers():
        held = [v for v in vars(layer).values() if isinstance(v, keras.initializers.Initializer)]
        for variable in (*layer._trainable_variables, *layer._non_trainable_variables):
            initializers[id(variable)] = held
    return initializers
