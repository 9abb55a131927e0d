"""Predictions of a teacher: fitted in advance or out of fold."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras.compose._teacher_predictions import folds, out_of_fold_predictions, predict_classes
from tests.compose.students import TREE, Watched, X, distilled, names, y


def test_answers_are_those_of_cross_val_predict():
    cv = KFold(4, shuffle=True, random_state=0)
    splits = folds(cv, names, None, np.ones(150, dtype=bool), stratified=True)
    expected = cross_val_predict(TREE, X, names, cv=cv, method="predict_proba")
    teacher, answers = out_of_fold_predictions(
        TREE, lambda t, X: predict_classes(t, X, np.unique(names)), X, names, None, splits
    )
    assert_array_equal(answers, expected)
    assert_array_equal(teacher.predict(X), clone(TREE).fit(X, names).predict(X))


def test_how_often_the_teacher_is_fitted(watched):
    for cv, fits in ((3, 4), (None, 1)):
        Watched.fits.clear()
        distilled(teacher=watched, cv=cv).fit(X, names)
        assert len(Watched.fits) == fits
        assert len(Watched.fits[-1][0]) == 150
    with pytest.raises(NotFittedError):
        watched.predict(X)


def test_a_fitted_teacher_stays_as_it_is(watched):
    watched.fit(X[::2], names[::2])
    for teacher in (watched, FrozenEstimator(watched)):
        model = distilled(teacher=teacher).fit(X, names)
        copied = clone(model)
        assert copied.teacher.estimator is watched
        assert_array_equal(copied.fit(X, names).predict_proba(X), model.predict_proba(X))
        search = GridSearchCV(model, {"temperature": [1.0, 3.0]}, cv=2).fit(X, names)
        assert search.best_estimator_.teacher_.estimator is watched
    assert len(Watched.fits) == 1


def test_folds_keep_groups_together(watched):
    groups = np.arange(150) // 10
    numbered = np.arange(150.0)[:, np.newaxis]
    distilled(teacher=watched, cv=GroupKFold(3)).fit(numbered, names, groups=groups)
    *of_folds, (of_all, *_) = Watched.fits
    assert len(of_folds) == 3 and len(of_all) == 150
    for rows, *_ in of_folds:
        assert len(rows) == 100
        assert len(np.unique(groups[rows[:, 0].astype(int)])) == 10


def test_classes_are_matched_by_name():
    letters = np.array(["c", "b", "a"])[y]
    teacher = clone(TREE).fit(X, letters)
    said = teacher.predict_proba(X)
    turned = predict_classes(teacher, X, np.array(["c", "d", "b", "a"]))
    assert_allclose(turned[:, [3, 2, 0]], said)
    assert (turned[:, 1] == 0).all()
    some = predict_classes(teacher, X, np.array(["a", "d"]))  # of the others it gives no account
    assert_allclose(some, np.where(said[:, :1] > 0, [[1, 0]], 0.5))
    with pytest.raises(ValueError, match=r"knows the classes \['a', 'b', 'c'\], and none of"):
        distilled(teacher=teacher).fit(X, names)


@pytest.mark.filterwarnings("ignore:The least populated class")
def test_a_class_that_no_other_fold_has():
    rows = np.r_[0:100, 149]
    model = distilled(cv=3).fit(X[rows], names[rows])
    assert model.predict_proba(X).shape == (150, 3)


def test_weights_reach_the_teacher(watched):
    weights = np.linspace(0, 2, 150)
    for teacher in (watched, make_pipeline(StandardScaler(), watched)):
        Watched.fits.clear()
        distilled(teacher=teacher, cv=2).fit(X, names, sample_weight=weights)
        assert_array_equal(Watched.fits[-1][2], weights[1:])
        assert [len(fit[2]) for fit in Watched.fits] == [len(fit[1]) for fit in Watched.fits]
    with pytest.raises(ValueError, match="KNeighborsClassifier takes no sample_weight"):
        distilled(teacher=KNeighborsClassifier()).fit(X, names, sample_weight=weights)


def test_splits_of_all_rows_fit_rows_that_have_weight(watched):
    splits = list(KFold(3, shuffle=True, random_state=0).split(X))
    weights = (np.arange(150) % 4 > 0).astype(float)
    distilled(teacher=watched, cv=splits).fit(X, names, sample_weight=weights)
    for (train, _), (rows, *_) in zip(splits, Watched.fits, strict=False):
        assert_array_equal(rows, X[train[weights[train] > 0]])


def test_answers_that_are_no_numbers_are_told():
    class Broken(GaussianNB):
        def predict_proba(self, X):
            return super().predict_proba(X) * np.nan

    with pytest.raises(ValueError, match="predicts NaN"):
        distilled(teacher=Broken()).fit(X, names)
