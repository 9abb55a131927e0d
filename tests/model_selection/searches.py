"""An estimator and searches that fit in no time."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skkeras.model_selection import BayesSearchCV, GridSearchCV, RandomizedSearchCV


class Recorder(ClassifierMixin, BaseEstimator):
    """Scores its `value`, and fails where it is told to."""

    def __init__(self, value=0, fails_at=(), random_state=None):
        self.value = value
        self.fails_at = fails_at
        self.random_state = random_state

    def fit(self, X, y):
        if self.fails_at == "all" or self.value in self.fails_at:
            raise RuntimeError(f"cannot fit {self.value}")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def score(self, X, y):
        return float(self.value)


MAKE = {
    "grid": GridSearchCV,
    "random": lambda model, space, **kw: RandomizedSearchCV(
        model, space, n_iter=4, random_state=0, **kw
    ),
    "bayes": lambda model, space, **kw: BayesSearchCV(model, space, n_iter=4, random_state=0, **kw),
}
VALUES = {"value": [1, 2, 3, 4]}
every_search = pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
