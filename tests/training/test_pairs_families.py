"""Parameters of the families, what data they and the wrappers get, and callbacks."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

import skkeras
from skkeras import KerasMLPClassifier, KerasMLPRegressor
from tests.training.pairs import (
    DATA,
    N_ROWS,
    QUICK,
    Pairs,
    changed,
    regressor,
    small,
    target,
)

PAIRS = Pairs()

# -- perceptrons, one parameter each ---------------------------------------------------------------

_MLP = {**QUICK, "hidden_layer_sizes": 6, "learning_rate": 0.05}
_STEEP = {"optimizer": "sgd", "learning_rate": 0.1}
_PARAMETERS: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("activation", "relu", "tanh", {}),
    ("alpha", 1e-4, 5.0, {}),
    ("batch_norm", False, True, {}),
    ("dropout", 0.1, 0.7, {}),
    ("mixup", 0.2, 2.0, {}),
    ("hidden_layer_sizes", (6,), (7,), {}),
    ("optimizer", "adam", "rmsprop", {}),
    ("learning_rate", "cosine", "exponential", {"learning_rate_init": 0.05}),
    ("momentum", 0.1, 0.9, _STEEP),
    ("nesterovs_momentum", True, False, _STEEP),
    ("weight_decay", 0.1, 2.0, {}),
    ("clipnorm", 0.01, 1.0, _STEEP),
    ("clipvalue", 0.01, 1.0, _STEEP),
    ("loss", keras.losses.Huber(0.1), keras.losses.Huber(2.0), {}),
    ("shuffle", True, False, {}),
    ("validation_fraction", 0.2, 0.4, {"early_stopping": True}),
]
for name, a, b, fixed in _PARAMETERS:
    given = {**_MLP, **fixed}
    PAIRS.add(
        f"perceptron {name}",
        lambda value, name=name, given=given: KerasMLPRegressor(**{**given, name: value}),
        a,
        b,
    )


class Own(keras.optimizers.SGD):
    """Keras' SGD under another name."""


PAIRS.add(
    "perceptron own optimizer",
    lambda norm: KerasMLPRegressor(**_MLP, optimizer=Own, clipnorm=norm),
    0.01,
    1.0,
)

SLOPE, FACTOR = 0.1, 1.0


def activate(x):
    return ops.maximum(x, SLOPE * x)


def punish(y_true, y_pred):
    return FACTOR * ops.mean(ops.abs(ops.reshape(y_true, ops.shape(y_pred)) - y_pred), -1)


@PAIRS.pair(0.1, 0.8)
def perceptron_activation_edited(slope):
    with changed(globals(), "SLOPE", slope):
        yield KerasMLPRegressor(**_MLP, activation=activate)


@PAIRS.pair(1.0, 0.1)
def perceptron_loss_edited(factor):
    with changed(globals(), "FACTOR", factor):
        yield KerasMLPRegressor(**{**_MLP, **_STEEP}, loss=punish)


# -- other families --------------------------------------------------------------------------------

_WORDS = np.random.default_rng(0).choice(list("abcdeFG"), size=(N_ROWS, 5))
TEXTS = np.array([" ".join(row) for row in _WORDS])
_LABELS = np.arange(N_ROWS) % 3
_TABLE = {"hidden_layer_sizes": 6, "learning_rate": 0.02}
_TEXT = {"embedding_dim": 3, "n_pairs": 20, "learning_rate": 0.05}
_TABM = {**_TABLE, "n_ensemble": 2, "embedding_dim": 2, "n_bins": 4}
# Kind of rows, what is given, and the parameter that differs.
_FAMILIES: dict[str, tuple[str, dict[str, Any], str, Any, Any]] = {
    "KerasRealMLPRegressor": ("table", _TABLE, "dropout", 0.1, 0.7),
    "KerasTabMRegressor": ("table", _TABM, "dropout", 0.1, 0.7),
    "KerasCNNClassifier": ("images", {"filters": (3,), "dense_units": 4}, "dropout", 0.1, 0.7),
    "KerasRNNClassifier": ("sequences", {"units": 3, "cell": "gru"}, "dropout", 0.1, 0.7),
    "KerasTextClassifier": ("texts", _TEXT, "lowercase", True, False),
}
for kind, (rows, fixed, name, a, b) in _FAMILIES.items():

    def family(value, kind=kind, rows=rows, fixed=fixed, name=name):
        X = TEXTS if rows == "texts" else DATA[rows]
        y = _LABELS if rows == "texts" else target(X, "Classifier" in kind)
        return getattr(skkeras, kind)(**{**QUICK, **fixed, name: value}), X, y

    PAIRS.add(f"{kind} {name}", family, a, b)


