"""Probabilities are what they are called, and labels are cut where the loss cuts them."""

import keras
import numpy as np
import pytest

from skkeras import KerasClassifier, KerasMLPClassifier

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 4)).astype("float32")
SUM = X[:, 0] + 0.5 * X[:, 1]
TARGETS = {"two": (SUM > 0).astype(int), "three": np.digitize(SUM, [-0.5, 0.5])}
TARGETS["labels"] = np.column_stack([SUM > 0, SUM > 0.5, SUM < 1, X[:, 2] > 0]).astype(int)


def build(units, activation, loss):
    output = keras.layers.Dense(units, activation)
    model = keras.Sequential([keras.layers.Input((4,)), output])
    model.compile(keras.optimizers.Adam(0.05), loss)
    return model


def fit(target, units, loss, activation=None, **params):
    params = {"epochs": 10, "random_state": 0} | params
    return KerasClassifier(lambda: build(units, activation, loss), **params).fit(X, TARGETS[target])


@pytest.mark.parametrize(
    ("target", "units", "kind"),
    [
        ("two", 1, keras.losses.BinaryCrossentropy),
        ("two", 2, keras.losses.SparseCategoricalCrossentropy),
        ("three", 3, keras.losses.SparseCategoricalCrossentropy),
        ("labels", 4, keras.losses.BinaryCrossentropy),
    ],
    ids=["binary", "two", "three", "labels"],
)
def test_logits(target, units, kind):
    fitted = fit(target, units, kind(from_logits=True))
    logits = fitted.model_.predict(X, verbose=0)
    found, labels = fitted.predict_proba(X), fitted.predict(X)
    if units == 1:
        np.testing.assert_allclose(found[:, 1], 1 / (1 + np.exp(-logits[:, 0])), rtol=1e-5)
        np.testing.assert_array_equal(labels, logits[:, 0] > 0)
    elif target == "labels":
        np.testing.assert_allclose(found, 1 / (1 + np.exp(-logits)), rtol=1e-5)
        np.testing.assert_array_equal(labels, logits > 0)
    else:
        np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_array_equal(labels, logits.argmax(axis=1))
    assert fitted.score(X, TARGETS[target]) > 0.4


def test_one_hot_logits():
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model = KerasClassifier(lambda: build(3, None, loss), loss=loss, random_state=0)
    fitted = model.fit(X, TARGETS["three"])
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_logits_that_are_none_are_refused(activation):
    units = 1 if activation == "sigmoid" else 3
    kinds = keras.losses.BinaryCrossentropy, keras.losses.SparseCategoricalCrossentropy
    loss = kinds[units > 1](from_logits=True)
    with pytest.raises(ValueError, match=f"ends with {activation}.*leave from_logits out"):
        fit("two" if units == 1 else "three", units, loss, activation)
    with pytest.raises(ValueError, match="from_logits"):
        KerasMLPClassifier(loss=loss).fit(X, TARGETS["two" if units == 1 else "three"])


def test_hinges_are_cut_at_zero():
    fitted = fit("two", 1, "hinge")
    outputs = fitted.model_.predict(X, verbose=0)[:, 0]
    np.testing.assert_array_equal(fitted.predict(X), outputs > 0)
    assert fitted.score(X, TARGETS["two"]) > 0.9


@pytest.mark.parametrize("target", ["two", "labels"])
def test_other_outputs_are_no_probabilities(target):
    fitted = fit(target, 1 if target == "two" else 4, "mean_squared_error", epochs=30)
    fitted.model_.layers[-1].bias.assign_add([0.9] * (1 if target == "two" else 4))
    assert set(np.unique(fitted.predict(X))) <= {0, 1}
    with pytest.raises(ValueError, match=r"not probabilities; predict works\. End it"):
        fitted.predict_proba(X)
