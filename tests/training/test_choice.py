"""XLA or graph: a rule on the model and its data."""

import keras
import pytest
from keras import layers

from skkeras.layers import Dropout, ScheduledDropout
from skkeras.layers._batch_ensemble import BatchEnsembleDense
from skkeras.training import _choice
from skkeras.training._choice import choose
from skkeras.training._cost import recurrent_units


def build(*stack):
    model = keras.Sequential([layers.Input((5, 3)), *[make() for make in stack]])
    model.add(layers.Flatten())
    model.add(layers.Dense(2, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


@pytest.mark.parametrize(
    ("stack", "n_batches", "chosen"),
    [
        ([lambda: layers.Dense(4)], 1000, "xla"),
        ([lambda: layers.Dense(4)], 40, "graph"),
        ([lambda: layers.LSTM(4)], 10, "xla"),
        ([lambda: layers.LSTM(4)], 4, "graph"),
        ([lambda: layers.LSTM(4, return_sequences=True), lambda: layers.GRU(128)], 400, "graph"),
        ([lambda: layers.Conv1D(4, 3)], 400, "graph"),
        ([lambda: Dropout(0.5)], 20, "xla"),
        ([lambda: Dropout(0.5)], 10, "graph"),
        ([lambda: ScheduledDropout(0.5, n_steps=9)], 20, "graph"),
        ([lambda: layers.SpatialDropout1D(0.5)], 400, "graph"),
        ([lambda: BatchEnsembleDense(4, n_members=5)], 1000, "graph"),
    ],
)
def test_choice(stack, n_batches, chosen, monkeypatch):
    monkeypatch.setattr(_choice.backend, "on_accelerator", lambda: False)
    model = build(*stack)
    assert choose(model, n_batches, recurrent_units(model)) == chosen


@pytest.mark.parametrize(("layer", "chosen"), [("Conv1D", "xla"), ("LSTM", "graph")])
def test_choice_on_an_accelerator(layer, chosen, monkeypatch):
    monkeypatch.setattr(_choice.backend, "on_accelerator", lambda: True)
    make = {"Conv1D": lambda: layers.Conv1D(4, 3), "LSTM": lambda: layers.LSTM(4)}[layer]
    model = build(make)
    assert choose(model, 1000, recurrent_units(model)) == chosen
