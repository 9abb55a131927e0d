"""Score that guides the choice of classifiers."""

from __future__ import annotations

from typing import Any

import numpy as np

from skkeras.ensemble import log_likelihood, true_probabilities
from skkeras.model_selection import in_class_order, predictions


class LogLikelihood:
    """Minus the log loss of a classifier, also if a fold lacks a class.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,) or None
        Classes of the whole target, sorted; None for a multilabel problem.
    """

    def __init__(self, classes: np.ndarray | None) -> None:
        self.classes = classes

    def __call__(self, estimator: Any, X: Any, y: Any) -> float:
        """Return the mean logarithm of the probabilities of the true classes."""
        values = in_class_order(*predictions(estimator, X), self.classes)
        return float(log_likelihood(true_probabilities(values[np.newaxis], y, self.classes))[0])
