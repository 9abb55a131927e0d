"""Targets of every kind."""

import importlib

import keras
import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.datasets import make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import d2_tweedie_score, roc_auc_score
from sklearn.model_selection import KFold, cross_val_predict, cross_val_score
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from skkeras import (
    KerasClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRealMLPClassifier,
    KerasRealMLPRegressor,
    KerasRegressor,
    KerasTabMRegressor,
)

CLASSIFIER = KerasMLPClassifier(
    hidden_layer_sizes=(16,), learning_rate=0.05, epochs=15, random_state=0
)
REGRESSOR = KerasMLPRegressor(
    hidden_layer_sizes=(16,), learning_rate=0.05, epochs=40, random_state=0
)

LABELS = {
    "integers": np.array([3, 7, 11]),
    "negative": np.array([-1, 0, 1]),
    "floats": np.array([0.0, 1.0, 2.0]),
    "strings": np.array(["ant", "bee", "elephant"]),
    "objects": np.array(["ant", "bee", "elephant"], dtype=object),
    "huge": np.array([-(2**62), 0, 2**62]),
    "small type": np.array([0, 1, 2], dtype=np.uint8),
}
PAIRS = {
    "booleans": np.array([False, True]),
    "signs": np.array([-1, 1]),
    "strings": np.array(["no", "yes"]),
    "reversed": np.array(["yes", "no"], dtype=object),
}


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_three_classes(classes, labels, early_stopping):
    X, y = classes
    model = clone(CLASSIFIER).set_params(early_stopping=early_stopping)
    reference = model.fit(X, y).predict_proba(X)
    model.fit(X, labels[y])
    assert model.classes_.dtype == labels.dtype
    np.testing.assert_array_equal(model.classes_, labels)
    np.testing.assert_array_equal(model.predict_proba(X), reference)
    assert model.predict(X).dtype == labels.dtype
    assert model.score(X, labels[y]) > 0.75


