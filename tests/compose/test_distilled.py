"""Networks that learn from a teacher."""

import pickle

import keras
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_predict, cross_val_score, cross_validate
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

import skkeras
from skkeras import (
    KerasClassifier,
    KerasCNNClassifier,
    KerasDistilledClassifier,
    KerasDistilledRegressor,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRNNClassifier,
    KerasTextClassifier,
)
from skkeras.layers._distillation import Distillation
from skkeras.model_selection import SuccessiveHalvingSearchCV
from tests.compose.students import MLP, TREE, Watched, X, distilled, names, y


def build(meta, activation="softmax"):
    model = keras.Sequential(
        [keras.layers.Input((4,)), keras.layers.Dense(meta["n_classes_"], activation)]
    )
    model.compile(
        keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_student_of_the_users_own(n_classes):
    rows = y < n_classes
    student = KerasClassifier(build, epochs=20, validation_split=0.2)
    order = np.random.default_rng(0).permutation(rows.sum())
    model = distilled(student=student).fit(X[rows][order], names[rows][order])
    assert model.score(X[rows], names[rows]) > 0.7
    assert {"accuracy", "val_accuracy"} < set(model.history_)
    assert model.trainer_ in ("graph", "xla")


def test_several_labels():
    X, y = make_multilabel_classification(80, 6, n_classes=3, random_state=0)
    for teacher in (RandomForestClassifier(5), clone(MLP)):
        model = distilled(teacher=teacher, cv=2).fit(X, y)
        assert model.predict_proba(X).shape == model.predict(X).shape == (80, 3)
    with pytest.raises(ValueError, match=r"for 2 labels, give a teacher that was fitted on as"):
        distilled(teacher=model.teacher_).fit(X, y[:, :2])


def test_texts_go_to_both():
    texts = np.array(["good", "fine thing", "bad", "bad thing"] * 10)
    student = KerasTextClassifier(embedding_dim=4, epochs=30, learning_rate=0.05)
    teacher = make_pipeline(CountVectorizer(), MultinomialNB())
    model = distilled(student=student, teacher=teacher, cv=2).fit(texts, [1, 1, 0, 0] * 10)
    assert_array_equal(model.predict(["fine good", "bad"]), [1, 0])


@pytest.mark.parametrize("n_steps", [5, 30])  # as many rows as steps, too
@pytest.mark.parametrize("weighted", [False, True])
def test_lists_of_series_are_rows(n_steps, weighted):
    random = np.random.default_rng(0)
    series = [random.normal(size=(n_steps - i % 3 * (n_steps < 9), 2)) for i in range(30)]
    labels, rnn = ["a", "b"] * 15, KerasRNNClassifier(units=2, epochs=1, random_state=0)
    weights = np.arange(30) % 4 if weighted else None
    of_list = distilled(student=rnn, teacher=rnn, cv=2).fit(series, labels, weights)
    padded = np.full((30, n_steps, 2), np.nan)
    for row, one in zip(padded, series, strict=True):
        row[: len(one)] = one
    of_array = distilled(student=rnn, teacher=rnn, cv=2).fit(padded, labels, weights)
    assert_array_equal(of_list.predict_proba(series), of_array.predict_proba(padded))


def test_lists_of_images_are_rows():
    random = np.random.default_rng(0)
    images = [random.random((8, 8, 3)) for _ in range(12)]
    cnn = KerasCNNClassifier(filters=(2,), epochs=1, random_state=0)
    model = distilled(student=cnn, teacher=cnn, cv=2).fit(images, ["a", "b"] * 6)
    copied = clone(model).fit(np.array(images), ["a", "b"] * 6)
    assert_array_equal(model.predict_proba(images), copied.predict_proba(np.array(images)))


def test_seeds():
    forest = RandomForestClassifier(3)
    first, again, other = (
        distilled(teacher=forest, cv=2, random_state=seed).fit(X, names).predict_proba(X)
        for seed in (0, 0, 1)
    )
    assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    model = distilled(random_state=None, student=clone(MLP).set_params(random_state=4))
    model.fit(X, names)
    assert (model.student_.random_state, model.teacher_.random_state) == (4, 0)


def test_files(tmp_path):
    model = distilled(teacher=LogisticRegression()).fit(X, names)
    skkeras.save(model, tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e")
    assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    assert type(model.student_) is KerasMLPClassifier
    forest = clone(model).set_params(teacher=RandomForestClassifier(3)).fit(X, names)
    skkeras.save(forest, tmp_path / "forest")
    again = skkeras.load(tmp_path / "forest")
    assert_array_equal(again.predict_proba(X), forest.predict_proba(X))
    assert_array_equal(again.teacher_.predict_proba(X), forest.teacher_.predict_proba(X))
    skkeras.save(model.student_, tmp_path / "student")
    student = skkeras.load(tmp_path / "student").partial_fit(X, names)
    assert_array_equal(student.predict(X), model.student_.partial_fit(X, names).predict(X))
    assert not isinstance(model.student_.model_.loss, Distillation)


@pytest.mark.parametrize(
    "student",
    [
        {"early_stopping": True, "patience": 2},
        {"learning_rate": "cosine", "dropout": 0.2, "metrics": ["accuracy"]},
    ],
    ids=["stopping", "schedule"],
)
def test_parts_are_one_fit(watched, student):
    model = distilled(teacher=watched, cv=2).set_params(
        **{f"student__{name}": value for name, value in (student | {"epochs": 6}).items()}
    )
    rows = {"sample_weight": np.arange(150) % 3, "X_val": X[::7], "y_val": names[::7]}
    whole = clone(model).fit(X, names, **rows)
    part, n_fits = clone(model), len(Watched.fits)
    for epochs in (1, 4, 6):
        part.fit_until(X, names, epochs, **rows)
        part.predict(X)  # by a network that is not the taught one
        part = pickle.loads(pickle.dumps(part))
    assert part.history_ == whole.history_ and part.n_iter_ == whole.n_iter_
    assert_array_equal(part.predict_proba(X), whole.predict_proba(X))
    assert len(Watched.fits) == 2 * n_fits
    part.fit(X, names, **rows)
    assert_array_equal(part.predict_proba(X), whole.predict_proba(X))


def test_searches_in_rungs():
    step = "kerasdistilledclassifier__"
    space = {f"{step}temperature": (1.0, 5.0), f"{step}student__learning_rate": (1e-3, 1e-1)}
    model = make_pipeline(StandardScaler(), distilled())
    small = {"max_resources": 4, "factor": 2, "cv": 2, "random_state": 0}
    search = SuccessiveHalvingSearchCV(model, space, **small).fit(X, names)
    for row, params in enumerate(search.cv_results_["params"]):
        scores = cross_val_score(clone(model).set_params(**params), X, names, cv=2)
        assert [search.cv_results_[f"split{i}_test_score"][row] for i in (0, 1)] == list(scores)
    assert search.best_params_[f"{step}student__epochs"] == search.best_estimator_[-1].n_iter_ == 4
    search = SuccessiveHalvingSearchCV(distilled(), {"student__epochs": [1, 2]}, **small)
    with pytest.raises(ValueError, match="leave 'student__epochs' out"):
        search.fit(X, names)
    search.set_params(estimator=KerasDistilledClassifier(), space={"temperature": [1.0, 2.0]})
    with pytest.raises(ValueError, match=r"'student__epochs', which is not a parameter.*a student"):
        search.fit(X, names)


def test_a_student_whose_loss_runs_away_is_not_fitted():
    class Bomb(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                self.model.set_weights([w * np.inf for w in self.model.get_weights()])

    model = distilled().set_params(student__callbacks=[Bomb()]).fit_until(X, names, 2)
    assert model.n_iter_ == 2 and np.isfinite(model.predict_proba(X)).all()
    with pytest.warns(ConvergenceWarning, match="NaN or infinite in epoch 3"):
        model.fit_until(X, names, 3)
    with pytest.raises(NotFittedError):
        model.predict(X)


def test_weights_are_routed_to_scores():
    weights = np.linspace(0, 1, 150)
    with config_context(enable_metadata_routing=True):
        model = distilled().set_fit_request(sample_weight=False)
        model.set_score_request(sample_weight=True)
        split = [(np.arange(150), np.arange(150))]
        found = cross_validate(
            model, X, names, cv=split, params={"sample_weight": weights}, return_estimator=True
        )
    (fitted,), (score,) = found["estimator"], found["test_score"]
    assert score == fitted.score(X, names, sample_weight=weights) != fitted.score(X, names)


def test_one_hot_rows_are_classes():
    columns = np.eye(3, dtype=int)[y]
    model, rows = distilled(cv=2), np.flatnonzero(y < 2)  # of which no row is of the third class
    for some in (slice(None), rows):
        with pytest.warns(UserWarning, match="takes it for one-hot"):
            model.fit(X[some], columns[some], X_val=X[some], y_val=columns[some])
        assert model.predict_proba(X).shape == (150, 3)
        assert model.score(X, columns) == model.score(X, y)
    assert_array_equal(model.predict_log_proba(X), np.log(model.predict_proba(X)))


def test_stacking_teaches():
    teacher = StackingClassifier([("tree", TREE), ("bayes", GaussianNB())], cv=2)
    model = distilled(teacher=teacher, cv=2).fit(X, names)
    assert model.teacher_.predict_proba(X).shape == (150, 3)


def test_the_regressor_learns_the_blend():
    target = X[:, 0] * 10
    student = KerasMLPRegressor(hidden_layer_sizes=4, epochs=5, random_state=1)
    teacher = DecisionTreeRegressor(max_depth=3, random_state=0)
    model = KerasDistilledRegressor(student=student, teacher=teacher, alpha=0.3, cv=3)
    model.fit(X, target, X_val=X[:9], y_val=target[:9])
    answers = cross_val_predict(teacher, X, target, cv=3)
    blend_val = 0.3 * model.teacher_.predict(X[:9]) + 0.7 * target[:9]
    alone = clone(student).fit(X, 0.3 * answers + 0.7 * target, X_val=X[:9], y_val=blend_val)
    assert_array_equal(model.predict(X), alone.predict(X))
    assert model.history_ == alone.history_


def test_the_regressors_teacher_has_as_many_outputs():
    targets = X[:, :2]
    student = KerasMLPRegressor(hidden_layer_sizes=4, epochs=2)
    model = KerasDistilledRegressor(student=student, teacher=LinearRegression()).fit(X, targets)
    assert model.predict(X).shape == (150, 2)
    with pytest.raises(ValueError, match=r"predicts 2 number\(s\) a row, but the target has 1"):
        KerasDistilledRegressor(student=student, teacher=model.teacher_).fit(X, targets[:, 0])
