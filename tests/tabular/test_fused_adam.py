"""Adam's step as one kernel a variable."""

import copy

import keras
import numpy as np
import pytest

from skkeras.layers import ScheduledAdam
from skkeras.tabular._fused_adam import fuse_adam
from skkeras.training import seeding

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 5)).astype("float32")
Y = (X @ RNG.normal(size=5) + X[:, 0] * X[:, 1]).astype("float32")


def trained(optimizer, build, X=X):
    with seeding(0):
        model = build()
    model.compile(optimizer, "mse")
    model.fit(X, Y, epochs=4, batch_size=16, shuffle=False, verbose=0)
    return [keras.ops.convert_to_numpy(weight) for weight in model.weights]


def perceptron():
    return keras.Sequential(
        [keras.layers.Input((5,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(1)]
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.Adam(0.01),
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, 16)),
        lambda: keras.optimizers.Adam(0.01, beta_1=0.5, beta_2=0.9, epsilon=0.1, clipnorm=0.5),
        lambda: keras.optimizers.AdamW(0.01, weight_decay=0.1),
        lambda: ScheduledAdam(0.01, weight_decay=0.1, beta_2=0.95, n_steps=16),
    ],
)
def test_steps_are_those_of_keras(make):
    expected = trained(make(), perceptron)
    quick = fuse_adam(make())
    assert "update_step" in vars(quick)
    for optimizer in (copy.deepcopy(quick), quick):
        for weight, other in zip(trained(optimizer, perceptron), expected, strict=True):
            np.testing.assert_allclose(weight, other, rtol=1e-4, atol=1e-6)


def test_rows_looked_up_twice_count_by_the_sum_of_their_gradients():
    places = RNG.integers(0, 3, size=(64, 1))
    indicators = np.eye(4, dtype="float32")[places[:, 0]]

    def table():
        layers = [keras.layers.Embedding(4, 2), keras.layers.Flatten(), keras.layers.Dense(1)]
        return keras.Sequential([keras.layers.Input((1,), dtype="int32"), *layers])

    def dense():
        model = keras.Sequential(
            [keras.layers.Input((4,)), keras.layers.Dense(2, use_bias=False), keras.layers.Dense(1)]
        )
        with seeding(0):
            model.set_weights(table().get_weights())
        return model

    found = trained(fuse_adam(keras.optimizers.Adam(0.05)), table, places)
    expected = trained(keras.optimizers.Adam(0.05), dense, indicators)
    for weight, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(weight, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.1),
        keras.optimizers.Nadam(0.1),
        keras.optimizers.Adam(0.1, amsgrad=True),
    ],
)
def test_other_optimizers_stay_as_they_are(optimizer):
    assert "update_step" not in vars(fuse_adam(optimizer))
