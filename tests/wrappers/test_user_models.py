"""Copies of models that users bring."""

import types

import keras
import numpy as np
import pytest

from skkeras import KerasRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3)).astype("float32")
Y = 5 * X[:, 0]


def network(loss, metrics=None):
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    model.compile("adam", loss, metrics=metrics)
    return model


def test_arguments_that_configurations_lack_are_kept():
    model = network(keras.losses.Huber(delta=0.1))
    wide = KerasRegressor(model, epochs=1, random_state=0).fit(X, Y).history_["loss"]
    copied = keras.models.clone_model(model)
    copied.set_weights(model.get_weights())
    copied.compile("sgd", keras.losses.Huber(delta=9.0))
    narrow = KerasRegressor(copied, epochs=1, random_state=0).fit(X, Y).history_["loss"]
    assert narrow[0] > 3 * wide[0]


@pytest.mark.parametrize("name", ["call", "train_step", "compute_loss"])
def test_a_method_replaced_on_an_object_is_refused(name):
    model = network("mse")
    owner = model.layers[-1] if name == "call" else model
    setattr(owner, name, types.MethodType(lambda self, *args, **kwargs: args[0], owner))
    with pytest.raises(ValueError, match=rf"The method {name} of .*builds the model"):
        KerasRegressor(model, epochs=1).fit(X, Y)


def test_a_model_that_was_trained_before_is_trained_on():
    model = network("mse", metrics=["mae"])
    model.fit(X, Y, epochs=2, verbose=0)
    before = model.get_weights()
    fitted = KerasRegressor(model, epochs=1, random_state=0).fit(X, Y)
    assert fitted.trainer_ == "graph"
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.abs(fitted.model_.get_weights()[0] - before[0]).max() > 0
