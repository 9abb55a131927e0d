"""Checkpoints hold what the next epoch needs and the trained network has not."""

import copy

import keras
import numpy as np
import pytest

from skkeras.fit_cache._checkpoint import CheckpointKeeper, TrainingCheckpoint, _is_plain


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


def train(callback, losses, n_before=0, start=None):
    """Call a callback as the epochs after `n_before` do, and return the checkpoint after them."""
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.stop_training = False
    keeper = CheckpointKeeper([callback], n_before + len(losses), model.get_weights, start)
    callbacks = keras.callbacks.CallbackList([callback, keeper], model=model)
    callbacks.on_train_begin()
    for epoch, loss in enumerate(losses, n_before):
        callbacks.on_epoch_end(epoch, {"loss": loss, "rightness": -loss})
        if model.stop_training:
            break
    callbacks.on_train_end()
    return copy.deepcopy(keeper.found)


@pytest.mark.parametrize(("monitor", "mode"), [("loss", "auto"), ("rightness", "max")])
@pytest.mark.parametrize("n_before", [1, 2, 3, 4])
def test_early_stopping_in_parts_stops_where_it_does_in_one_go(monitor, mode, n_before):
    def stopping():
        return keras.callbacks.EarlyStopping(monitor, min_delta=0.1, patience=2, mode=mode)

    losses = [1.0, 0.8, 0.75, 0.6, 0.55, 0.52, 0.3]  # two epochs with less than min_delta
    whole, part = stopping(), stopping()
    assert train(whole, losses).ended
    first = train(stopping(), losses[:n_before])
    assert not first.ended
    assert train(part, losses[n_before:], n_before, first).ended
    assert part.stopped_epoch == whole.stopped_epoch == 5
    assert (part.best, part.best_epoch, part.wait) == (whole.best, whole.best_epoch, whole.wait)


def test_a_callback_that_compares_nothing_goes_on(tmp_path):
    saving = keras.callbacks.ModelCheckpoint(
        tmp_path / "{epoch}.weights.h5", save_weights_only=True
    )
    assert train(saving, [1.0, 0.5], 2, train(saving, [2.0, 1.5])).callbacks
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 1, 0.5, "a", np.float32(1), np.int64(1), np.ones(2), np.ones(2, bool)),
        *([], [1, "a"], (1, [2.0]), {1, 2}, {"a": {"b": [np.ones(1)]}}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_plain_values_are_kept(value):
    assert _is_plain(value)


@pytest.mark.parametrize(
    "value",
    [
        *(object(), len, b"a", np.array([None]), np.array(["a"]), np.array([b"a"])),
        *(np.datetime64("2020-01-01"), np.timedelta64(1, "s")),
        *([1, object()], ((len,),), {"a": len}, {object(): 1}, [{"a": [len]}]),
        type("Own", (list,), {})([1]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_values_are_not_kept(value):
    assert not _is_plain(value)
