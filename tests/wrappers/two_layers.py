"""A network of two layers that the user built, and data for it, for several tests."""

import keras
import numpy as np

from skkeras import KerasRegressor

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
y = X @ [1, 2, 3]


def build(units=2):
    return keras.Sequential(
        [keras.layers.Input((3,)), keras.layers.Dense(units), keras.layers.Dense(1)]
    )


def build_with(compile_kwargs, rate=0.5):
    model = build()
    compile_kwargs["optimizer"].learning_rate = rate
    model.compile(**compile_kwargs)
    return model


def regressor(model=build, **params):
    return KerasRegressor(model, **{"loss": "mse", "random_state": 0, **params})


def squared(y_true, y_pred, factor=1):
    return factor * keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)
