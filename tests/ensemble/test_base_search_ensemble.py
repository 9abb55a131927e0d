"""Searches that cannot be members of an ensemble."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import (
    load_iris,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV as TheirGridSearchCV
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras.ensemble import (
    SearchEnsembleClassifier,
)
from skkeras.model_selection import GridSearchCV

CV = StratifiedKFold(3, shuffle=True, random_state=0)
X, y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[y]
LINEAR = GridSearchCV(
    make_pipeline(StandardScaler(), LogisticRegression()),
    {"logisticregression__C": [0.001, 0.1, 10]},
    cv=CV,
)
NEIGHBOURS = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5, 25]}, cv=CV)


def ensemble_of(*searches, **params):
    return SearchEnsembleClassifier(list(searches), **params)


KEPT = clone(NEIGHBOURS).set_params(keep="predictions").fit(X, y)
OTHER_CV = StratifiedKFold(3, shuffle=True, random_state=1)
WRONG = {
    "other folds": (
        ensemble_of(LINEAR, clone(NEIGHBOURS).set_params(cv=OTHER_CV)),
        ValueError,
        "fold 0 of search 0 holds out 50 rows from",
    ),
    "other number of folds": (
        ensemble_of(LINEAR, clone(NEIGHBOURS).set_params(cv=4)),
        ValueError,
        "search 0 has 3 folds and search 1 has 4",
    ),
    "none": (ensemble_of(), ValueError, "empty list"),
    "scikit-learn's search": (
        SearchEnsembleClassifier(TheirGridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1]})),
        TypeError,
        "must be a search of skkeras.model_selection.*keeps no predictions",
    ),
    "nothing kept": (
        SearchEnsembleClassifier(FrozenEstimator(clone(NEIGHBOURS).fit(X, y))),
        ValueError,
        "has kept no predictions. Run it with keep='predictions'",
    ),
    "no estimators kept": (
        SearchEnsembleClassifier(FrozenEstimator(KEPT)),
        ValueError,
        "no estimators to predict with. Set refit=True",
    ),
    "members": (SearchEnsembleClassifier(LINEAR, n_members=0), ValueError, "'n_members'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors(name):
    ensemble, kind, message = WRONG[name]
    with pytest.raises(kind, match=message):
        ensemble.fit(X, y)


def test_another_target_than_that_of_the_search():
    ensemble = SearchEnsembleClassifier(FrozenEstimator(KEPT), refit=True)
    with pytest.raises(ValueError, match="run on 150 rows, and y has 149"):
        ensemble.fit(X[:-1], y[:-1])
    other = y.copy()
    other[7] = 2
    with pytest.raises(ValueError, match=r"another target: in row 7 it is .*0.*, and y has .*2"):
        ensemble.fit(X, other)
