"""An integer seed repeats a fit to the last bit, and touches nothing else."""

import os
import random
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
import tensorflow as tf
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.utils import check_random_state
from tensorflow.python.framework.config import is_op_determinism_enabled

from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor


def build(meta):
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((meta["n_features_in_"],)),
            layers.GaussianNoise(0.1),
            layers.Dense(8, "relu"),
            layers.Dropout(0.3),
            layers.Dense(meta["n_classes_"], "softmax"),
        ]
    )


MODELS = {
    "mlp": KerasMLPClassifier(
        hidden_layer_sizes=(16, 8), dropout=0.3, batch_size=16, epochs=3, early_stopping=True
    ),
    "batch norm": KerasMLPClassifier(
        hidden_layer_sizes=(16,), batch_norm=True, batch_size=16, epochs=3, optimizer="adamw"
    ),
    "Model.fit": KerasMLPClassifier(dropout=0.3, batch_size=16, epochs=2, trainer="fit"),
    "callbacks": KerasMLPClassifier(
        dropout=0.3, batch_size=16, epochs=3, learning_rate="on-plateau"
    ),
    "own": KerasClassifier(build, loss="sparse_categorical_crossentropy", epochs=3),
}


def trained(model, X, y, seed=0):
    """Weights, history and predictions of a new fit."""
    model = clone(model).set_params(random_state=seed).fit(X, y)
    history = np.array([model.history_["loss"]], dtype=np.float32)
    return [*model.model_.get_weights(), history, model.predict(X[:50])]


def differ(one, other):
    return any(not np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.fixture(params=MODELS.values(), ids=MODELS)
def model(request):
    return request.param


def test_again_and_after_other_models(classes, numbers, model):
    first = trained(model, *classes)
    assert not differ(first, trained(model, *classes))
    KerasMLPRegressor(epochs=1).fit(*numbers)
    keras.utils.set_random_seed(7)
    own = build({"n_features_in_": 4, "n_classes_": 3})
    own.compile("sgd", "sparse_categorical_crossentropy")
    own.fit(*classes, verbose=0)
    assert not differ(first, trained(model, *classes))
    assert differ(first, trained(model, *classes, seed=1))


def test_in_threads(classes, model):
    first = trained(model, *classes)
    with ThreadPoolExecutor(4) as pool:
        for other in pool.map(lambda _: trained(model, *classes), range(8)):
            assert not differ(first, other)


def test_in_worker_processes(classes):
    fits = Parallel(n_jobs=2)(delayed(trained)(model, *classes) for model in MODELS.values())
    for model, there in zip(MODELS.values(), fits, strict=True):
        assert not differ(trained(model, *classes), there)


@pytest.mark.parametrize("batch_size", [64, 400])
def test_large_layers_in_worker_processes(batch_size):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 300)), rng.integers(0, 3, 400)
    model = KerasMLPClassifier(hidden_layer_sizes=(768, 256), batch_size=batch_size, epochs=2)
    # Two jobs leave each worker one core, where this process has them all.
    (there, _) = Parallel(n_jobs=2)(delayed(trained)(model, X, y) for _ in range(2))
    assert not differ(trained(model, X, y), there)


def test_a_random_state_draws_a_seed_for_each_fit(classes):
    model = MODELS["mlp"]
    state = np.random.RandomState(3)
    first, second = (trained(model, *classes, seed=state) for _ in range(2))
    assert not differ(first, trained(model, *classes, seed=np.random.RandomState(3)))
    seeded = clone(model).set_params(random_state=np.random.RandomState(3))
    seeded.fit(*classes)
    assert differ(first[:-1], seeded.fit(*classes).model_.get_weights() + first[-2:-1])
    assert differ(second, trained(model, *classes, seed=np.random.RandomState(4)))


def test_unseeded_fits_differ_whatever_was_seeded_before(classes):
    model = MODELS["mlp"]
    trained(model, *classes, seed=0)
    first = trained(model, *classes, seed=None)
    trained(model, *classes, seed=0)
    assert differ(first, trained(model, *classes, seed=None))
    assert np.isfinite(tf.random.uniform([2]).numpy()).all()  # no determinism that wants seeds


def test_unseeded_fits_follow_numpys_global_seed(classes):
    # As all of scikit-learn's estimators do.
    model = MODELS["mlp"]
    kept = np.random.get_state()
    try:
        fits = []
        for _ in range(2):
            np.random.seed(5)
            fits.append(trained(model, *classes, seed=None))
    finally:
        np.random.set_state(kept)
    assert not differ(*fits)


def draws():
    """Return what comes next from every global source of random numbers."""
    return [
        random.random(),
        check_random_state(None).random_sample(),
        float(keras.random.uniform(())),
        float(tf.random.uniform(())),
        keras.random.SeedGenerator()._initial_seed,
        keras.initializers.GlorotUniform().seed,
    ]


def test_global_states_and_switches_stay(classes, model):
    kept = random.getstate(), np.random.get_state()
    environment = dict(os.environ)
    fits = [lambda: None, lambda: trained(model, *classes)]
    seen = []
    try:
        for fit in fits:
            keras.utils.set_random_seed(11)
            fit()
            seen.append(draws())
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])
    assert seen[0] == seen[1]
    assert dict(os.environ) == environment
    assert not is_op_determinism_enabled()


def test_partial_fit_repeats(classes):
    model = KerasMLPClassifier(dropout=0.3, batch_size=16, random_state=0)
    runs = []
    for _ in range(2):
        fresh = clone(model)
        for _ in range(3):
            fresh.partial_fit(*classes)
        runs.append(fresh.model_.get_weights())
    whole = clone(model).set_params(epochs=3, early_stopping=False).fit(*classes)
    assert not differ(*runs)
    assert not differ(runs[0], whole.model_.get_weights())
