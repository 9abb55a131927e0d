"""Students and teachers that go together, and those that do not."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import ShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVR, LinearSVC
from sklearn.utils import get_tags

from skkeras import (
    KerasDistilledClassifier,
    KerasDistilledRegressor,
    KerasMLPClassifier,
    KerasMLPRegressor,
)
from skkeras.model_selection import search_space
from tests.compose.students import MLP, Watched, X, distilled, names


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"student": LogisticRegression()}, TypeError, "student must be a network of skkeras"),
        ({"student": KerasMLPRegressor()}, TypeError, "such as KerasMLPClassifier"),
        ({"student": make_pipeline(clone(MLP))}, TypeError, "in a pipeline"),
        ({"teacher": LinearSVC()}, TypeError, "an estimator with predict_proba"),
        ({"teacher": LogisticRegression}, TypeError, "an estimator with predict_proba"),
        ({"temperature": 0.0}, ValueError, "'temperature' parameter"),
        ({"alpha": 1.5}, ValueError, "'alpha' parameter"),
        ({"cv": 1.5}, ValueError, "'cv' parameter"),
        ({"cv": ShuffleSplit(2, random_state=0)}, ValueError, "exactly one test fold"),
        ({"student__epochs": 0}, ValueError, "'epochs' parameter"),
    ],
)
def test_what_does_not_go_together_is_told(params, error, message, monkeypatch):
    monkeypatch.setattr(KerasMLPClassifier, "_train", None)
    with pytest.raises(error, match=message):
        distilled().set_params(**params).fit(X, names)


def test_bad_data_is_told_before_the_teacher_is_fitted(watched):
    model = distilled(teacher=watched)
    for data, match in (
        ((X[:-1], names), "inconsistent numbers"),
        ((np.where(X > 2, np.nan, X), names), "NaN"),
        ((X, np.full(150, "a")), "1 class"),
        ((X, X[:, 0]), "Unknown label type"),
    ):
        with pytest.raises(ValueError, match=match):
            model.fit(*data)
    with pytest.raises(ValueError, match="labels that were not there"):
        model.fit(X, names, X_val=X[:3], y_val=["a", "b", "c"])
    with pytest.raises(ValueError, match="both X_val and y_val"):
        model.fit(X, names, X_val=X[:3])
    assert not Watched.fits


def test_the_space_is_the_students_and_its_own():
    space = distilled().search_space("medium")
    assert list(space)[:3] == ["temperature", "alpha", "student__learning_rate"]
    assert {n for n in space if "__" in n} == {f"student__{n}" for n in MLP.search_space("medium")}
    pipeline = make_pipeline(StandardScaler(), distilled())
    name = "kerasdistilledclassifier__student__hidden_layer_sizes"
    assert name in search_space(pipeline, kind="grid")
    regressor = KerasDistilledRegressor(student=KerasMLPRegressor())
    assert next(iter(regressor.search_space())) == "alpha"
    assert list(KerasDistilledClassifier().search_space()) == ["temperature", "alpha"]


@pytest.mark.parametrize(
    ("teacher", "several"),
    [(LogisticRegression(), False), (RandomForestClassifier(), True), (None, True)],
    ids=repr,
)
def test_tags_are_what_both_can(teacher, several):
    tags = get_tags(KerasDistilledClassifier(teacher=teacher)).classifier_tags
    assert tags.multi_label is several and tags.multi_class
    regressor = KerasDistilledRegressor(teacher=SVR() if not several else None)
    assert get_tags(regressor).target_tags.multi_output is several


def test_frames_keep_their_names():
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = make_pipeline(FunctionTransformer(feature_names_out="one-to-one"), distilled()).fit(
        frame, names
    )
    assert_array_equal(model[-1].feature_names_in_, list("abcd"))
    assert model.predict(frame).dtype == names.dtype
