"""Searches whose scores follow a formula."""

import warnings

from scipy.stats import loguniform, uniform
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV

from skkeras.model_selection import BayesSearchCV


def grid(model):
    return GridSearchCV(model, {"a": [1, 2, 3], "b": [1, 10, 100, 1000]}, cv=2)


def draws(model):
    space = {"a": loguniform(1e-3, 1), "b": uniform(0, 1), "c": [None, (1,), (1, 2), "x", 0.5]}
    return RandomizedSearchCV(model, space, n_iter=16, cv=2, random_state=0)


def conditional(model):
    spaces = [{"a": [1, 2, -1], "b": [1, 2]}, {"a": [1, 2], "c": [True, False]}]
    return GridSearchCV(model, spaces, cv=2)


def bayes(model):
    space = {"a": (1e-3, 1.0, "log-uniform"), "b": (0.0, 1.0), "c": [(1,), (1, 2), None]}
    return BayesSearchCV(model, space, n_iter=6, cv=2, random_state=0)


def fitted(make, scored, data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # failing fits are part of what is drawn
        return make(clone(scored)).fit(*data)
