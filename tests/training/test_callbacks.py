"""Callbacks: between epochs as `keras.Model.fit` calls them, after batches by `keras.Model.fit`."""

import keras
import numpy as np
import pytest
from keras import callbacks, layers

from skkeras.training import FitArguments, seeding, train
from skkeras.training.backends import COMPILERS

COMPILED = COMPILERS[0]

# Keras' own callbacks convert variables in a way that numpy 2 frowns on.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")
HELD_OUT = (X[:20], RNG.integers(0, 2, 20).astype("int32"), None)


def fit(make_callbacks, trainer, epochs=8, **kwargs):
    with seeding(1):
        model = keras.Sequential([layers.Input((4,)), layers.Dense(8, "relu"), layers.Dense(2)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.1), loss, metrics=["accuracy"])
    kwargs = {"batch_size": 16, "seed": 0, "validation_data": HELD_OUT, "epochs": epochs} | kwargs
    outcome = train(
        model, FitArguments(X, Y, callbacks=make_callbacks(), trainer=trainer, **kwargs)
    )
    return outcome, model


def assert_same(make_callbacks, **kwargs):
    expected, expected_model = fit(make_callbacks, "fit", **kwargs)
    outcome, model = fit(make_callbacks, COMPILED, **kwargs)
    assert (outcome.trainer, outcome.reason) == (COMPILED, None)
    assert outcome.history.keys() == expected.history.keys()
    for name, values in expected.history.items():
        np.testing.assert_allclose(outcome.history[name], values, rtol=1e-4, atol=1e-6)
    for ours, theirs in zip(model.get_weights(), expected_model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5)
    return outcome


def test_early_stopping_restores_the_best_weights():
    def stop():
        return [callbacks.EarlyStopping(patience=1, restore_best_weights=True)]

    assert len(assert_same(stop).history["loss"]) < 8


def test_reduced_learning_rate():
    reduced = assert_same(lambda: [callbacks.ReduceLROnPlateau(patience=1, factor=0.5)])
    assert reduced.history["learning_rate"][-1] < 0.1


def test_scheduled_learning_rate():
    assert_same(lambda: [callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)])


def test_checkpoint(tmp_path):
    path = str(tmp_path / "{epoch}.weights.h5")
    fit(lambda: [callbacks.ModelCheckpoint(path, save_weights_only=True)], COMPILED, epochs=3)
    assert {file.name for file in tmp_path.iterdir()} == {f"{i}.weights.h5" for i in (1, 2, 3)}


def test_calls_and_their_order():
    def watch(calls):
        class Watch(callbacks.Callback):
            def on_train_begin(self, logs=None):
                calls.append(("train begins", self.params["epochs"], self.params["steps"]))

            def on_epoch_begin(self, epoch, logs=None):
                calls.append(("epoch begins", epoch, self.model.layers[0].kernel.numpy().sum()))

            def on_epoch_end(self, epoch, logs=None):
                calls.append(("epoch ends", epoch, *sorted(logs)))

            def on_train_end(self, logs=None):
                calls.append(("train ends", *sorted(logs)))

        return [Watch()]

    expected, calls = [], []
    fit(lambda: watch(expected), "fit", initial_epoch=2, epochs=4)
    fit(lambda: watch(calls), COMPILED, initial_epoch=2, epochs=4)
    assert [call[:2] for call in calls] == [call[:2] for call in expected]
    assert calls[1][2] == expected[1][2] != calls[3][2]
    assert calls[3][2] == pytest.approx(expected[3][2], rel=1e-4)


def test_a_callback_after_each_batch_trains_by_fit():
    class Count(callbacks.Callback):
        n_batches = 0

        def on_train_batch_end(self, batch, logs=None):
            self.n_batches += 1

    count = Count()
    outcome, _ = fit(lambda: [count], "auto", epochs=2)
    assert outcome.trainer == "fit"
    assert outcome.reason == "Count has a method on_train_batch_end"
    assert count.n_batches == 8


def test_checkpoint_within_an_epoch_trains_by_fit(tmp_path):
    path = str(tmp_path / "model.weights.h5")
    often = callbacks.ModelCheckpoint(path, save_weights_only=True, save_freq=3)
    assert fit(lambda: [often], "auto", epochs=1)[0].trainer == "fit"


@pytest.mark.parametrize("trainer", ["fit", COMPILED])
@pytest.mark.parametrize("watched", [False, True])
def test_training_ends_after_a_loss_that_is_not_finite(trainer, watched):
    class Poison(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                self.model.layers[1].kernel.assign(self.model.layers[1].kernel * np.nan)

    if watched:
        outcome, _ = fit(lambda: [Poison()], trainer)
        assert np.isfinite(outcome.history["loss"]).tolist() == [True, True, False]
    else:
        outcome, _ = fit(list, trainer, sample_weight=np.full(60, np.nan, "float32"))
        assert len(outcome.history["loss"]) == 1


def test_output_on_request(capsys):
    fit(list, COMPILED, epochs=2, verbose=2)
    assert "Epoch 2/2" in capsys.readouterr().out
