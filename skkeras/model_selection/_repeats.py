"""Repeats of candidates with several seeds, and aggregation of their scores."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

_MAX_SEED = 2**31 - 1


def repeats(estimator: Any, candidate: dict[str, Any], n_repeats: int) -> list[dict[str, Any]]:
    """Return the parameters of a candidate for each repeat, each time with different seeds.

    Every parameter of the estimator named ``random_state``, at any depth, gets seeds: first its own
    value, then integers drawn from it. The seeds are the same for all candidates, and the first
    seeds do not depend on the number of repeats. A ``random_state`` of None stays None, and each
    fit draws new random numbers.

    Parameters
    ----------
    estimator : estimator object
        The estimator whose parameters are searched.
    candidate : dict
        Parameters for the estimator. A ``random_state`` among them is not changed.
    n_repeats : int
        Number of repeats.

    Returns
    -------
    list of dict
        Parameters for the estimator.

    Raises
    ------
    ValueError
        If there is no ``random_state``, so that all repeats would be the same.
    """
    if n_repeats == 1:
        return [candidate]
    given = clone(estimator).set_params(**clone(candidate, safe=False)).get_params()
    states = {
        name: state
        for name, state in given.items()
        if name.split("__")[-1] == "random_state" and name not in candidate
    }
    if not states:
        raise ValueError(
            f"n_repeats={n_repeats} asks for fits with different seeds, but there is no "
            f"random_state to vary in {estimator!r} with {candidate}. Use n_repeats=1."
        )
    seeds = {name: _seeds(state, n_repeats) for name, state in states.items()}
    return [
        candidate | {name: seeds[name][repeat] for name in seeds} for repeat in range(n_repeats)
    ]


def _seeds(state: Any, n_repeats: int) -> list[Any]:
    if state is None:
        return [None] * n_repeats
    drawn = check_random_state(copy.deepcopy(state)).randint(_MAX_SEED, size=n_repeats - 1)
    return [state, *(int(seed) for seed in drawn)]


def merge(out: list[dict[str, Any]], n_repeats: int, n_splits: int) -> list[dict[str, Any]]:
    """Average the records of scikit-learn over the repeats of each candidate and split.

    Parameters
    ----------
    out : list of dict
        Records of all fits: the repeats of a candidate one after the other, each with its splits in
        order.
    n_repeats, n_splits : int
        Numbers of repeats and splits per candidate.

    Returns
    -------
    list of dict
        One record per candidate and split.
    """
    merged = []
    for first in range(0, len(out), n_repeats * n_splits):
        for split in range(first, first + n_splits):
            records = out[split : split + n_repeats * n_splits : n_splits]
            times = {
                name: float(np.mean([record[name] for record in records]))
                for name in ("fit_time", "score_time")
            }
            scores = {
                kind: _mean([record[kind] for record in records])
                for kind in ("test_scores", "train_scores")
                if kind in records[0]
            }
            merged.append(records[0] | times | scores)
    return merged


def _mean(scores: list[Any]) -> Any:
    if not isinstance(scores[0], dict):
        return float(np.mean(scores))
    names: list[str] = list(scores[0])
    return {name: _mean([score[name] for score in scores]) for name in names}


def spread(out: list[dict[str, Any]], n_repeats: int, n_splits: int) -> dict[str, np.ndarray]:
    """Return the columns of `cv_results_` for the repeats.

    Parameters
    ----------
    out : list of dict
        As in `merge`.
    n_repeats, n_splits : int
        Numbers of repeats and splits per candidate.

    Returns
    -------
    dict of str to ndarray of shape (n_candidates,)
        For each score, such as ``test_score``: ``repeat0_test_score`` etc. are means over the
        splits with one seed, and ``std_repeats_test_score`` is their standard deviation.
    """
    columns = {}
    for kind in ("test", "train"):
        if f"{kind}_scores" not in out[0]:
            continue
        values = [record[f"{kind}_scores"] for record in out]
        named = [value if isinstance(value, dict) else {"score": value} for value in values]
        for name in named[0]:
            scores = np.array([value[name] for value in named], dtype=float)
            means = scores.reshape(-1, n_repeats, n_splits).mean(axis=2)
            for repeat in range(n_repeats):
                columns[f"repeat{repeat}_{kind}_{name}"] = means[:, repeat]
            columns[f"std_repeats_{kind}_{name}"] = means.std(axis=1)
    return columns
