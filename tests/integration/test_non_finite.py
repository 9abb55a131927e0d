"""Losses that run away."""

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score

from skkeras import KerasMLPClassifier, KerasMLPRegressor

REGRESSOR = KerasMLPRegressor(hidden_layer_sizes=(8,), epochs=20, random_state=0, batch_size=20)
EXPLODING = {"optimizer": "sgd", "learning_rate": 1e8}


class Bomb(keras.callbacks.Callback):
    """Makes the weights infinite before an epoch, counted from 0."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            weights = self.model.get_weights()
            self.model.set_weights([np.full_like(w, np.inf) for w in weights])


@pytest.mark.parametrize("trainer", ["graph", "fit"])
def test_training_stops_and_says_where(numbers, trainer):
    model = clone(REGRESSOR).set_params(callbacks=[Bomb(3)], trainer=trainer)
    with pytest.warns(ConvergenceWarning, match=r"NaN or infinite in epoch 4.*is not fitted"):
        model.fit(*numbers)
    assert len(model.history_["loss"]) == 4
    with pytest.raises(NotFittedError):
        model.predict(numbers[0])


def test_without_callbacks_too(numbers):
    model = clone(REGRESSOR).set_params(**EXPLODING)
    with pytest.warns(ConvergenceWarning, match=r"in epoch \d+.*is not fitted"):
        model.fit(*numbers)
    assert len(model.history_["loss"]) < 20
    assert not model.initialized_
    assert model.set_params(learning_rate=0.01).fit(*numbers).score(*numbers) > 0


def test_early_stopping_keeps_the_best_weights(numbers):
    X, y = numbers
    model = clone(REGRESSOR).set_params(callbacks=[Bomb(6)], early_stopping=True)
    with pytest.warns(ConvergenceWarning, match=r"epoch 7.*best epoch before that were kept"):
        model.fit(X, y)
    before = clone(REGRESSOR).set_params(epochs=6, early_stopping=True).fit(X, y)
    np.testing.assert_array_equal(model.predict(X), before.predict(X))
    assert np.isfinite(model.set_params(callbacks=None).partial_fit(X, y).predict(X)).all()


def runaway(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred)) * 0.0 + np.inf


def test_an_infinite_loss_whose_weights_stay_finite_leaves_nothing(numbers):
    model = clone(REGRESSOR).set_params(loss=runaway, optimizer="sgd", learning_rate=1e-30)
    for early_stopping in (False, True):
        model.set_params(early_stopping=early_stopping)
        with pytest.warns(ConvergenceWarning, match="in epoch 1,.*is not fitted"):
            model.fit(*numbers)
        assert not model.initialized_


def test_partial_fit_names_the_epoch(numbers):
    model = clone(REGRESSOR)
    for _ in range(3):
        model.partial_fit(*numbers)
    model.model_.set_weights([np.full_like(w, np.nan) for w in model.model_.get_weights()])
    with pytest.warns(ConvergenceWarning, match="in epoch 4,"):
        model.partial_fit(*numbers)
    assert not model.initialized_


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_search_goes_on(numbers, classes):
    grid = [{"learning_rate": [0.01]}, {k: [v] for k, v in EXPLODING.items()}]
    search = GridSearchCV(REGRESSOR, grid, cv=2, error_score=np.nan)
    with pytest.warns(UserWarning, match="Scoring failed|non-finite"):
        search.fit(*numbers)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [False, True]
    assert search.best_index_ == 0
    with pytest.warns(UserWarning, match="Scoring failed"):
        scores = cross_val_score(
            KerasMLPClassifier(epochs=9, random_state=0, batch_size=9, **EXPLODING), *classes, cv=2
        )
    assert np.isnan(scores).all()
