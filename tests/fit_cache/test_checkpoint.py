"""Checkpoints hold what the next epoch needs and the trained network has not."""

import keras
import numpy as np

from skkeras.fit_cache._checkpoint import CheckpointKeeper, TrainingCheckpoint


class Model:
    stop_training = False


class Stopped:
    stop_training = True


def after_epoch(callback, epoch, n_epochs, model, values, start=None):
    """Return the keeper after the end of an epoch."""
    keeper = CheckpointKeeper([callback], n_epochs, lambda: list(values), start)
    keeper.set_model(model)
    keeper.on_train_begin()
    keeper.on_epoch_end(epoch)
    return keeper


def test_values_before_the_end_of_training_are_restored():
    values = [np.zeros(2), np.ones(3)]
    keeper = after_epoch(keras.callbacks.TerminateOnNaN(), 4, 5, Model, values)
    values[0] = np.full(2, 7.0)  # as EarlyStopping does, which restores the best weights
    assert not keeper.found.ended
    assert list(keeper.found.values) == [0]
    restored = keeper.found.restored(values)
    np.testing.assert_array_equal(restored[0], np.zeros(2))
    assert restored[1] is values[1]


def test_training_that_ends_by_itself_has_no_next_epoch():
    stopping = keras.callbacks.EarlyStopping("loss")
    assert after_epoch(stopping, 1, 9, Stopped, []).found.ended
    assert after_epoch(stopping, 1, 9, Model, []).found == TrainingCheckpoint()


def test_state_of_callbacks_goes_on():
    stopping = keras.callbacks.EarlyStopping("loss", patience=3)
    stopping.set_model(Model)
    stopping.on_train_begin()
    stopping._set_monitor_op = lambda: None
    stopping.monitor_op, stopping.wait, stopping.best = keras.ops.less, 2, 0.25
    stopping.best_weights = [np.arange(3.0)]
    found = after_epoch(stopping, 8, 9, Model, []).found
    (state,) = found.callbacks
    assert state["monitor_op"] == "less" and "_set_monitor_op" not in state
    other = keras.callbacks.EarlyStopping("loss", patience=3)
    after_epoch(other, 9, 12, Model, [], found)
    assert (other.wait, other.best, other.monitor_op) == (2, 0.25, keras.ops.less)
    other.best_weights[0][:] = -1
    np.testing.assert_array_equal(state["best_weights"][0], np.arange(3.0))
