"""Ranked table of labels that are likely wrong."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import ShuffleSplit, cross_val_predict

from skkeras.inspection import label_issues
from skkeras.model_selection import GridSearchCV

X, TRUE = load_digits(return_X_y=True)
X /= 16
RNG = np.random.RandomState(0)
FLIPPED = np.sort(RNG.choice(len(TRUE), len(TRUE) // 20, replace=False))
NAMES = np.array([f"digit {n}" for n in range(10)])
GIVEN = TRUE.copy()
GIVEN[FLIPPED] = (TRUE[FLIPPED] + RNG.randint(1, 10, len(FLIPPED))) % 10
MODEL = LogisticRegression(C=0.1, max_iter=1000)


def test_flipped_labels_rank_highest():
    search = GridSearchCV(MODEL, {"C": [0.01, 0.1]}, keep="predictions")
    table = label_issues(search.fit(X, NAMES[GIVEN]))
    top = table["row"][: len(FLIPPED)]
    assert len(np.intersect1d(top, FLIPPED)) >= 0.8 * len(FLIPPED)
    found = np.isin(table["row"], FLIPPED) & table["is_issue"]
    assert (table["likely"] == NAMES[TRUE[table["row"]]])[found].mean() > 0.9
    np.testing.assert_array_equal(table["given"], NAMES[GIVEN[table["row"]]])
    assert (np.diff(table["score"]) >= 0).all()
    issues = table["row"][table["is_issue"]]
    assert np.isin(FLIPPED, issues).mean() > 0.7 and np.isin(issues, FLIPPED).mean() > 0.5


def test_predictions_give_the_same_table():
    search = GridSearchCV(MODEL, {"C": [0.1]}, keep="predictions").fit(X, GIVEN)
    predicted = cross_val_predict(MODEL, X, GIVEN, method="predict_proba")
    ours, theirs = label_issues(search), label_issues(predicted, GIVEN)
    np.testing.assert_array_equal(ours["row"][:50], theirs["row"][:50])


def test_numbers():
    numbers, target = load_diabetes(return_X_y=True)
    target[5] += 1000
    table = label_issues(cross_val_predict(Ridge(), numbers, target), target)
    assert table["row"][0] == 5 and table["is_issue"][0] and not table["is_issue"][-1]
    assert table["given"][0] == target[5] and abs(table["likely"][0] - target[5]) > 500


def test_rows_that_were_not_held_out_are_left_out():
    cv = ShuffleSplit(1, test_size=100, random_state=0)
    search = GridSearchCV(MODEL, {"C": [0.1]}, keep="predictions", cv=cv).fit(X, GIVEN)
    assert len(label_issues(search)["row"]) == 100


@pytest.mark.parametrize(
    ("given", "y", "message"),
    [
        (GridSearchCV(MODEL, {"C": [1]}), None, "keep='predictions'"),
        (np.ones((3, 2)), None, "y is needed"),
        (np.ones((3, 2)), [0, 1], "predictions for 3 rows, and y has 2"),
        (np.ones((3, 2)), [0, 1, 2], "predictions of 2 classes, and y has 3"),
        (np.full((3, 2), np.nan), [0, 1, 1], "All predictions are NaN"),
        (np.ones((3, 2)), np.ones((3, 2)), "one label or number for each row"),
        (np.ones((3, 2, 2)), [0, 1, 1], "at most two axes"),
    ],
)
def test_errors(given, y, message):
    with pytest.raises(ValueError, match=message):
        label_issues(given, y)
