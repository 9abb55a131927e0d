"""Fits that are ended, by the time limit of a search or by Ctrl-C."""

import _thread
import itertools
import signal
import threading
import time
from contextlib import suppress
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import ShuffleSplit

from skkeras import KerasMLPClassifier
from skkeras.model_selection import GridSearchCV, HyperbandSearchCV
from tests.model_selection.searches import VALUES, Recorder, every_search

FOREVER = 10**7


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    network().set_params(epochs=1).fit(X, y)  # compiles
    return X, y


def network(**params):
    params = {"epochs": 3, "hidden_layer_sizes": (4,), "random_state": 0} | params
    return KerasMLPClassifier(**params)


@pytest.fixture
def ticking(monkeypatch):
    """Let time pass only when somebody asks for it, and launches be short."""
    ticks = itertools.count()
    clock = SimpleNamespace(time=lambda: next(ticks) / 10)
    monkeypatch.setattr("skkeras._deadline.time", clock)
    monkeypatch.setattr("skkeras.training.backends._interrupts._SECONDS_A_CALL", 0.01)


class Interrupted(Recorder):
    """Is interrupted where it is told to."""

    def fit(self, X, y):
        if self.value in self.fails_at:
            raise KeyboardInterrupt
        return super().fit(X, y)

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


@pytest.mark.parametrize("trainer", ["auto", "fit"])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_running_network_ends_in_time_and_is_scored(
    iris, tmp_path, ticking, trainer, early_stopping
):
    model = network(trainer=trainer, early_stopping=early_stopping, memory=tmp_path)
    if early_stopping:
        model.set_params(patience=FOREVER)
    grid = {"epochs": [FOREVER]}
    split = ShuffleSplit(1, random_state=0)
    search = GridSearchCV(model, grid, cv=split, time_limit=10, refit=False)
    with pytest.warns(match="ended the best candidate"):
        search.fit(*iris)
    assert search.cv_results_["timed_out"].tolist() == [True]
    assert 0 < search.cv_results_["n_iter"][0] < FOREVER
    assert not list(tmp_path.rglob("*.fit"))  # a fit that was cut is not stored


def test_all_networks_that_run_in_threads_end(iris, ticking):
    both = threading.Barrier(2)

    class Together(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            with suppress(threading.BrokenBarrierError):
                both.wait(0 if epoch else 60)

    grid, model = {"epochs": [FOREVER]}, network(callbacks=Together())
    search = GridSearchCV(model, grid, cv=2, n_jobs=2, time_limit=10, refit=False)
    with pytest.warns(match="ended the best candidate"):
        search.fit(*iris)
    assert search.cv_results_["timed_out"].tolist() == [True]


def test_a_search_with_memory_goes_on(iris, tmp_path, ticking):
    model = network(memory=tmp_path)
    grid = {"epochs": [3, FOREVER, 4]}
    search = GridSearchCV(model, grid, cv=2, time_limit=10, refit=False).fit(*iris)
    # Its first fold took all the time.
    assert search.cv_results_["params"] == [{"epochs": 3}] and search.interrupted_
    assert len(list(tmp_path.rglob("*.fit"))) == 2
    search.set_params(param_grid={"epochs": [3, 4]}, time_limit=None).fit(*iris)
    plain = clone(search).set_params(estimator__memory=None).fit(*iris)
    for name in ("split0_test_score", "split1_test_score"):
        np.testing.assert_array_equal(search.cv_results_[name], plain.cv_results_[name])
    assert len(list(tmp_path.rglob("*.fit"))) == 4


@every_search
@pytest.mark.parametrize("settings", [{}, {"n_repeats": 2, "keep": "predictions", "verbose": 1}])
def test_ctrl_c_keeps_what_has_finished(iris, make, settings, capsys):
    order = [
        params["value"] for params in make(Recorder(), VALUES).fit(*iris).cv_results_["params"]
    ]
    model = Interrupted(fails_at=(order[2],), random_state=0)
    search = make(model, VALUES, cv=2, **settings)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*iris)
    assert search.interrupted_ and search.best_params_ == {"value": max(order[:2])}
    assert [params["value"] for params in search.cv_results_["params"]] == order[:2]
    assert search.cv_results_["mean_test_score"].tolist() == order[:2]
    assert search.best_score_ == max(order[:2]) and not hasattr(search, "best_estimator_")
    if settings:
        assert search.cv_predictions_.shape[:2] == (2, 2)
    search.set_params(estimator__fails_at=()).fit(*iris)
    assert not search.interrupted_ and len(search.cv_results_["params"]) == 4


