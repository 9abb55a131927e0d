"""Fast proposal of distinct candidates by a Bayesian optimizer."""

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
    """Proposes candidates from one search space and learns from their scores.

    Parameters
    ----------
    space : Space
        The search space.
    optimizer_kwargs : dict
        Parameters of `skopt.Optimizer` that override the defaults of `cheap_optimizer`.
    seed : int
        Seed of all random numbers.

    Attributes
    ----------
    n_points : float
        Number of different candidates; infinity if it is not known.
    """

    def __init__(self, space: Space, optimizer_kwargs: dict[str, Any], seed: int) -> None:
        self._space = space
        self._optimizer = cheap_optimizer(space, optimizer_kwargs, seed)
        self._listed: list[list[Any]] | None = None
        self.n_points = space.n_points
        if self.n_points <= _LISTED_POINTS:
            self._listed = list(filter(self._is_allowed, space.points()))
            self.n_points = len(self._listed)
        elif self._optimizer.space.constraint is not None:
            self.n_points = math.inf
        self._seen: set[tuple[Any, ...]] = set()
        self._points: list[list[Any]] = []
        self._scores: list[float] = []

    def ask(self, n_candidates: int) -> list[dict[str, Any]]:
        """Propose candidates that have not been proposed before.

        Parameters
        ----------
        n_candidates : int
            Number of candidates; at most the number that remains of `n_points`.

        Returns
        -------
        list of dict
            Parameters for the estimator, as plain Python values.
        """
        optimizer = self._optimizer
        points = [self._new_point(optimizer)]
        for _ in range(n_candidates - 1):
            if optimizer is self._optimizer:
                # The copy shares the random generator, so that the next batch draws new numbers.
                optimizer = copy.deepcopy(optimizer, {id(optimizer.rng): optimizer.rng})
            # Constant liar: a pending candidate has the best loss, which keeps others away.
            optimizer.tell([points[-1]], [min(optimizer.yi, default=0.0)])
            points.append(self._new_point(optimizer))
        self._points += points
        return [self._space.candidate(point) for point in points]

    def tell(self, scores: list[float]) -> OptimizeResult | None:
        """Learn from the scores of the candidates proposed last, in their order.

        Parameters
        ----------
        scores : list of float
            Higher is better. Scores are clipped from below at ``median - 10 * (best - median)``,
            where median and best are those of the initial random candidates. A score that is not
            finite counts as the worst finite one after clipping.

        Returns
        -------
        skopt's result or None
            The state of the search; None if no score has been finite so far.
        """
        self._scores += scores
        if not np.isfinite(self._scores).any():
            return None
        losses = _losses(self._scores, self._optimizer.n_initial_points_)
        n_told = len(self._optimizer.yi)
        # New scores can change the clipping limit and so all earlier losses.
        self._optimizer.yi[:] = losses[:n_told]
        return self._optimizer.tell(self._points[n_told:], losses[n_told:])

    def _is_allowed(self, point: list[Any]) -> bool:
        constraint = self._optimizer.space.constraint
        return constraint is None or bool(constraint(point))

    def _new_point(self, optimizer: Optimizer) -> list[Any]:
        point = _plain_point(optimizer.ask())
        if tuple(point) in self._seen:
            point = self._most_promising(optimizer)
        self._seen.add(tuple(point))
        return point

    def _most_promising(self, optimizer: Optimizer) -> list[Any]:
        """Return the unseen point with the lowest lower confidence bound of the loss."""
        pool = self._listed or optimizer.space.rvs(_SAMPLED_POINTS, random_state=optimizer.rng)
        pool = [_plain_point(point) for point in pool]
        unseen = [point for point in pool if tuple(point) not in self._seen]
        if not unseen and math.isfinite(self.n_points):  # nearly all points have been seen
            unseen = [next(p for p in self._space.points() if tuple(p) not in self._seen)]
        unseen = unseen or pool
        if not optimizer.models:
            return unseen[optimizer.rng.randint(len(unseen))]
        transformed = optimizer.space.transform(unseen)
        with warnings.catch_warnings():
            # Rounding makes variances negative near points seen before.
            warnings.simplefilter("ignore")
            mean, std = optimizer.models[-1].predict(transformed, return_std=True)
        return unseen[int(np.argmin(mean - 1.96 * std))]


def _losses(scores: list[float], n_drawn: int) -> list[float]:
    """Convert scores to finite losses, clipped so that no single one dominates."""
    finite = [score for score in scores if math.isfinite(score)]
    # Later scores are close to the best and would make typical scores look like outliers.
    drawn = finite[: max(n_drawn, 1)]
    best, middle, worst = max(drawn), float(np.median(drawn)), min(finite)
    if best > middle:
        worst = max(worst, middle - 10 * (best - middle))
    return [-max(score, worst) if math.isfinite(score) else -worst for score in scores]


def _plain_point(point: list[Any]) -> list[Any]:
    return [value.item() if isinstance(value, np.generic) else value for value in point]
