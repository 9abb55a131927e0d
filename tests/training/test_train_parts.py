import keras
import numpy as np
import pytest

from skkeras.training import FitArguments, RowParts, train
from skkeras.training import backends as backend

X = np.random.default_rng(0).normal(size=(90, 3)).astype(np.float32)
Y = (X[:, :1] > 0).astype(np.float32)
WEIGHTS = np.arange(90, dtype=np.float32) % 3


class Parts(RowParts):
    """Rows in parts of `size`, with weights."""

    def __init__(self, size, rows=slice(None)):
        self.data = X[rows], Y[rows], WEIGHTS[rows]
        self.size, self.buffer_rows, self.shape = size, 40, (len(self.data[0]),)
        self.n_parts = -(-self.shape[0] // size)

    def read(self, index):
        return tuple(part[index * self.size : (index + 1) * self.size] for part in self.data)


class Doubled(keras.metrics.BinaryAccuracy):
    """A metric of a user."""


def build(metric="accuracy"):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", weighted_metrics=[metric, "auc"])
    return model


def arguments(x, y=None, **given):
    return FitArguments(x, y, epochs=3, batch_size=16, seed=0, shuffle=False, **given)


@pytest.mark.parametrize("trainer", backend.COMPILERS)
def test_parts_train_as_arrays(trainer):
    one, other = build(), build()
    held = X[:30], Y[:30], WEIGHTS[:30]
    whole = train(one, arguments(X, Y, sample_weight=WEIGHTS, validation_data=held))
    held_parts = Parts(7, slice(30)), None, None
    parts = train(other, arguments(Parts(20), trainer=trainer, validation_data=held_parts))
    assert parts.trainer == trainer
    assert parts.history.keys() == whole.history.keys()
    for name, values in whole.history.items():
        np.testing.assert_allclose(parts.history[name], values, rtol=1e-5)
    for ours, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_an_error_in_an_epoch_leaves_the_state_before_it():
    class Broken(Parts):
        n_reads = 0

        def read(self, index):
            self.n_reads += 1
            if self.n_reads > 9:  # in the second epoch: one before training, and five in the first
                raise OSError("cannot be read")
            return super().read(index)

    model, copied = build(), build()
    with pytest.raises(OSError, match="cannot be read"):
        train(model, arguments(Broken(20)))
    train(copied, FitArguments(Parts(20), None, epochs=1, batch_size=16, seed=0, shuffle=False))
    for ours, theirs in zip(model.get_weights(), copied.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_loss_that_is_not_finite_ends_training():
    parts = Parts(20)
    parts.data = (np.where(np.arange(90)[:, np.newaxis] == 30, np.nan, X), *parts.data[1:])
    outcome = train(build(), arguments(parts))
    assert len(outcome.history["loss"]) == 1 and np.isnan(outcome.history["loss"][0])


@pytest.mark.parametrize(
    ("model", "given", "reason"),
    [
        (build, {"trainer": "fit"}, 'trainer="fit" was given'),
        (lambda: build(Doubled()), {}, "Doubled may not be a sum over rows"),
        (build, {"steps_per_epoch": 2}, "steps_per_epoch was passed"),
    ],
)
def test_what_needs_arrays_is_refused(model, given, reason):
    with pytest.raises(ValueError, match=f"not possible here: {reason}"):
        train(model(), arguments(Parts(20), **given))
