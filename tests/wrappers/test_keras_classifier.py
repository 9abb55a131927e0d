"""What is refused before training around a classifier's model, and what comes out."""

import warnings

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from skkeras import KerasClassifier
from skkeras.wrappers._wrapper import _warn_about_one_epoch

X, y = make_classification(60, 4, n_informative=3, n_redundant=0, n_classes=3, random_state=0)
binary = y == 0


def ends_with(units, activation, loss=None):
    def build(meta):
        model = keras.Sequential(
            [keras.layers.Input((4,)), keras.layers.Dense(units, activation, name="end")]
        )
        if loss is not None:
            model.compile("adam", loss)
        return model

    return build


def not_a_model(meta):
    return "a model"


class Own(KerasClassifier):
    def _keras_build_fn(self):
        return ends_with(1, "sigmoid")(None)


@pytest.mark.parametrize(
    ("network", "error", "message"),
    [
        (KerasClassifier(), ValueError, "has no model: give model= a function"),
        (KerasClassifier("dense"), TypeError, "model must be a function .* got 'dense'"),
        (KerasClassifier(not_a_model), TypeError, "must return a keras.Model; it gave 'a model'"),
        (Own(not_a_model), ValueError, "both a `_keras_build_fn` method and model="),
        (KerasClassifier(ends_with(1, "sigmoid")), ValueError, "has no loss: give loss="),
        (
            KerasClassifier(ends_with(1, "sigmoid", "binary_crossentropy"), callbacks=["stop"]),
            TypeError,
            "callbacks must be .* got 'stop'",
        ),
        (KerasClassifier(ends_with(1, None), epochs=0), ValueError, "'epochs' parameter"),
        (KerasClassifier(ends_with(1, None), batch_size="all"), ValueError, "'batch_size'"),
        (KerasClassifier(ends_with(1, None), class_weight="even"), ValueError, "'class_weight'"),
        (
            KerasClassifier(ends_with(1, "sigmoid", "mse"), validation_split=0.999),
            ValueError,
            "validation_split=0.999 leaves no row of 60",
        ),
    ],
)
def test_parameters_that_cannot_work(network, error, message):
    with pytest.raises(error, match=message):
        network.fit(X, binary)
    with pytest.raises(NotFittedError):
        network.predict(X)


@pytest.mark.parametrize(
    ("units", "loss", "target", "message"),
    [
        (1, "sparse_categorical_crossentropy", y, r"end with Dense\(3, 'softmax'\)"),
        (2, "categorical_crossentropy", y, r"end with Dense\(3, 'softmax'\)"),
        (1, "binary_crossentropy", y, "use sparse_categorical_crossentropy"),
        (3, "binary_crossentropy", y, "use sparse_categorical_crossentropy"),
        (2, "binary_crossentropy", binary, r"end with Dense\(1, 'sigmoid'\)"),
        (2, "categorical_crossentropy", binary, "use sparse_categorical_crossentropy"),
        (1, "binary_crossentropy", np.eye(3, dtype=int)[y], r"end with Dense\(3, 'sigmoid'\)"),
    ],
)
def test_models_that_do_not_fit_the_target(units, loss, target, message):
    network = KerasClassifier(ends_with(units, "sigmoid"), loss=loss)
    with pytest.raises(ValueError, match=message):
        network.fit(X, target)


@pytest.mark.parametrize("given", [{"X_val": X}, {"y_val": binary}])
def test_half_of_the_validation_data_is_refused(given):
    network = KerasClassifier(ends_with(1, "sigmoid"), loss="binary_crossentropy")
    with pytest.raises(ValueError, match="both X_val and y_val"):
        network.fit(X, binary, **given)


@pytest.mark.parametrize(
    ("units", "activation", "loss"),
    [
        (1, "sigmoid", "binary_crossentropy"),
        (2, "softmax", "sparse_categorical_crossentropy"),
        (1, "sigmoid", "mse"),
        (1, "tanh", "hinge"),
    ],
)
def test_ends_for_two_classes(units, activation, loss):
    names = np.where(binary, "yes", "no")
    network = KerasClassifier(ends_with(units, activation), loss=loss, random_state=0)
    proba = network.fit(X, names).predict_proba(X)
    assert proba.shape == (60, 2)
    assert_allclose(proba.sum(axis=1), 1, atol=1e-6)
    assert_array_equal(network.predict(X), network.classes_[proba.argmax(axis=1)])


def test_a_run_away_loss_leaves_it_unfitted():
    network = KerasClassifier(
        ends_with(1, "sigmoid"), loss="mse", optimizer="sgd", optimizer__learning_rate=float("inf")
    )
    with pytest.warns(match="became NaN or infinite in epoch 1.* The estimator is not fitted"):
        network.fit(X, binary)
    with pytest.raises(NotFittedError):
        network.predict(X)


@pytest.fixture
def first_warning():
    _warn_about_one_epoch.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    _warn_about_one_epoch.cache_clear()


def test_one_epoch_by_default_warns_once(first_warning):
    network = KerasClassifier(ends_with(1, "sigmoid", "binary_crossentropy"))
    with pytest.warns(ConvergenceWarning, match="train one epoch by default.*set epochs="):
        network.fit(X, binary)
    assert clone(network).fit(X, binary).n_iter_ == 1


@pytest.mark.parametrize(
    "fit",
    [
        lambda network: network.set_params(epochs=2).fit(X, binary),
        lambda network: network.set_params(fit__epochs=1).fit(X, binary),
        lambda network: network.fit(X, binary, epochs=1),
        lambda network: network.set_params(warm_start=True).fit(X, binary),
        lambda network: network.partial_fit(X, binary),
        lambda network: network.fit_until(X, binary, 1),
    ],
    ids=["epochs", "fit__epochs", "argument", "warm_start", "partial_fit", "fit_until"],
)
def test_epochs_that_are_asked_for_do_not_warn(first_warning, fit):
    fit(KerasClassifier(ends_with(1, "sigmoid", "binary_crossentropy")))
