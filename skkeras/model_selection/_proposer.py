"""Candidates from a Bayesian optimizer: proposed cheaply, never the same one twice."""

from __future__ import annotations

import copy
import math
import warnings
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult
from skopt import Optimizer

from skkeras.model_selection._dimensions import Space
from skkeras.model_selection._gaussian_process import cheap_optimizer

# Discrete spaces up to this size are listed, larger ones are sampled.
_LISTED_POINTS = 10_000
_SAMPLED_POINTS = 1_000


class Proposer:
    """Proposes candidates of one search space and learns from their scores.

    Parameters
    ----------
    space : Space
        Where to search.
    optimizer_kwargs : dict
        Parameters of `skopt.Optimizer` that replace the defaults of `cheap_optimizer`.
    seed : int
        Seed of all draws.

    Attributes
    ----------
    n_points : float
        Number of different candidates there are, infinite where it is not known.
    """

    def __init__(self, space: Space, optimizer_kwargs: dict[str, Any], seed: int) -> None:
        self._space = space
        self._optimizer = cheap_optimizer(space, optimizer_kwargs, seed)
        self._listed = space.points(_LISTED_POINTS)
        constraint = self._optimizer.space.constraint
        if self._listed is not None and constraint is not None:
            self._listed = [point for point in self._listed if constraint(point)]
        self.n_points = math.inf if self._listed is None else len(self._listed)
        self._seen: set[tuple[Any, ...]] = set()
        self._points: list[list[Any]] = []
        self._scores: list[float] = []

    def ask(self, n_candidates: int) -> list[dict[str, Any]]:
        """Propose candidates that were not proposed before.

        Parameters
        ----------
        n_candidates : int
            How many; no more than are left of `n_points`.

        Returns
        -------
        list of dict
            Parameters for the estimator, as plain Python values.
        """
        optimizer = self._optimizer
        points = [self._new_point(optimizer)]
        for _ in range(n_candidates - 1):
            if optimizer is self._optimizer:
                # All but the random numbers is copied, so that the next batch draws new ones.
                optimizer = copy.deepcopy(optimizer, {id(optimizer.rng): optimizer.rng})
            # A candidate in flight counts as the best so far: no other comes close to it.
            optimizer.tell([points[-1]], [min(optimizer.yi, default=0.0)])
            points.append(self._new_point(optimizer))
        self._points += points
        return [self._space.candidate(point) for point in points]

    def tell(self, scores: list[float]) -> OptimizeResult | None:
        """Take in the scores of the candidates proposed last, in their order.

        Parameters
        ----------
        scores : list of float
            The greater the better. One that is not finite counts as the worst finite one, and that
            one as ten times as far below the median of the first, drawn ones as their best is
            above it, if it is further.

        Returns
        -------
        skopt's result or None
            The state of the search; None while no score was finite.
        """
        self._scores += scores
        if not np.isfinite(self._scores).any():
            return None
        losses = _losses(self._scores, self._optimizer.n_initial_points_)
        n_told = len(self._optimizer.yi)
        # What counts as bad changes with what comes in.
        self._optimizer.yi[:] = losses[:n_told]
        return self._optimizer.tell(self._points[n_told:], losses[n_told:])

    def _new_point(self, optimizer: Optimizer) -> list[Any]:
        point = _plain_point(optimizer.ask())
        if tuple(point) in self._seen:
            point = self._most_promising(optimizer)
        self._seen.add(tuple(point))
        return point

    def _most_promising(self, optimizer: Optimizer) -> list[Any]:
        """Find the point with the lowest confidence bound among those not seen."""
        pool = self._listed or optimizer.space.rvs(_SAMPLED_POINTS, random_state=optimizer.rng)
        pool = [_plain_point(point) for point in pool]
        unseen = [point for point in pool if tuple(point) not in self._seen] or pool
        if not optimizer.models:
            return unseen[optimizer.rng.randint(len(unseen))]
        transformed = optimizer.space.transform(unseen)
        with warnings.catch_warnings():
            # Near points seen before, rounding makes variances negative.
            warnings.simplefilter("ignore")
            mean, std = optimizer.models[-1].predict(transformed, return_std=True)
        return unseen[int(np.argmin(mean - 1.96 * std))]


def _losses(scores: list[float], n_drawn: int) -> list[float]:
    """Turn scores into finite losses that no single one dominates."""
    finite = [score for score in scores if math.isfinite(score)]
    # The later ones crowd around the best, and would make what is usual look far off.
    drawn = finite[: max(n_drawn, 1)]
    best, middle, worst = max(drawn), float(np.median(drawn)), min(finite)
    if best > middle:
        worst = max(worst, middle - 10 * (best - middle))
    return [-max(score, worst) if math.isfinite(score) else -worst for score in scores]


def _plain_point(point: list[Any]) -> list[Any]:
    return [value.item() if isinstance(value, np.generic) else value for value in point]
