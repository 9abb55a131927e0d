import numpy as np
import pytest
from matplotlib import pyplot
from sklearn.base import BaseEstimator, ClassifierMixin


class Scored(ClassifierMixin, BaseEstimator):
    """Scores what a formula makes of its parameters, plus a little for each fold; fails at -1."""

    def __init__(self, a=0, b=0, c=None, epochs=1):
        self.a = a
        self.b = b
        self.c = c
        self.epochs = epochs

    def fit(self, X, y):
        if self.a == -1:
            raise RuntimeError("cannot fit a=-1")
        self.classes_ = np.unique(y)
        self.fold_ = 0.01 * X[:, 0].sum() / X[:, 0].size
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def score(self, X, y):
        b = self.b if isinstance(self.b, (int, float)) else len(str(self.b))
        return self.a + 0.1 * b + 0.01 * self.epochs + self.fold_


@pytest.fixture
def scored():
    return Scored()


@pytest.fixture
def data():
    return np.arange(12.0)[:, None], np.array([0, 1] * 6)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    pyplot.close("all")
