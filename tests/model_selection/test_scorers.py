"""Scores that a model can give, and those that it cannot."""

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skkeras.model_selection import GridSearchCV
from tests.model_selection.searches import every_search


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


def test_spaces_that_give_all_steps_may_bring_probabilities(iris):
    model = Pipeline([("model", RidgeClassifier())])
    space = {"steps": [[("scale", StandardScaler()), ("model", GaussianNB())]]}
    assert GridSearchCV(model, space, scoring="neg_log_loss").fit(*iris).best_score_ < 0


@every_search
@pytest.mark.parametrize("scoring", ["neg_log_loss", ["accuracy", "neg_brier_score"]], ids=str)
def test_scores_that_need_what_the_model_lacks_are_refused(iris, make, scoring):
    model = make_pipeline(StandardScaler(), RidgeClassifier())
    refit = scoring if isinstance(scoring, str) else scoring[0]
    search = make(model, {"ridgeclassifier__alpha": [1.0]}, scoring=scoring, refit=refit)
    with pytest.raises(ValueError, match="predict_proba, which RidgeClassifier does not have"):
        search.fit(*iris)


def test_scores_that_may_be_had_are_not_refused(iris):
    X, y = iris
    search = GridSearchCV(SVC(), {"C": [1.0]}, scoring="roc_auc_ovr", cv=2)
    with pytest.warns(UserWarning, match="Scoring failed"), pytest.raises(ValueError, match="NaN"):
        search.fit(X, y)
    replaced = GridSearchCV(
        Pipeline([("model", RidgeClassifier())]), {"model": [LogisticRegression(C=0.1)]}
    )
    assert replaced.set_params(scoring="neg_log_loss").fit(X, y).best_score_ < 0
    binary = GridSearchCV(RidgeClassifier(), {"alpha": [1.0]}, scoring="roc_auc").fit(X, y == 1)
    assert 0 < binary.best_score_ < 1