@pytest.mark.parametrize("labels", PAIRS.values(), ids=PAIRS)
def test_two_classes(classes, labels):
    X, y = classes
    y = labels[(y == 0).astype(int)]
    model = clone(CLASSIFIER).fit(X, y)
    np.testing.assert_array_equal(model.classes_, np.unique(labels))
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (90, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    assert set(model.predict(X)) <= set(labels.tolist())
    assert model.score(X, y) > 0.75
    assert roc_auc_score(y == model.classes_[1], probabilities[:, 1]) > 0.8


@pytest.mark.parametrize("dtype", [bool, int, float])
@pytest.mark.parametrize("n_labels", [2, 3])
def test_several_labels(classes, dtype, n_labels):
    X, y = classes
    labels = np.column_stack([y == 0, y == 1, y > 0])[:, :n_labels].astype(dtype)
    model = clone(CLASSIFIER).fit(X, labels)
    assert model.predict(X).shape == model.predict_proba(X).shape == labels.shape
    assert model.predict(X).dtype == np.int64
    assert (model.predict(X) == labels).mean() > 0.8
    assert model.score(X, labels) == (model.predict(X) == labels).all(axis=1).mean()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_series_and_frames(classes, numbers, library):
    frames = importlib.import_module(library)
    X, y = classes
    table = frames.DataFrame({f"x{i}": X[:, i] for i in range(4)})
    for values in (y, np.array(["a", "b", "c"])[y]):
        alone = clone(CLASSIFIER).fit(X, values).predict_proba(X)
        model = clone(CLASSIFIER).fit(table, frames.Series(values))
        np.testing.assert_array_equal(model.predict_proba(table), alone)
        assert model.feature_names_in_.tolist() == ["x0", "x1", "x2", "x3"]
    X, y = numbers
    table = frames.DataFrame({f"x{i}": X[:, i] for i in range(4)})
    several = frames.DataFrame({"one": y, "two": -y})
    model = clone(REGRESSOR).fit(table, several)
    assert model.predict(table).shape == (80, 2)
    assert model.score(table, several) > 0.8


def test_nullable_and_categorical_columns_of_pandas(classes):
    pandas = importlib.import_module("pandas")
    X, y = classes
    reference = clone(CLASSIFIER).fit(X, y).predict(X)
    for series in (pandas.Series(y, dtype="Int64"), pandas.Series(y).astype("category")):
        np.testing.assert_array_equal(clone(CLASSIFIER).fit(X, series).predict(X), reference)


@pytest.mark.filterwarnings("ignore:.*less than n_splits:UserWarning")
def test_classes_missing_from_a_fold(classes):
    X, y = classes
    order = np.argsort(y, kind="stable")
    X, y = X[order], y[order]
    with pytest.warns(RuntimeWarning, match="Number of classes in training fold"):
        probabilities = cross_val_predict(CLASSIFIER, X, y, cv=KFold(3), method="predict_proba")
    assert probabilities.shape == (90, 3)
    assert (probabilities[:29, 0] == 0).all()
    rare = y.copy()
    rare[:2] = 9
    assert np.isfinite(cross_val_score(CLASSIFIER, X, rare, cv=KFold(5, shuffle=True))).all()


def test_one_class_in_a_fold_is_told(classes):
    X, _ = classes
    y = np.array([0] * 45 + [1] * 45)
    with pytest.raises(ValueError, match=r"needs at least 2 classes.*got 1 class"):
        cross_val_score(CLASSIFIER, X, y, cv=KFold(2), error_score="raise")


@pytest.mark.parametrize("early_stopping", [False, True])
def test_several_outputs_of_different_scales(numbers, early_stopping):
    X, y = numbers
    targets = np.column_stack([1e6 * y, -1e-6 * y, np.full(80, 5.0)])
    model = clone(REGRESSOR).set_params(early_stopping=early_stopping).fit(X, targets)
    assert model.predict(X).shape == targets.shape
    for output in range(2):
        residual = model.predict(X)[:, output] - targets[:, output]
        assert residual.std() < 0.3 * targets[:, output].std()
    np.testing.assert_allclose(model.predict(X)[:, 2], 5.0, atol=1.0)


def test_a_column_of_targets_warns_and_predicts_a_row(classes, numbers):
    for model, (X, y) in ((CLASSIFIER, classes), (REGRESSOR, numbers)):
        with pytest.warns(UserWarning, match="column-vector y was passed"):
            fitted = clone(model).fit(X, y.reshape(-1, 1))
        np.testing.assert_array_equal(fitted.predict(X), clone(model).fit(X, y).predict(X))


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        ("mean_squared_error", "use sparse_categorical_crossentropy"),
        ("categorical_crossentropy", None),
        ("binary_crossentropy", "use sparse_categorical_crossentropy"),
    ],
)
def test_losses_of_the_users_own_with_three_classes(classes, loss, message):
    model = clone(CLASSIFIER).set_params(loss=loss)
    if message is None:
        assert model.fit(*classes).score(*classes) > 0.6
    else:
        with pytest.raises(ValueError, match=message):
            model.fit(*classes)


@pytest.mark.parametrize("loss", ["sparse_categorical_crossentropy", "categorical_crossentropy"])
def test_losses_that_do_not_fit_two_classes(binary, loss):
    with pytest.raises(ValueError, match=r"ends with 1 output\(s\)"):
        clone(CLASSIFIER).set_params(loss=loss).fit(*binary)


@pytest.mark.parametrize("loss", ["sparse_categorical_crossentropy", "binary_crossentropy"])
def test_losses_for_classes_do_not_fit_numbers(numbers, loss):
    with pytest.raises(ValueError, match="the target holds numbers, not classes"):
        clone(REGRESSOR).set_params(loss=loss).fit(*numbers)


def test_losses_on_the_targets_own_scale(numbers):
    X, y = numbers[0], numbers[1] / 100
    model = clone(REGRESSOR).set_params(
        loss="mean_absolute_percentage_error", epochs=300, learning_rate=0.01
    )
    with pytest.raises(ValueError, match="set scale_target=False"):
        model.fit(X, y)
    assert np.abs(model.set_params(scale_target=False).fit(X, y).predict(X) - y).mean() < 0.5


