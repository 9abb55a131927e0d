"""Pickles and copies of Keras' objects keep all arguments, and are quiet."""

import copy
import pickle
import warnings

import joblib
import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_validate

from skkeras import KerasMLPRegressor, KerasRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)).astype("float32")
Y = 5 * X[:, 0]
WAYS = {
    "pickle": lambda item: pickle.loads(pickle.dumps(item)),
    "deepcopy": copy.deepcopy,
}


class Boosted(keras.optimizers.SGD):
    """An optimizer whose configuration lacks its own argument."""

    def __init__(self, boost=1.0, **kwargs):
        super().__init__(**kwargs)
        self.boost = boost


class Needing(Boosted):
    """An optimizer that cannot be made of its configuration."""

    def __init__(self, boost):
        super().__init__(boost, learning_rate=0.1)


class Share(keras.metrics.Mean):
    """A metric whose configuration lacks its own argument."""

    def __init__(self, below=1.0, name="share"):
        super().__init__(name=name)
        self.below = below


class Pinball(keras.losses.Loss):
    """A loss without a configuration of its own."""

    def __init__(self, quantile=0.5):
        super().__init__()
        self.quantile = quantile

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return keras.ops.maximum(self.quantile * error, (self.quantile - 1) * error)


class Falling(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule without a configuration."""

    def __init__(self, start):
        self.start = start

    def __call__(self, step):
        return self.start / (1.0 + keras.ops.cast(step, "float32"))


def network(loss, optimizer="adam"):
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    model.compile(optimizer, loss, metrics=["mae"])
    return model


@pytest.mark.parametrize("way", WAYS)
def test_arguments_survive(way):
    kept = WAYS[way]
    assert kept(keras.losses.Huber(delta=0.1))._fn_kwargs == {"delta": 0.1}
    assert kept(keras.losses.CosineSimilarity(axis=0))._fn_kwargs["axis"] == 0
    assert kept(Pinball(0.9)).quantile == 0.9
    assert kept(Share(0.5)).below == 0.5
    boosted = kept(Boosted(3.0, learning_rate=0.5))
    assert boosted.boost == 3.0 and float(boosted.learning_rate) == 0.5
    assert kept(Falling(0.3)).start == 0.3
    excluding = keras.optimizers.AdamW(weight_decay=0.1)
    excluding.exclude_from_weight_decay(var_names=["bias"])
    pattern = kept(excluding)._exclude_from_weight_decay_pattern
    assert pattern == excluding._exclude_from_weight_decay_pattern


@pytest.mark.parametrize("way", WAYS)
def test_compiled_models(way):
    model = network(keras.losses.Huber(delta=0.1))
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        copied = WAYS[way](model)
    assert copied.loss._fn_kwargs == {"delta": 0.1}
    model.fit(X, Y, verbose=0)
    copied = WAYS[way](model)
    for one, other in zip(copied.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one, other)
    copied.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    model.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    np.testing.assert_array_equal(copied.get_weights()[0], model.get_weights()[0])


def test_what_no_configuration_makes():
    for way in (clone, WAYS["pickle"]):
        model = KerasRegressor(
            network, model__loss="mse", model__optimizer=Needing(2.0), random_state=0
        )
        copied = way(model)
        assert copied.model__optimizer.boost == 2.0
        assert copied.fit(X, Y).history_["loss"] == model.fit(X, Y).history_["loss"]


def test_workers_get_the_same():
    losses = [keras.losses.Huber(delta=delta) for delta in (0.1, 1.0)]
    model = KerasMLPRegressor(epochs=2, random_state=0)
    found = [
        GridSearchCV(model, {"loss": losses}, cv=2, n_jobs=n_jobs).fit(X, Y).cv_results_
        for n_jobs in (1, 2)
    ]
    scores = [result["mean_test_score"] for result in found]
    np.testing.assert_allclose(*scores, rtol=1e-5)
    assert abs(scores[0][0] - scores[0][1]) > 1e-4
    assert joblib.hash(losses[0]) != joblib.hash(losses[1])
    model.set_params(loss=losses[0])
    done = cross_validate(model, X, Y, cv=2, n_jobs=2, return_estimator=True)
    assert all(fitted.loss._fn_kwargs == {"delta": 0.1} for fitted in done["estimator"])
