"""Tables of all candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from skkeras.auto._trial import Trial


def leaderboard(trials: Sequence[Trial], weights: dict[tuple[int, int], float]) -> dict[str, Any]:
    """Return one row for each candidate, the best first.

    Parameters
    ----------
    trials : sequence of Trial
        All trials.
    weights : dict of (int, int) to float
        Weights in the ensemble, of trial and row of its `cv_results_`.

    Returns
    -------
    dict of ndarray
        Columns of the table.
    """
    rows: list[tuple[Any, ...]] = []
    for number, trial in enumerate(trials):
        if trial.search is None:
            nothing = (np.nan,) * 4
            rows.append((trial.family.name, _short(trial.params), *nothing, 0.0, trial.error))
            continue
        results = trial.search.cv_results_
        for row, params in enumerate(results["params"]):
            score = results["mean_test_score"][row]
            rows.append(
                (
                    trial.family.name,
                    _short(params),
                    score,
                    results["std_test_score"][row],
                    results["mean_fit_time"][row],
                    results["mean_score_time"][row],
                    weights.get((number, row), 0.0),
                    "" if np.isfinite(score) else trial.error or "The loss became NaN or infinite.",
                )
            )
    rows.sort(key=lambda row: np.inf if np.isnan(row[2]) else -row[2])
    names = ("model", "params", "score", "std", "fit_time", "predict_time", "weight", "error")
    columns = zip(*rows, strict=True)
    return {name: _column(list(cells)) for name, cells in zip(names, columns, strict=True)}


def _short(params: dict[str, Any]) -> dict[str, Any]:
    return {name.split("__")[-1]: value for name, value in params.items()}


def _column(cells: list[Any]) -> np.ndarray:
    if isinstance(cells[0], float):
        return np.array(cells, dtype=float)
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def cv_results(trials: Sequence[Trial], n_splits: int, score_name: str) -> dict[str, Any]:
    """Return the results of all trials in scikit-learn's format, in the order of evaluation.

    Parameters
    ----------
    trials : sequence of Trial
        All trials.
    n_splits : int
        Number of folds.
    score_name : str
        Name of the score.

    Returns
    -------
    dict of ndarray
        As `cv_results_` of `GridSearchCV`; the first parameter is the model.
    """
    columns = ["mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"]
    scores = [*(f"split{i}" for i in range(n_splits)), "mean", "std"]
    parts: dict[str, list[Any]] = {name: [] for name in [*columns, *scores, "params"]}
    for trial in trials:
        found = None if trial.search is None else trial.search.cv_results_
        every = [trial.params] if found is None else found["params"]
        parts["params"] += [{"model": trial.family.name} | _short(params) for params in every]
        nothing = [np.nan] * len(every)
        for name in columns:
            parts[name] += nothing if found is None else list(found[name])
        for name in scores:
            parts[name] += nothing if found is None else list(found[f"{name}_test_score"])
    results: dict[str, Any] = {"params": parts["params"]}
    results |= {name: np.array(parts[name]) for name in columns}
    results |= {f"{name}_test_{score_name}": np.array(parts[name]) for name in scores}
    means = results[f"mean_test_{score_name}"]
    order = np.argsort(np.where(np.isnan(means), np.inf, -means), kind="stable")
    ranks = np.empty(len(means), dtype=np.int32)
    ranks[order] = np.arange(1, len(means) + 1)
    results[f"rank_test_{score_name}"] = ranks
    return results