COUNTING = [
    KerasMLPRegressor(learning_rate=0.01, epochs=30, random_state=0),
    KerasRealMLPRegressor(hidden_layer_sizes=16, epochs=20, random_state=0),
    KerasTabMRegressor(
        hidden_layer_sizes=16, n_ensemble=2, learning_rate=0.02, epochs=20, random_state=0
    ),
]


@pytest.mark.parametrize("model", COUNTING, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("scale_target", [True, False])
def test_counts(model, scale_target):
    draws = np.random.default_rng(0)
    X = draws.normal(size=(300, 2))
    y = draws.poisson(np.exp(1 + X[:, 0]))
    model = clone(model).set_params(loss="poisson", scale_target=scale_target)
    predicted = model.fit(X, y).predict(X)
    assert (predicted > 0).all()
    assert d2_tweedie_score(y, predicted, power=1) > 0.5


@pytest.mark.parametrize(
    "loss",
    ["poisson", "Poisson", "msle", keras.losses.Poisson(), keras.losses.poisson],
    ids=["name", "class name", "other name", "object", "function"],
)
def test_losses_of_positives_refuse_others(numbers, loss):
    X, y = numbers
    model = clone(REGRESSOR).set_params(loss=loss, epochs=1)
    with pytest.raises(
        ValueError, match=r"for targets that are not negative; got -.* another loss"
    ):
        model.fit(X, y - y.max())
    with pytest.raises(ValueError, match="not negative"):
        model.fit(X, np.abs(y), X_val=X, y_val=-np.abs(y))
    assert (model.fit(X, np.abs(y) / 300).predict(X) > 0).all()


@pytest.mark.parametrize(
    ("model", "name", "loss"),
    [
        (REGRESSOR, "squared_error", "mean_squared_error"),
        (REGRESSOR, "absolute_error", "mean_absolute_error"),
        (CLASSIFIER, "log_loss", None),
        (KerasRealMLPClassifier(hidden_layer_sizes=8, epochs=2, random_state=0), "log_loss", None),
    ],
)
def test_losses_of_scikit_learns_names(numbers, classes, model, name, loss):
    data = classes if is_classifier(model) else numbers
    named = clone(model).set_params(loss=name).fit(*data).predict(data[0])
    np.testing.assert_array_equal(
        named, clone(model).set_params(loss=loss).fit(*data).predict(data[0])
    )


def test_labels_learn_at_scikit_learns_rate():
    X, y = make_multilabel_classification(300, 10, n_classes=5, random_state=0)
    X = StandardScaler().fit_transform(X)
    ours = KerasMLPClassifier(
        optimizer="sgd",
        learning_rate=0.05,
        epochs=20,
        batch_size=200,
        hidden_layer_sizes=20,
        random_state=0,
    ).fit(X, y)
    theirs = MLPClassifier(20, solver="sgd", learning_rate_init=0.05, max_iter=20, random_state=0)
    with pytest.warns(ConvergenceWarning):
        theirs.fit(X, y)
    assert ours.history_["loss"][-1] == pytest.approx(theirs.loss_, rel=0.1)


def test_unknown_losses_are_told_before_training(classes):
    with pytest.raises(ValueError, match="crossentropi"):
        clone(CLASSIFIER).set_params(loss="crossentropi").fit(*classes)


def test_models_of_the_users_own_that_do_not_fit(classes, numbers):
    def ends_with(units):
        return lambda meta: keras.Sequential(
            [keras.layers.Input((meta["n_features_in_"],)), keras.layers.Dense(units)]
        )

    model = KerasClassifier(ends_with(2), loss="sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match="the target has 3 classes"):
        model.fit(*classes)
    with pytest.raises(ValueError, match=r"the target has 1 output\(s\)"):
        KerasRegressor(ends_with(3), loss="mse").fit(numbers[0], numbers[1] / 300)


@pytest.mark.parametrize(
    "target",
    [
        np.array([[0, 1, 2], [1, 2, 0]] * 45),
        np.random.default_rng(0).normal(size=90),
    ],
    ids=["several columns of classes", "continuous"],
)
def test_targets_that_are_no_classes(classes, target):
    with pytest.raises(ValueError, match=r"MultiOutputClassifier|label type"):
        clone(CLASSIFIER).fit(classes[0], target)