class Leaky(KerasMLPRegressor):
    slope = 0.1

    @classmethod
    def _build_model(cls, params, spec):
        *hidden, end = super()._build_model(params, spec).layers
        return keras.Sequential([*hidden, keras.layers.LeakyReLU(cls.slope), end])


@PAIRS.pair(0.1, 0.8)
def subclass_of_a_family(slope):
    with changed(Leaky, "slope", slope):
        yield Leaky(**_MLP, activation="linear")


# -- data ------------------------------------------------------------------------------------------

_X, _Y = DATA["table"], target(DATA["table"], False)
_DATA: dict[str, tuple[Any, Any]] = {
    "width": ((_X, _Y), (_X[:, :4], _Y)),
    "number of rows": ((_X, _Y), (_X[:50], _Y[:50])),
    "weights of rows": (
        (_X, _Y, {"sample_weight": np.ones(N_ROWS)}),
        (_X, _Y, {"sample_weight": np.linspace(0.1, 2, N_ROWS)}),
    ),
    "validation": (
        (_X, _Y, {"X_val": _X[:20], "y_val": _Y[:20]}),
        (_X, _Y, {"X_val": _X[:20], "y_val": -_Y[:20]}),
    ),
}
for name, (one, other) in _DATA.items():
    by = "history" if name == "validation" else "weights"
    PAIRS.add(
        f"data {name}",
        lambda data: (KerasMLPRegressor(**_MLP), *data),
        one,
        other,
        by=by,
    )


@PAIRS.pair(3, 4)
def data_classes(n_classes):
    return KerasMLPClassifier(**_MLP), _X, np.arange(N_ROWS) % n_classes


@PAIRS.pair("abc", "xyz", by="predictions")
def data_words(letters):
    words = np.random.default_rng(0).choice(list(letters + "d"), size=(N_ROWS, 5))
    texts = np.array([" ".join(row) for row in np.where(words == "d", "c", words)])
    kind = skkeras.KerasTextClassifier
    network = kind(**QUICK, embedding_dim=3, n_pairs=20, learning_rate=0.05)
    return network, np.array([f"{t} {i % 5 * 'a'}" for i, t in enumerate(texts)]), _LABELS


# -- callbacks -------------------------------------------------------------------------------------

RATE = 0.1


def fall(epoch):
    return RATE / (1 + epoch)


class Shrinks(keras.callbacks.Callback):
    """Scales the first layer's weights after each epoch."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def on_epoch_end(self, epoch, logs=None):
        layer = self.model.layers[0]
        layer.set_weights([self.factor * weight for weight in layer.get_weights()])


class SetsRate(keras.callbacks.Callback):
    rate = 0.1

    def on_epoch_begin(self, epoch, logs=None):
        self.model.optimizer.learning_rate = self.rate


class OnBatches(keras.callbacks.Callback):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def on_train_batch_end(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.factor / (1 + batch)


@PAIRS.pair(0.1, 0.01)
def scheduler_reads_a_global(rate):
    with changed(globals(), "RATE", rate):
        yield regressor(callbacks=[keras.callbacks.LearningRateScheduler(fall)])


@PAIRS.pair(0.1, 0.01)
def callback_by_a_class_attribute(rate):
    with changed(SetsRate, "rate", rate):
        yield regressor(callbacks=[SetsRate()])


@PAIRS.pair(0.1, 0.01)
def callback_on_batches(factor):
    return regressor(callbacks=[OnBatches(factor)])


@PAIRS.pair(0.9, 0.1)
def callback_changes_weights(factor):
    return regressor(small, callbacks=[Shrinks(factor)])


@pytest.mark.parametrize("name", PAIRS)
def test_pair(name, tmp_path):
    PAIRS[name].check(tmp_path)
