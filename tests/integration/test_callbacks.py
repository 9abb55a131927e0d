"""Callbacks of scikit-learn and of Keras that watch networks."""

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor

EPOCHS = 4
CLASSIFIER = KerasMLPClassifier(
    hidden_layer_sizes=(8,), learning_rate=0.05, epochs=EPOCHS, random_state=0
)


class Stop:
    """Ends training after an epoch, counted from 0."""

    def __init__(self, after):
        self.after = after
        self.seen = []

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context, *, X=None, y=None):
        pass

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        if context.task_name != "epoch":
            return False
        self.seen.append((context.task_id, fitted_estimator.score(X, y), y.dtype.kind))
        return context.task_id == self.after


def test_a_callback_that_returns_true_stops_training(binary):
    model = clone(CLASSIFIER).set_callbacks(callback := Stop(after=1)).fit(*binary)
    assert [epoch for epoch, *_ in callback.seen] == [0, 1]
    assert model.n_iter_ == len(model.history_["loss"]) == 2
    shorter = clone(CLASSIFIER).set_params(epochs=2).fit(*binary)
    np.testing.assert_array_equal(model.predict_proba(binary[0]), shorter.predict_proba(binary[0]))


def test_callbacks_change_nothing(binary):
    X, y = binary
    watched = clone(CLASSIFIER).set_callbacks(Stop(after=None)).fit(X, y)
    alone = clone(CLASSIFIER).fit(X, y)
    np.testing.assert_array_equal(watched.predict_proba(X), alone.predict_proba(X))


@pytest.mark.parametrize("early_stopping", [False, True])
def test_callbacks_see_the_targets_as_they_were_given(binary, numbers, early_stopping):
    callback = Stop(after=None)
    clone(CLASSIFIER).set_params(early_stopping=early_stopping).set_callbacks(callback).fit(*binary)
    assert {kind for *_, kind in callback.seen} == {"U"}
    assert callback.seen[-1][1] > 0.7

    callback = Stop(after=None)
    model = KerasMLPRegressor(learning_rate=0.1, epochs=20, random_state=0)
    model.set_params(early_stopping=early_stopping).set_callbacks(callback).fit(*numbers)
    assert callback.seen[-1][1] > 0.8


def test_scoring_monitor_scores_each_epoch(binary):
    X, y = binary
    monitor = ScoringMonitor(scoring=["accuracy", "roc_auc"])
    model = clone(CLASSIFIER).set_callbacks(monitor).fit(X, y)
    log = monitor.get_logs().data
    assert [row["task_name"] for row in log] == ["epoch"] * EPOCHS
    assert log[-1]["accuracy"] == model.score(X, y)
    assert log[-1]["roc_auc"] > log[0]["roc_auc"]


class Epochs(Stop):
    """Counts epochs wherever it gets to."""

    max_propagation_depth = None

    def on_fit_task_end(self, estimator, context):
        self.seen.append(context.task_name)


def test_callbacks_set_on_a_search_reach_the_epochs(binary):
    model = make_pipeline(StandardScaler(), CLASSIFIER)
    search = GridSearchCV(model, {"kerasmlpclassifier__alpha": [0.0, 0.1]}, cv=2)
    search.set_callbacks(callback := Epochs(after=None)).fit(*binary)
    assert callback.seen.count("epoch") == (2 * 2 + 1) * EPOCHS


def test_bars_and_scores_of_a_search_in_two_processes(binary, capsys):
    monitor = ScoringMonitor(scoring="accuracy")
    model = make_pipeline(StandardScaler(), clone(CLASSIFIER).set_callbacks(monitor))
    search = GridSearchCV(model, {"kerasmlpclassifier__alpha": [0.0, 0.1]}, cv=2, n_jobs=2)
    search.set_callbacks(ProgressBar(max_propagation_depth=2)).fit(*binary)
    log = monitor.get_logs().data
    assert [row["task_name"] for row in log] == ["epoch"] * (2 * 2 + 1) * EPOCHS
    assert all(0 <= row["accuracy"] <= 1 for row in log)
    assert capsys.readouterr().out.count("KerasMLPClassifier - fit") == 5


def test_progress_bars_of_an_estimator_and_of_a_pipeline(binary, capsys):
    clone(CLASSIFIER).set_callbacks(ProgressBar()).fit(*binary)
    assert "KerasMLPClassifier - fit" in capsys.readouterr().out
    pipeline = make_pipeline(StandardScaler(), clone(CLASSIFIER))
    pipeline.set_callbacks(ProgressBar(max_propagation_depth=2)).fit(*binary)
    assert "KerasMLPClassifier - fit" in capsys.readouterr().out


class Counter(keras.callbacks.Callback):
    """Counts epochs on itself."""

    def __init__(self):
        super().__init__()
        self.epochs = 0

    def on_epoch_end(self, epoch, logs=None):
        self.epochs += 1
        if self.epochs == 3:
            self.model.stop_training = True


def test_each_fit_works_on_copies_of_keras_callbacks(binary):
    counter = Counter()
    model = clone(CLASSIFIER).set_params(callbacks=[counter])
    for _ in range(2):
        assert model.fit(*binary).n_iter_ == 3
    assert counter.epochs == 0
    assert model.get_params()["callbacks"] == [counter]


@pytest.mark.parametrize("own", [True, False])
def test_early_stopping_of_the_users_own(binary, own):
    stopper = keras.callbacks.EarlyStopping("loss", patience=1, min_delta=10.0)
    build = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    model = (
        KerasClassifier(build, loss="binary_crossentropy", epochs=9, callbacks=[stopper])
        if own
        else clone(CLASSIFIER).set_params(epochs=9, callbacks=[stopper])
    )
    assert model.fit(*binary).n_iter_ == 2
    assert stopper._model is None


def test_what_is_no_callback_is_refused(binary):
    for callbacks in (["progress"], [lambda epoch, logs: None]):
        with pytest.raises(TypeError, match=r"callbacks must be keras\.callbacks\.Callback"):
            clone(CLASSIFIER).set_params(callbacks=callbacks).fit(*binary)
