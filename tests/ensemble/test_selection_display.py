"""Plot of an ensemble's score over its members."""

import numpy as np
from sklearn.datasets import load_iris
from sklearn.neighbors import KNeighborsClassifier

from skkeras.ensemble import EnsembleSelectionDisplay, SearchEnsembleClassifier
from skkeras.model_selection import GridSearchCV


def test_shows_the_scores_of_the_ensemble():
    search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5, 25]}, cv=3)
    ensemble = SearchEnsembleClassifier(search, n_members=7).fit(*load_iris(return_X_y=True))
    display = EnsembleSelectionDisplay.from_estimator(ensemble)
    np.testing.assert_array_equal(display.line_.get_ydata(), ensemble.selection_scores_)
    assert display.best_candidate_score == ensemble.candidate_scores_.max()
    assert display.ax_.get_ylabel() == "neg_log_loss"
