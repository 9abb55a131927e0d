"""Networks of one kind share a template, and each trains variables of its own."""

import keras
import numpy as np
import pytest

from skkeras.training import backends as backend
from skkeras.training._template import ModelTemplate, built


def build(optimizer="adam", layer=keras.layers.Dense):
    model = keras.Sequential([keras.layers.Input((3,)), layer(1)])
    model.compile(optimizer, "mse")
    return model


def mine(units):
    return keras.layers.Dense(units, activation=lambda x: 2 * x)


def test_variables_of_optimizers_are_built_if_they_are_needed():
    assert built(build).optimizer.built
    assert not built(build, with_slots=False).optimizer.built
    around = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam())
    assert built(lambda: build(around), with_slots=False).optimizer.built


def test_initial_values_are_those_of_a_model():
    template = ModelTemplate(build)
    assert template.holds
    again = ModelTemplate(build)
    assert again.model is template.model


@pytest.mark.parametrize("layer", [mine, keras.layers.Dense])
def test_networks_that_must_build_their_model(layer):
    optimizer = "adam" if layer is mine else keras.optimizers.Adam(use_ema=True)
    template = ModelTemplate(lambda: build(optimizer, layer))
    assert not template.holds and template.initial_values is None


def test_a_replaced_method_ends_what_was_learned(monkeypatch):
    template = ModelTemplate(build)
    monkeypatch.setattr(keras.layers.Dense, "call", lambda self, x: x)
    assert not template.holds


def test_variables_are_lent_to_one_at_a_time():
    template = ModelTemplate(build)
    values = [np.full((3, 1), 0.5, "float32"), np.full(1, 0.25, "float32")]
    with (
        template.train_state(values, changed=False) as one,
        template.train_state(values, changed=False) as other,
    ):
        assert one.state[0] is not other.state[0]
        for lent in (one, other):
            for found, value in zip(backend.read(lent.state[:2]), values, strict=True):
                np.testing.assert_array_equal(found, value)
