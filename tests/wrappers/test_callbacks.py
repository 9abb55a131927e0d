"""Callbacks of Keras' users in the estimators: what they see, and copies of them."""

import io
import threading

import keras
import matplotlib
import numpy as np
import pytest
from sklearn.model_selection import cross_val_score

from skkeras import KerasClassifier, KerasMLPClassifier
from skkeras.inspection import TrainingHistoryDisplay

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 4))
Y = (X[:, 0] > 0).astype(int)


def build():
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


class Noting(keras.callbacks.Callback):
    """A callback that looks at the model's metrics, and does without the `__init__` of Keras."""

    def __init__(self, name):
        self.name = name

    def on_epoch_end(self, epoch, logs=None):
        found = float(self.model.get_metrics_result()[self.name])
        logs["seen"] = found
        assert found == pytest.approx(logs[f"val_{self.name}"])
        assert {"loss", "compile_metrics"} <= {metric.name for metric in self.model.metrics}


class Log(keras.callbacks.Callback):
    """A callback that holds what cannot be copied."""

    def __init__(self, held):
        super().__init__()
        self.held = held


def test_monitors_without_a_mode():
    stop = keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=2)
    model = KerasClassifier(build, epochs=4, validation_split=0.2, callbacks=[stop])
    assert np.isfinite(cross_val_score(model, X, Y, cv=3, error_score="raise")).all()


@pytest.mark.parametrize("trainer", ["auto", "fit"])
def test_metrics_are_there(trainer):
    callbacks = [Noting("accuracy")]
    model = KerasClassifier(build, epochs=2, validation_split=0.2, callbacks=callbacks)
    for _ in range(2):  # the second finds the program
        history = model.set_params(trainer=trainer).fit(X, Y).history_
        assert history["seen"] == pytest.approx(history["val_accuracy"])


@pytest.mark.parametrize(
    "held", [io.TextIOWrapper(io.BytesIO()), threading.Lock()], ids=["file", "lock"]
)
def test_what_cannot_be_copied_is_named(held):
    model = KerasMLPClassifier(epochs=1, callbacks=[Log(held)])
    with pytest.raises(TypeError, match=r"callback Log cannot be copied.*on_train_begin"):
        model.fit(X, Y)
    KerasClassifier(build).fit(X, Y, callbacks=[Log(held)])


@pytest.mark.parametrize("average", [None, "macro"])
def test_metrics_of_any_size_are_noted_and_drawn(average):
    matplotlib.use("Agg")
    three = np.digitize(X[:, 0], [-0.5, 0.5])
    metrics = [keras.metrics.F1Score(average=average)]
    model = KerasMLPClassifier(
        epochs=2, metrics=metrics, loss="categorical_crossentropy", early_stopping=True
    )
    history = model.fit(X, three).history_
    size = 3 if average is None else 1
    assert [np.size(value) for value in history["f1_score"]] == [size] * 2
    lines = TrainingHistoryDisplay.from_estimator(model).lines_
    assert len(lines) == 2 + 2 * size
