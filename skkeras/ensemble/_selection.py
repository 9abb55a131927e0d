"""Greedy selection of an ensemble from the predictions of many models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# Share of the models that each bag may select from, as in the paper.
_BAG_SHARE = 0.5


@dataclass(frozen=True)
class Selection:
    """Result of a selection.

    Attributes
    ----------
    weights : ndarray of shape (n_models,)
        Share of each model among all selected members; the sum is 1.
    scores : ndarray of shape (n_members,)
        Score of the ensemble after each member, as the mean over the bags.
    """

    weights: np.ndarray
    scores: np.ndarray


def select(
    values: np.ndarray,
    score: Callable[[np.ndarray], np.ndarray],
    n_members: int,
    n_bags: int,
    random: np.random.RandomState,
) -> Selection:
    """Select members one by one, with replacement, so that their mean has the best score [1]_.

    Each bag selects from a random half of the models, which prevents overfitting to the rows; all
    bags together are the ensemble. With one bag, it selects from all models.

    Parameters
    ----------
    values : ndarray of shape (n_models, n_rows, ...)
        Predictions, of which an ensemble has the mean.
    score : callable
        Maps means of shape (n_means, n_rows, ...) to scores of shape (n_means,); greater is better.
    n_members : int
        Number of members of each bag; a model counts as often as it is selected.
    n_bags : int
        Number of bags.
    random : RandomState
        Draws the models of the bags.

    Returns
    -------
    Selection

    References
    ----------
    .. [1] Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble selection from libraries of models",
       ICML 2004.
    """
    n_models = len(values)
    counts = np.zeros(n_models)
    scores = np.zeros((n_bags, n_members))
    for bag in range(n_bags):
        pool = np.arange(n_models)
        if n_bags > 1:
            size = max(1, round(_BAG_SHARE * n_models))
            pool = np.sort(random.choice(n_models, size, replace=False))
        total = np.zeros_like(values[0])
        for member in range(n_members):
            reached = score((total + values[pool]) / (member + 1))
            best = int(np.argmax(reached))
            total += values[pool[best]]
            counts[pool[best]] += 1
            scores[bag, member] = reached[best]
    return Selection(counts / counts.sum(), scores.mean(axis=0))


def true_probabilities(values: np.ndarray, y: Any, classes: np.ndarray | None) -> np.ndarray:
    """Return the probabilities of the true classes, or of the true values of all labels.

    Parameters
    ----------
    values : ndarray of shape (..., n_rows, n_classes)
        Probabilities of the classes, or of the labels of a multilabel problem.
    y : array-like of shape (n_rows,) or (n_rows, n_labels)
        True target.
    classes : ndarray of shape (n_classes,) or None
        Classes, sorted; None for a multilabel problem.

    Returns
    -------
    ndarray of shape (..., n_rows) or (..., n_rows, n_labels)
    """
    if classes is None:
        return np.where(np.asarray(y) == 1, values, 1 - values)
    chosen: np.ndarray = values[..., np.arange(len(y)), np.searchsorted(classes, y)]
    return chosen


def log_likelihood(means: np.ndarray) -> np.ndarray:
    """Return minus the log loss, from the probabilities of the true classes."""
    eps = np.finfo(means.dtype).eps
    logs: np.ndarray = np.log(np.clip(means, eps, 1.0))
    return logs.mean(axis=tuple(range(1, means.ndim)))


def minus_rmse(target: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function that computes minus the root mean squared error of predictions."""

    def score(means: np.ndarray) -> np.ndarray:
        errors = np.square(means - target)
        root: np.ndarray = -np.sqrt(errors.mean(axis=1))
        return root.reshape(len(means), -1).mean(axis=1)

    return score


def scores_of(scorer: Callable[[Any, None, Any], float], y: Any, wrap: Callable) -> Callable:
    """Return a function that applies a scorer of scikit-learn to predictions.

    Parameters
    ----------
    scorer : callable
        The scorer.
    y : array-like of shape (n_rows,) or (n_rows, n_outputs)
        True target.
    wrap : callable
        Returns a fitted estimator that predicts what it is given.
    """

    def score(means: np.ndarray) -> np.ndarray:
        return np.array([scorer(wrap(mean), None, y) for mean in means])

    return score
