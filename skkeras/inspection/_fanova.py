"""Parameter importances by functional analysis of variance."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from skkeras._extras import require
from skkeras.inspection._candidates import Candidates
from skkeras.inspection._columns import Column

# For noisy weighted sums with known shares, rankings were often wrong below either limit.
_LEAST_A_PARAMETER = 5
_LEAST_R2 = 0.25
_MANY = 250


@dataclass(frozen=True)
class Importances:
    """Shares of the scores' variance.

    Parameters
    ----------
    shares : dict of str to float
        Share that each parameter explains alone, from 0 to 1, in descending order. The remainder to
        1 is explained by several parameters together.
    r2 : float
        Out-of-bag R² of a random forest.
    warning : str
        Why the shares are unreliable; empty if there is no reason.
    """

    shares: dict[str, float]
    r2: float
    warning: str


def parameters(candidates: Candidates) -> list[Column]:
    """Return the parameters that differ between candidates, including the resources."""
    resource = candidates.resource_column()
    return [*candidates.columns(), *([] if resource is None else [resource])]


def importances(candidates: Candidates) -> Importances:
    """Return the shares of the parameters in the scores' variance (Hutter et al. 2014).

    A random forest predicts the scores from the parameters, and Optuna's evaluator integrates each
    of its trees over all other parameters. Numbers are on the scale on which they are searched;
    numbers with few values are in even steps. A candidate without a numeric parameter is placed in
    the middle of its range. Failures are excluded, and scores far below the others are replaced by
    `Candidates.floor`.

    Raises
    ------
    ImportError
        If Optuna is not installed.
    ValueError
        If all candidates with a score have the same score.
    """
    columns = parameters(candidates)
    scored = ~candidates.failed
    scores = candidates.shown[scored]
    if np.ptp(scores) == 0:
        raise ValueError(
            f"Importances need scores that differ; all of {len(scores)} scored candidates have "
            f"{scores[0]:.4g}. Search more candidates or wider ranges."
        )
    axes = [_Axis(column) for column in columns]
    shares = _fanova(axes, scored, scores)
    r2 = _r2_unseen(axes, scored, scores)
    return Importances(shares, r2, _too_few_data(len(scores), len(columns), r2))


class _Axis:
    """One parameter in the format of Optuna: names of levels, or numbers within bounds."""

    def __init__(self, column: Column) -> None:
        self.name = column.name
        self.levels = list(column.levels)
        values = column.scaled
        known = np.isfinite(values)
        if not column.numeric:
            self.levels += [] if known.all() else ["not set"]
            self.values = np.where(known, values, len(column.levels)).astype(int)
            return
        if column.few:
            # Even steps, with half a step at both ends, so that each value has the same weight.
            values = np.where(known, np.searchsorted(column.distinct, column.values), np.nan)
            self.low, self.high = -0.5, len(column.distinct) - 0.5
        else:
            self.low, self.high = float(np.nanmin(values)), float(np.nanmax(values))
        self.values = np.where(known, values, (self.low + self.high) / 2)

    def distribution(self) -> Any:
        """Return the Optuna distribution of the values."""
        from optuna.distributions import CategoricalDistribution, FloatDistribution

        if self.levels:
            return CategoricalDistribution(self.levels)
        return FloatDistribution(self.low, self.high)

    def chosen(self, rows: np.ndarray) -> list[Any]:
        """Return the values in some rows, in the format of Optuna."""
        values = self.values[rows].tolist()
        return [self.levels[value] for value in values] if self.levels else values

    def features(self) -> np.ndarray:
        """Return the features for a random forest."""
        return np.eye(len(self.levels))[self.values] if self.levels else self.values[:, None]


def _fanova(axes: list[_Axis], scored: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    require("optuna", "The importance of parameters", extra="optuna")
    with warnings.catch_warnings():
        # tqdm's warning in a notebook without ipywidgets; no bar is shown here.
        warnings.filterwarnings("ignore", "IProgress not found")
        import optuna
    distributions = {axis.name: axis.distribution() for axis in axes}
    columns = [axis.chosen(scored) for axis in axes]
    trials = [
        optuna.trial.create_trial(
            params=dict(zip(distributions, params, strict=True)),
            distributions=distributions,
            value=float(score),
        )
        for *params, score in zip(*columns, scores, strict=True)
    ]
    # The time grows quadratically with the candidates; with many of them, fewer trees suffice.
    n_trees = 64 if len(scores) < _MANY else 16
    logged = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        study = optuna.create_study(direction="maximize")
        study.add_trials(trials)
        evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=n_trees, seed=0)
        shares = evaluator.evaluate(study)
    finally:
        optuna.logging.set_verbosity(logged)
    return {name: float(share) for name, share in shares.items()}


def _r2_unseen(axes: list[_Axis], scored: np.ndarray, scores: np.ndarray) -> float:
    """Return the out-of-bag R² of a random forest that predicts the scores."""
    X = np.hstack([axis.features() for axis in axes])[scored]
    forest = RandomForestRegressor(128, oob_score=True, random_state=0)
    return float(forest.fit(X, scores).oob_score_)


def _too_few_data(n_scored: int, n_parameters: int, r2: float) -> str:
    least = _LEAST_A_PARAMETER * n_parameters
    if n_scored < least:
        return (
            f"{n_scored} scored candidates for {n_parameters} parameters, "
            f"where {least} are the least"
        )
    if r2 < _LEAST_R2:
        return f"the parameters predict unseen candidates with an R² of only {r2:.2f}"
    return ""
