"""Networks that learn from a teacher."""

import pickle

import keras
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import log_softmax
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    ShuffleSplit,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import estimator_checks, get_tags

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
from skkeras.compose._teacher_predictions import folds, out_of_fold_predictions, predict_classes
from skkeras.layers._distillation import Distillation
from skkeras.model_selection import SuccessiveHalvingSearchCV, search_space

X, y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)
names = np.array(["setosa", "versicolor", "virginica"])[y]
MLP = KerasMLPClassifier(hidden_layer_sizes=8, learning_rate=0.02, epochs=5)
TREE = DecisionTreeClassifier(max_depth=2, random_state=0)


def distilled(**params):
    given = {"student": clone(MLP), "teacher": clone(TREE), "random_state": 0}
    return KerasDistilledClassifier(**{**given, **params})


class Watched(GaussianNB):
    """Notes what it was fitted on."""

    fits = []

    def fit(self, X, y, sample_weight=None):
        self.fits.append((np.array(X), np.array(y), sample_weight))
        return super().fit(X, y, sample_weight)


@pytest.fixture
def watched():
    Watched.fits.clear()
    return Watched()


def test_the_loss_is_the_papers():
    rng = np.random.default_rng(0)
    student, teacher = rng.dirichlet(np.ones(3), (2, 5)).astype("float32")
    labels = rng.integers(3, size=5)
    loss = Distillation(keras.losses.SparseCategoricalCrossentropy(), 3, True, 4.0, 0.3)
    hard = -np.log(student[np.arange(5), labels])
    soft = -(
        np.exp(log_softmax(np.log(teacher) / 4, axis=1)) * log_softmax(np.log(student) / 4, axis=1)
    ).sum(axis=1)
    target = np.column_stack([teacher, labels]).astype("float32")
    assert_allclose(loss.call(target, student), 0.7 * hard + 0.3 * 16 * soft, rtol=1e-5)


@pytest.mark.parametrize("exclusive", [True, False])
def test_the_loss_of_one_output_is_that_of_two(exclusive):
    rng = np.random.default_rng(0)
    student, teacher = rng.uniform(0.01, 0.99, (2, 5, 1)).astype("float32")
    labels = rng.integers(2, size=(5, 1)).astype("float32")
    pairs = [np.column_stack([1 - one, one]) for one in (student, teacher)]
    two = Distillation(keras.losses.SparseCategoricalCrossentropy(), 2, True, 3.0, 0.6)
    expected = two.call(np.column_stack([pairs[1], labels]), pairs[0])
    own = keras.losses.BinaryCrossentropy()
    one = Distillation(own, 2 if exclusive else 1, exclusive, 3.0, 0.6)
    target = np.column_stack([pairs[1] if exclusive else teacher, labels])
    assert_allclose(one.call(target, student), expected, rtol=1e-4)


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


def test_answers_that_are_no_numbers_are_told():
    class Broken(GaussianNB):
        def predict_proba(self, X):
            return super().predict_proba(X) * np.nan

    with pytest.raises(ValueError, match="answers hold NaN"):
        distilled(teacher=Broken()).fit(X, names)


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
    with pytest.raises(ValueError, match=r"'student__epochs', which is no parameter.*a student"):
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


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("model", [KerasDistilledClassifier(), KerasDistilledRegressor()], ids=repr)
@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_weights_are_repeated_rows_at_the_defaults(model, kind):
    getattr(estimator_checks, f"check_sample_weight_equivalence_on_{kind}_data")(repr(model), model)


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


def test_stacking_teaches():
    teacher = StackingClassifier([("tree", TREE), ("bayes", GaussianNB())], cv=2)
    model = distilled(teacher=teacher, cv=2).fit(X, names)
    assert model.teacher_.predict_proba(X).shape == (150, 3)


def test_frames_keep_their_names():
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = make_pipeline(FunctionTransformer(feature_names_out="one-to-one"), distilled()).fit(
        frame, names
    )
    assert_array_equal(model[-1].feature_names_in_, list("abcd"))
    assert model.predict(frame).dtype == names.dtype


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
