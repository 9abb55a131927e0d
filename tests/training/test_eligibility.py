"""What the compiled trainer leaves to `keras.Model.fit`, and what it says then."""

import keras
import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf
from keras import layers

from skkeras.training import FitArguments, _eligibility, seeding, train

X = np.random.default_rng(0).normal(size=(40, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


def build(**kwargs):
    with seeding(0):
        model = keras.Sequential([layers.Input((4,)), layers.Dense(2)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, **kwargs)
    return model


def fit(model, x=X, y=Y, trainer="auto", **kwargs):
    return train(
        model, FitArguments(x, y, epochs=2, batch_size=16, seed=0, trainer=trainer, **kwargs)
    )


def test_sparse_data_is_made_dense():
    outcome = fit(build(), scipy.sparse.csr_array(X))
    assert outcome.trainer == "graph"
    assert outcome.history == fit(build()).history


@pytest.mark.parametrize("x", [X, scipy.sparse.csr_array(X)])
def test_too_much_data(x, monkeypatch):
    expected = fit(build()).history["loss"]
    monkeypatch.setattr(_eligibility, "MEMORY_BUDGET", 100)
    outcome = fit(build(), x)
    assert outcome.trainer == "fit"
    assert outcome.reason.startswith("the data takes more memory")
    np.testing.assert_allclose(outcome.history["loss"], expected, rtol=1e-5)


def test_eager_model():
    assert fit(build(run_eagerly=True)).reason == "the model runs eagerly"


def test_argument_of_fit():
    assert fit(build(), validation_data=(X, Y, None), validation_freq=2).reason == (
        "validation_freq was passed"
    )


def test_distribution_strategy():
    with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
        model = build()
    outcome = fit(model)
    assert outcome.trainer == "fit"
    assert "strategy" in outcome.reason


def test_on_request():
    outcome = fit(build(), trainer="fit")
    assert (outcome.trainer, outcome.reason) == ("fit", None)


def test_unknown_trainer():
    with pytest.raises(ValueError, match=r"trainer must be one of .* got 'fast'"):
        fit(build(), trainer="fast")


def test_a_step_that_cannot_be_compiled():
    class Printing(keras.Sequential):
        def train_step(self, data):
            float(tf.reduce_sum(data[0]))
            return super().train_step(data)

    with seeding(0):
        model = Printing([layers.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match="float"):
        fit(model)


def test_sparse_data_is_measured_before_it_is_made_dense(monkeypatch):
    rows = scipy.sparse.csr_array(X.astype("float64"))
    monkeypatch.setattr(_eligibility, "MEMORY_BUDGET", X.nbytes)
    assert _eligibility.dense(rows).nbytes == X.nbytes
    monkeypatch.setattr(_eligibility, "MEMORY_BUDGET", X.nbytes - 1)
    monkeypatch.setattr(rows, "toarray", lambda: pytest.fail("made dense"), raising=False)
    with pytest.raises(_eligibility.NotCompiled, match="takes more memory"):
        _eligibility.dense(rows)
