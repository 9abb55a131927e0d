"""Training that is interrupted ends soon, and leaves weights and history of whole epochs."""

import signal
import time
from contextlib import nullcontext

import keras
import numpy as np
import pytest
from keras import layers

from skkeras.training import FitArguments, Outcome, seeding, train
from skkeras.training.backends._interrupts import Pace
from tests.interrupting import AGAIN, interrupted_after

RNG = np.random.default_rng(0)
COMPILED = "graph" if keras.backend.backend() == "tensorflow" else "xla"


class Late(Exception):
    """A limit of time is over."""


def build(n_features, units):
    with seeding(0):
        hidden = layers.Dense(units, "relu")
        model = keras.Sequential([layers.Input((n_features,)), hidden, layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def rows(n_rows, n_features):
    X = RNG.normal(size=(n_rows, n_features)).astype("float32")
    return X, X[:, :1]


def causes(error):
    while error is not None:
        yield error
        error = error.__context__


def interrupted(model, X, Y, error, how, **options):
    outcome = Outcome()

    def late(*_):
        raise Late

    before = signal.signal(signal.SIGALRM, late)
    interruption = nullcontext() if how == "alarm" else interrupted_after(1.0)
    if how == "alarm":
        signal.setitimer(signal.ITIMER_REAL, 3.0, AGAIN)
    began = time.perf_counter()
    try:
        with interruption, pytest.raises(BaseException) as caught:
            train(model, FitArguments(X, Y, batch_size=32, seed=0, **options), outcome)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # A backend may turn what strikes in its own code into another error (JAX's tree.map does).
    assert any(isinstance(cause, error) for cause in causes(caught.value))
    assert time.perf_counter() - began < 20  # cores may be busy; training takes far longer
    return outcome


@pytest.mark.parametrize("trainer", sorted({COMPILED, "xla", "fit"}))
@pytest.mark.parametrize("how", ["alarm", "interrupt"])
def test_many_epochs(trainer, how):
    X, Y = rows(200, 4)
    model = build(4, 8)
    train(model, FitArguments(X, Y, batch_size=32, epochs=1, seed=0, trainer=trainer))
    start = model.get_weights()
    error = Late if how == "alarm" else KeyboardInterrupt
    outcome = interrupted(model, X, Y, error, how, epochs=10**6, trainer=trainer)
    assert outcome.trainer == trainer
    n_epochs = len(outcome.history["loss"])
    assert n_epochs > 0
    copied = build(4, 8)
    train(copied, FitArguments(X, Y, batch_size=32, epochs=1, seed=0, trainer=trainer))
    for one, other in zip(copied.get_weights(), start, strict=True):
        np.testing.assert_array_equal(one, other)
    whole = train(
        copied, FitArguments(X, Y, batch_size=32, epochs=n_epochs, seed=0, trainer=trainer)
    )
    assert whole.history == outcome.history
    for one, other in zip(copied.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_middle_of_a_long_epoch():
    trainer = COMPILED
    X, Y = rows(40_000, 256)
    model = build(256, 4096)
    outcome = interrupted(model, X, Y, Late, "alarm", epochs=100, trainer=trainer)
    copied, n_epochs = build(256, 4096), len(outcome.history.get("loss", ()))
    if n_epochs:  # on quick machines
        train(copied, FitArguments(X, Y, batch_size=32, epochs=n_epochs, seed=0, trainer=trainer))
    for one, other in zip(model.get_weights(), copied.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("callbacks", [[], [keras.callbacks.Callback()]], ids=["none", "one"])
@pytest.mark.parametrize("trainer", [COMPILED, "fit"])
def test_the_end_of_an_epoch(trainer, callbacks):
    class Interrupted(Outcome):
        def extend(self, logs):
            super().extend(logs)
            if len(self.history["loss"]) > 2:
                raise Late

    X, Y = rows(100, 4)
    model, outcome = build(4, 8), Interrupted()
    options = {"batch_size": 32, "seed": 0, "trainer": trainer, "callbacks": callbacks}
    with pytest.raises(Late):
        train(model, FitArguments(X, Y, epochs=9, **options), outcome)
    n_epochs = len(outcome.history.get("loss", ()))  # none if one call trains all
    assert n_epochs < 3
    copied = build(4, 8)
    whole = train(copied, FitArguments(X, Y, epochs=n_epochs, **options))
    assert whole.history == outcome.history
    for one, other in zip(copied.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("trainer", [COMPILED, "fit"])
@pytest.mark.parametrize("when", ["on_train_begin", "on_epoch_begin", "on_epoch_end"])
def test_callbacks_that_fail(trainer, when):
    class Failing(keras.callbacks.Callback):
        pass

    def fail(self, epoch=2, logs=None):
        if epoch == 2 or when == "on_train_begin":
            raise Late

    setattr(Failing, when, fail)
    X, Y = rows(100, 4)
    model, outcome = build(4, 8), Outcome()
    options = {"batch_size": 32, "seed": 0, "trainer": trainer}
    with pytest.raises(Late):
        train(model, FitArguments(X, Y, epochs=9, callbacks=[Failing()], **options), outcome)
    n_epochs = len(outcome.history.get("loss", ()))
    assert n_epochs == {"on_train_begin": 0, "on_epoch_begin": 2}.get(when, n_epochs) < 4
    copied = build(4, 8)
    if n_epochs:
        assert (
            train(copied, FitArguments(X, Y, epochs=n_epochs, **options)).history == outcome.history
        )
    for one, other in zip(copied.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_how_long_a_call_takes_is_known_for_each_size_alone():
    """One program trains networks of all sizes; the time of a small one tells nothing of others."""
    pace = Pace()
    pace.note(batch_size=32, n_rows=1000, seconds=0.5, work=100)
    assert pace.n_rows(32, work=100) == 1000
    assert pace.n_rows(32, work=10**7) is None
    assert pace.n_rows(64, work=100) is None
