"""Plot of a leaderboard."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

from skkeras import KerasAutoClassifier
from skkeras.auto import LeaderboardDisplay


@pytest.fixture(scope="module")
def model():
    model = KerasAutoClassifier(
        None, candidates=["linear", "RandomForest"], n_candidates=4, cv=2, random_state=0
    )
    return model.fit(*load_iris(return_X_y=True))


def test_shows_candidates_from_best_to_worst(model):
    display = LeaderboardDisplay.from_estimator(model, max_candidates=3)
    labels = [label.get_text() for label in display.ax_.get_yticklabels()]
    table = model.leaderboard_
    assert [label.split()[0] for label in labels] == list(table["model"][:3])
    np.testing.assert_array_equal(display.scores, table["score"][:3])
    assert display.ax_.get_xlabel() == "neg_log_loss"
    assert display.ax_.lines[-1].get_xdata()[0] == model.best_score_
    plt.close(display.figure_)


def test_axes_of_the_user(model):
    _, ax = plt.subplots()
    assert LeaderboardDisplay.from_estimator(model, ax=ax).ax_ is ax
    plt.close()


def test_unfitted():
    with pytest.raises(NotFittedError):
        LeaderboardDisplay.from_estimator(KerasAutoClassifier())
