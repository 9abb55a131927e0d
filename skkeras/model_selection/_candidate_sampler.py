"""Candidates drawn at random from the search spaces of any of the searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from skopt.space import Dimension

from skkeras.model_selection._dimensions import Parameter, Space

# Draws per requested candidate before a space is considered exhausted.
_TRIES = 20


class CandidateSampler:
    """Draws distinct candidates from one or several spaces.

    Parameters
    ----------
    space : dict or list of dict
        Parameter names and what to draw from: specifications as in `Parameter`, or distributions
        with a method ``rvs(random_state=)``.

    Raises
    ------
    TypeError
        If a space is invalid.
    ValueError
        If there is nothing to draw from.
    """

    def __init__(self, space: Any) -> None:
        spaces = [space] if isinstance(space, Mapping) else space
        if not isinstance(spaces, (list, tuple)) or not all(isinstance(s, Mapping) for s in spaces):
            raise TypeError(
                "space takes a dict of parameter names and what to draw from, or a list of such "
                f"dicts; got {space!r}."
            )
        if not spaces:
            raise ValueError("space is an empty list; give at least one dict of parameters.")
        self._spaces = [_drawables(one) for one in spaces]
        #: Names of all parameters.
        self.names = {name for one in self._spaces for name in one}

    def examples(self) -> list[dict[str, Any]]:
        """Return one candidate of each space."""
        rng = np.random.RandomState(0)
        return [_draw(one, rng)[1] for one in self._spaces]

    def candidates(self, n_candidates: int, rng: np.random.RandomState) -> list[dict[str, Any]]:
        """Draw distinct candidates.

        Parameters
        ----------
        n_candidates : int
            Number of candidates.
        rng : RandomState
            Random number generator.

        Returns
        -------
        list of dict
            Parameters for the estimator, as plain Python values; fewer than `n_candidates` if no
            more are found.
        """
        found: dict[Any, dict[str, Any]] = {}
        for _ in range(_TRIES * n_candidates):
            number = rng.randint(len(self._spaces))
            key, candidate = _draw(self._spaces[number], rng)
            found.setdefault((number, key), candidate)
            if len(found) == n_candidates:
                break
        return list(found.values())


def _drawables(space: Mapping[str, Any]) -> dict[str, Any]:
    """Return a `Parameter` or a distribution for each name."""
    dimensions = {name: spec for name, spec in space.items() if not _is_distribution(spec)}
    if dimensions or not space:
        Space(dimensions)
    return {
        name: Parameter(name, spec) if name in dimensions else spec
        for name, spec in sorted(space.items())
    }


def _is_distribution(spec: Any) -> bool:
    return hasattr(spec, "rvs") and not isinstance(spec, Dimension)


def _draw(space: dict[str, Any], rng: np.random.RandomState) -> tuple[Any, dict[str, Any]]:
    """Return a hash key of a random candidate, and the candidate."""
    key, candidate = [], {}
    for name, spec in space.items():
        if isinstance(spec, Parameter):
            drawn = spec.dimension.rvs(n_samples=1, random_state=rng)[0]
            candidate[name] = spec.value(drawn)
        else:
            drawn = spec.rvs(random_state=rng)
            candidate[name] = drawn.item() if isinstance(drawn, np.generic) else drawn
        key.append(repr(drawn))
    return tuple(key), candidate