def test_ctrl_c_in_the_refit_keeps_the_results(iris):
    class InRefit(Interrupted):
        def fit(self, X, y):
            return super().fit(X, y) if len(X) < 150 else Interrupted(0, (0,)).fit(X, y)

    search = GridSearchCV(InRefit(), VALUES, cv=2)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*iris)
    assert len(search.cv_results_["params"]) == 4 and search.best_params_ == {"value": 4}
    assert search.interrupted_ and not hasattr(search, "best_estimator_")


def test_ctrl_c_before_the_first_candidate_keeps_nothing(iris):
    search = GridSearchCV(Interrupted(), VALUES, cv=2).fit(*iris)
    with pytest.raises(KeyboardInterrupt):
        search.set_params(estimator__fails_at=(1,)).fit(*iris)
    assert search.interrupted_ and not hasattr(search, "cv_results_")


def test_ctrl_c_ends_the_fits_of_threads(iris):
    started = threading.active_count()

    interrupts = [_thread.interrupt_main]

    class Interrupting(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if self.params["epochs"] == FOREVER and interrupts:
                interrupts.pop()()
            if epoch == 20_000:
                raise RuntimeError("Ctrl-C did not end this fit.")

    model = network(callbacks=Interrupting())
    search = GridSearchCV(model, {"epochs": [2, 3, FOREVER]}, cv=2, n_jobs=2)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored
    try:
        with pytest.raises(KeyboardInterrupt):
            search.fit(*iris)
    finally:
        signal.signal(signal.SIGINT, before)
    assert [params["epochs"] for params in search.cv_results_["params"]] == [2, 3]
    waits = time.monotonic()
    while threading.active_count() > started and time.monotonic() - waits < 60:
        time.sleep(0.1)
    assert threading.active_count() <= started


def test_ctrl_c_in_a_halving_search(iris):
    class Interrupting(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    space = {"learning_rate": (1e-4, 1e-1, "log-uniform")}
    settings = {"max_resources": 4, "factor": 2, "cv": 2, "random_state": 0}
    search = HyperbandSearchCV(network(callbacks=Interrupting()), space, **settings)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*iris)
    results = search.cv_results_
    assert results["n_resources"].tolist() == [1] * 4 + [2] * 2
    assert {len(column) for column in results.values()} == {6}
    assert search.best_params_["epochs"] == 2
    assert not hasattr(search, "n_candidates_") and search.estimator.epochs == 3


def test_processes_end_in_time_too(iris):
    """What a process returns tells how long its fits took."""
    search = GridSearchCV(Recorder(), VALUES, cv=2, time_limit=1000, n_jobs=2)
    with parallel_config("multiprocessing"):
        search.fit(*iris)
    assert search.cv_results_["mean_test_score"].tolist() == [1, 2, 3, 4]


def test_a_search_in_a_search_ends_with_it(iris, ticking):
    inner = GridSearchCV(network(), {"epochs": [FOREVER]}, cv=2, refit=False)
    outer = GridSearchCV(
        inner, {"estimator__alpha": [0.0]}, cv=2, time_limit=3, scoring=lambda *_: 0.0
    )
    with pytest.raises(ValueError, match="time_limit=3 seconds ended the search"):
        outer.fit(*iris)
