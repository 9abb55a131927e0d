"""What changes from step to step."""

import contextlib

import keras
import numpy as np
import pytest

from skkeras.layers import CosLog4, ScheduledAdam, ScheduledDropout
from skkeras.layers._dropout import drawing_by_hashes
from skkeras.layers._schedules import flat_cosine
from skkeras.training import FitArguments, train

N_STEPS = 30


def test_rates_are_those_of_the_paper():
    steps = np.arange(2 * N_STEPS)
    t = steps % N_STEPS / N_STEPS
    schedule = CosLog4(0.2, N_STEPS)
    rates = [float(schedule(step)) for step in steps]
    expected = 0.2 * (1 - np.cos(2 * np.pi * np.log2(1 + 15 * t))) / 2
    np.testing.assert_allclose(rates, expected, atol=1e-6)
    # From 0 to 0 in 1/15, 2/15, 4/15 and 8/15 of the steps.
    np.testing.assert_allclose(np.array(rates)[[0, 2, 6, 14, 30]], 0, atol=1e-6)


def test_what_falls_stays_at_first():
    shares = [float(flat_cosine(step, N_STEPS)) for step in range(N_STEPS)]
    np.testing.assert_allclose(shares[: N_STEPS // 2 + 1], 1, rtol=1e-6)
    assert shares[22] > 0.5 > shares[23]
    assert (np.diff(shares[15:]) < 0).all() and shares[-1] < 0.02


def test_dropout_falls_by_its_own_steps():
    layer = ScheduledDropout(0.5, N_STEPS, seed=1)
    ones = np.ones((100, 100), "float32")
    dropped = []
    for _ in range(2 * N_STEPS):
        dropped.append(float(np.mean(keras.ops.convert_to_numpy(layer(ones, training=True)) == 0)))
        layer(ones)  # which is no step
    expected = [0.5 * float(flat_cosine(step, N_STEPS)) for step in range(2 * N_STEPS)]
    np.testing.assert_allclose(dropped, expected, atol=0.03)


def test_decay_falls_and_heeds_factors():
    variables = [keras.Variable(np.ones(2, "float32"), name=n) for n in ("plain", "fast", "bias")]
    variables[1].decay_factor = 3.0
    optimizer = ScheduledAdam(n_steps=4, learning_rate=0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    for _ in range(4):
        optimizer.apply([keras.ops.zeros(2)] * 3, variables)
    expected = [np.prod([1 - f * 0.05 * s for s in (1, 1, 1, 0.5)]) for f in (1, 3, 0)]
    np.testing.assert_allclose([float(v[0]) for v in variables], expected, rtol=1e-5)


@pytest.mark.parametrize("trainer", ["graph", "xla"])
def test_compiled_training_is_that_of_keras(trainer):
    X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
    outcomes = {}
    for how in ("fit", trainer):
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [
                keras.layers.Input((3,)),
                keras.layers.Dense(8, "relu"),
                ScheduledDropout(0.3, N_STEPS, seed=1),
                keras.layers.Dense(1),
            ]
        )
        model.compile(
            ScheduledAdam(n_steps=N_STEPS, learning_rate=CosLog4(0.1, N_STEPS), weight_decay=0.1),
            "mse",
        )
        # XLA draws the masks of dropout in another way.
        with drawing_by_hashes() if trainer == "xla" else contextlib.nullcontext():
            outcomes[how] = train(
                model, FitArguments(X, X[:, :1], epochs=6, batch_size=8, seed=0, trainer=how)
            )
    assert outcomes[trainer].trainer == trainer
    losses = [outcome.history["loss"] for outcome in outcomes.values()]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)


def test_configurations_are_complete():
    for made in (
        CosLog4(0.1, 9),
        ScheduledDropout(0.1, 9),
        ScheduledAdam(n_steps=9, weight_decay=0.1),
    ):
        copied = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(made))
        assert copied.get_config() == made.get_config()
