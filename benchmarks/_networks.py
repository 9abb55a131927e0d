"""Networks and data of the benchmarks, for skkeras and for the libraries compared with it.

Scripts import this module first, so that Keras starts without messages.
"""

from __future__ import annotations

from typing import Any

import skkeras._start  # noqa: F401

# isort: split
import keras
import numpy as np
from sklearn.datasets import load_digits

EPOCHS, BATCH = 10, 32
# Ranges of the learning rate and the dropout in the benchmarks of searches.
RATES, DROPOUTS = (1e-4, 3e-2), (0.0, 0.5)
SCRIPT = {
    "loss": "sparse_categorical_crossentropy",
    "optimizer": "adam",
    "epochs": EPOCHS,
    "batch_size": BATCH,
    "verbose": 0,
    "random_state": 0,
}


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return 1,198 digits of 64 pixels between 0 and 1, and their labels."""
    X, y = load_digits(return_X_y=True)
    return (X[:1198] / 16).astype("float32"), y[:1198]


def images(n_rows: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """Return images of Fashion-MNIST between 0 and 1, with one channel, and their labels."""
    from skkeras.datasets import fetch_fashion_mnist

    X, y = fetch_fashion_mnist()
    return (X[:n_rows, ..., None] / 255).astype("float32"), y[:n_rows]


def speakers() -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Return 270 utterances of unequal length, the same padded with zeros, and the speakers."""
    from skkeras.datasets import fetch_japanese_vowels

    X, y = fetch_japanese_vowels()
    filled = np.zeros((len(X), max(map(len, X)), X[0].shape[1]), "float32")
    for row, series in zip(filled, X, strict=True):
        row[: len(series)] = series
    return X, filled, y


def mlp(
    meta: dict[str, Any],
    sizes: tuple[int, ...] = (64,),
    activation: str = "relu",
    dropout: float = 0.0,
    l2: float = 0.0,
) -> keras.Model:
    """Build a perceptron with hidden layers of these sizes, as a user's script does."""
    penalty = keras.regularizers.L2(l2) if l2 else None
    layers: list[Any] = [keras.layers.Input((meta["n_features_in_"],))]
    for size in sizes:
        layers.append(keras.layers.Dense(size, activation, kernel_regularizer=penalty))
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
    output = keras.layers.Dense(
        meta["n_classes_"], activation="softmax", kernel_regularizer=penalty
    )
    return keras.Sequential([*layers, output])


def tuners_mlp(hp: Any, meta: dict[str, Any], widths: list[int]) -> keras.Model:
    """Build the same network for KerasTuner: compiled, with its ranges."""
    model = mlp(meta, (hp.Choice("width", widths),), dropout=hp.Float("dropout", *DROPOUTS))
    rate = hp.Float("rate", *RATES, sampling="log")
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


def compiled_mlp(X: np.ndarray, y: np.ndarray) -> keras.Model:
    """Build the same network for `keras.wrappers`: compiled, for one-hot targets."""
    model = mlp({"n_features_in_": X.shape[1], "n_classes_": y.shape[1]})
    model.compile("adam", "categorical_crossentropy")
    return model


def cnn(meta: dict[str, Any]) -> keras.Model:
    """Build the network of `KerasCNNClassifier()` from layers of Keras."""
    layers: list[Any] = [keras.layers.Input(meta["X_shape_"][1:])]
    for filters in (16, 32):
        layers += [
            keras.layers.Conv2D(filters, 3, padding="same", use_bias=False),
            keras.layers.MaxPooling2D(2, padding="same"),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.Activation("relu"),
        ]
    layers += [
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(meta["n_classes_"], activation="softmax"),
    ]
    return keras.Sequential(layers)


def lstm(meta: dict[str, Any]) -> keras.Model:
    """Build an LSTM of 32 units that masks steps in which all features are zero."""
    return keras.Sequential(
        [
            keras.layers.Input(meta["X_shape_"][1:]),
            keras.layers.Masking(),
            keras.layers.LSTM(32),
            keras.layers.Dense(meta["n_classes_"], activation="softmax"),
        ]
    )
