import keras
import numpy as np
from keras import layers

from skkeras import KerasMLPRegressor, clear_cache
from skkeras.training import FitArguments, Network

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype("float32")
Y = RNG.integers(3, size=40)


def build():
    noise = layers.Dropout(0.5)
    inputs = layers.Input((6,))
    outputs = layers.Dense(3, "softmax")(noise(inputs, training=True))
    model = keras.Model(inputs, outputs)
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def test_networks_of_one_kind_take_turns():
    networks = [Network(build, seed, key="noisy") for seed in (0, 1)]
    first = [network.predict(X) for network in networks]
    assert np.abs(first[0] - first[1]).max() > 0.01
    # Weights stay where they are between predictions, seeds of layers do not.
    for place in (0, 0, 1, 0, 1, 1):
        np.testing.assert_array_equal(networks[place].predict(X), first[place])
    networks[0].train(FitArguments(X, Y, epochs=3, batch_size=8, seed=0))
    assert np.abs(networks[0].predict(X) - first[0]).max() > 1e-3
    np.testing.assert_array_equal(networks[1].predict(X), first[1])
    unseen = Network(build, 0, key="noisy", values=networks[0].values)
    np.testing.assert_array_equal(unseen.predict(X), networks[0].predict(X))


def test_names_of_inputs_count_only_if_rows_are_found_by_them():
    def build_with(first, second):
        inputs = [layers.Input((6,), name=name) for name in (first, second)]
        model = keras.Model(inputs, layers.Dense(1)(layers.Subtract()(inputs)))
        model.compile("sgd", "mse")
        return model

    def described(names, x):
        network = Network(lambda: build_with(*names), seed=0)
        return network.describe(FitArguments(x, Y, epochs=1, batch_size=8, seed=0))[:3]

    by_name, by_place = {"a": X, "b": X}, [X, X]
    assert described("ab", by_place) == described("ba", by_place)
    assert described("ab", by_name) == described("ab", by_name) != described("ba", by_name)


def test_a_method_of_keras_that_is_replaced_is_used(monkeypatch):
    def fit():
        model = KerasMLPRegressor(hidden_layer_sizes=4, epochs=2, random_state=0)
        return model.fit(X, X[:, 0]).history_

    X = np.random.default_rng(0).normal(size=(30, 3))
    plain = fit()
    call = keras.layers.Dense.call
    monkeypatch.setattr(keras.layers.Dense, "call", lambda self, x: 2 * call(self, x))
    changed = fit()
    assert changed != plain
    clear_cache()
    assert fit() == changed
    monkeypatch.undo()
    assert fit() == plain
