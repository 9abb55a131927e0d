"""Candidates of a grid are scored as alone, in whichever order they come."""

import keras
import pytest
from keras import layers, ops
from sklearn.model_selection import GridSearchCV

from skkeras import KerasMLPRegressor, clear_cache
from tests.training.pairs import DATA, QUICK, compiled, regressor, small, stack, target

X = DATA["table"]
Y = target(X, False)
MLP = KerasMLPRegressor(**QUICK, hidden_layer_sizes=6, learning_rate=0.05)


def dropping(rate=0.5):
    return stack(layers.Dense(6), layers.Dropout(rate))


def leaking(slope=0.5):
    return stack(layers.Dense(6, lambda x: ops.maximum(x, slope * x)))


def with_huber(delta=1.0):
    model = small()
    model.compile(keras.optimizers.SGD(0.1), keras.losses.Huber(delta))
    return model


def activate(slope):
    return lambda x: ops.maximum(x, slope * x)


class Net(keras.Model):
    def __init__(self, epsilon):
        super().__init__()
        self.norm = layers.BatchNormalization(epsilon=epsilon)
        self.end = layers.Dense(1)

    def call(self, x, training=False):
        return self.end(self.norm(x, training=training))


GRIDS = {
    "rate": (regressor(dropping, rate=0.5), "rate", [0.1, 0.6]),
    "own activation": (regressor(leaking), "model__slope", [0.1, 0.8]),
    "loss in the build function": (compiled(with_huber, delta=1.0), "delta", [0.1, 2.0]),
    "loss": (regressor(loss="huber"), "loss__delta", [0.1, 2.0]),
    "subclassed model": (regressor(Net, epsilon=1.0), "epsilon", [1e-3, 0.7]),
    "perceptron's dropout": (MLP, "dropout", [0.1, 0.7]),
    "perceptron's activation": (MLP, "activation", [activate(0.1), activate(0.8)]),
}


def scores(estimator, name, values, **params):
    clear_cache()
    estimator.set_params(**params)
    search = GridSearchCV(
        estimator, {name: values}, cv=2, refit=False, scoring="neg_mean_squared_error"
    ).fit(X, Y)
    return search.cv_results_["mean_test_score"].tolist()


@pytest.mark.parametrize("grid", GRIDS)
def test_candidates_are_scored_as_alone(grid, tmp_path):
    estimator, name, values = GRIDS[grid]
    alone = [score for value in values for score in scores(estimator, name, [value])]
    assert alone[0] != alone[1]
    assert scores(estimator, name, values) == alone
    assert scores(estimator, name, values[::-1], memory=str(tmp_path)) == alone[::-1]
    assert scores(estimator, name, values) == alone  # found, or trained again
