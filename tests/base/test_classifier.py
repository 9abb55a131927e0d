"""Probabilities and classes of classifiers."""

import keras
import numpy as np
import pytest
from sklearn.datasets import make_classification

from skkeras import KerasClassifier, KerasMLPClassifier

X, y = make_classification(60, 4, n_informative=3, n_redundant=0, n_classes=3, random_state=0)


def ends_with(units, activation, loss=None):
    def build(meta):
        model = keras.Sequential(
            [keras.layers.Input((4,)), keras.layers.Dense(units, activation, name="end")]
        )
        if loss is not None:
            model.compile("adam", loss)
        return model

    return build


def test_labels_that_were_not_there_are_refused():
    network = KerasClassifier(ends_with(3, "softmax"), loss="sparse_categorical_crossentropy")
    network.partial_fit(X, y)
    with pytest.raises(ValueError, match=r"labels that were not there in the first fit: \[7\]"):
        network.partial_fit(X, np.where(y == 0, 7, y))
    with pytest.raises(ValueError, match="not the same as on the last call"):
        network.partial_fit(X, y, classes=[0, 1])


def test_classes_that_come_later():
    network = KerasClassifier(
        ends_with(3, "softmax"), loss="sparse_categorical_crossentropy", random_state=0
    )
    network.partial_fit(X[y < 2], y[y < 2], classes=[0, 1, 2]).partial_fit(X, y)
    assert network.predict_proba(X).shape == (60, 3)


def test_logarithms_of_probabilities():
    model = KerasMLPClassifier(hidden_layer_sizes=4, epochs=1, random_state=0).fit(X, y)
    np.testing.assert_array_equal(model.predict_log_proba(X), np.log(model.predict_proba(X)))
    assert np.isneginf(model.predict_log_proba(1e6 * X)).any()
