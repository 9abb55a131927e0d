"""Training on labels and on a teacher's predictions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

import skkeras
from tests.compose.students import MLP, TREE, X, distilled, names


def test_without_the_teacher_it_is_the_student_alone():
    alone = clone(MLP).set_params(random_state=3).fit(X, names)
    model = distilled(student=clone(alone), alpha=0.0, random_state=None).fit(X, names)
    assert_allclose(model.history_["loss"], alone.history_["loss"], rtol=1e-5)
    assert_allclose(model.predict_proba(X), alone.predict_proba(X), atol=1e-5)
    assert model.trainer_ == alone.trainer_


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_with_the_teacher_alone_it_comes_to_say_the_same(temperature):
    teacher = LogisticRegression().fit(X, np.roll(names, 50))  # wrong, but sure of it
    model = distilled(teacher=teacher, alpha=1.0, temperature=temperature)
    model.set_params(student__epochs=200, student__learning_rate=0.03).fit(X, names)
    assert model.teacher_ is teacher
    assert_array_equal(model.predict(X)[::10], teacher.predict(X)[::10])
    assert_allclose(model.predict_proba(X), teacher.predict_proba(X), atol=0.1)


def test_a_search_of_temperatures_compiles_once():
    model = distilled(teacher=clone(TREE).fit(X, names)).fit(X, names)
    before = skkeras.cache_info().compilations
    grid = {"temperature": [1.5, 3.0], "alpha": [0.2, 0.9], "student__learning_rate": [0.01]}
    search = GridSearchCV(model, grid, cv=[(np.arange(150), np.arange(150))]).fit(X, names)
    assert skkeras.cache_info().compilations == before
    assert search.best_estimator_.trainer_ in ("graph", "xla")
    losses = {
        clone(model).set_params(temperature=t).fit(X, names).history_["loss"][0] for t in (2.0, 3.0)
    }
    assert len(losses) == 2


def test_metrics_and_early_stopping_see_the_labels():
    student = clone(MLP).set_params(metrics=["accuracy"], early_stopping=True, patience=2)
    model = distilled(student=student.set_params(epochs=8)).fit(X, names)
    assert set(model.history_) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    model.fit(X, names, X_val=X, y_val=names)
    best = int(np.argmin(model.history_["val_loss"]))
    assert model.history_["val_accuracy"][best] == pytest.approx(model.score(X, names), abs=1e-6)


def test_callbacks_see_the_labels():
    class Watch:
        seen = []

        max_propagation_depth = None

        def setup(self, estimator, context):
            pass

        teardown = setup

        def on_fit_task_begin(self, estimator, context, *, X=None, y=None):
            self.seen.append((context.task_name, y.dtype.kind))

        def on_fit_task_end(self, estimator, context, **_):
            return False

    distilled().set_callbacks(Watch()).fit(X, names)
    assert {kind for _, kind in Watch.seen} == {"U"}
    assert [name for name, _ in Watch.seen].count("epoch") == MLP.epochs
