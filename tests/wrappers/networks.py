"""A network that the user built, data for it, and a callback, for several tests of the wrappers."""

import keras
import numpy as np

from skkeras import KerasClassifier, KerasRegressor

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
y = X @ [1, 2, 3]
labels = (y > 0).astype(int)


def build(units=1, activation=None):
    return keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(units, activation)])


def regressor(**params):
    return KerasRegressor(build, **{"loss": "mse", "random_state": 0, **params})


def classifier(**params):
    quick = {"loss": "binary_crossentropy", "model__activation": "sigmoid", "random_state": 0}
    return KerasClassifier(build, **{**quick, **params})


class Notes(keras.callbacks.Callback):
    """Note what is called."""

    def __init__(self, mark=""):
        super().__init__()
        self.mark, self.notes = mark, []

    def on_epoch_begin(self, epoch, logs=None):
        self.notes.append(epoch)

    def on_predict_begin(self, logs=None):
        self.notes.append(f"{self.mark}begin")

    def on_predict_batch_end(self, batch, logs=None):
        self.notes.append(f"{self.mark}{len(logs['outputs'])}")
