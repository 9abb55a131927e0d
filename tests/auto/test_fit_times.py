"""Estimates of the time of fits."""

import time
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import StratifiedKFold

from skkeras import KerasMLPClassifier
from skkeras.auto._families import Family, families_for
from skkeras.auto._fit_times import EpochTimes, FitTimes
from skkeras.model_selection import GridSearchCV

X, y = load_iris(return_X_y=True)
SPLITS = list(StratifiedKFold(3).split(X, y))
NETWORK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=5, random_state=0)
FAMILY = Family("network", NETWORK, is_network=True)


SHARED = {"cv": SPLITS, "scoring": "accuracy", "refit": False, "keep": "estimators", "n_jobs": None}


def make(n_jobs=None):
    return FitTimes(X, y, SHARED | {"n_jobs": n_jobs})


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_epochs_are_timed_as_they_are_trained(monkeypatch, n_jobs):
    timed = []

    class Search(GridSearchCV):
        def fit(self, X, y):
            timed.append((len(self.cv), self.n_jobs, self.keep, self.param_grid))
            return super().fit(X, y)

    monkeypatch.setattr("skkeras.auto._fit_times.GridSearchCV", Search)
    make(n_jobs).time_epochs(FAMILY, 100)
    grids = [{"epochs": [1]}, {"epochs": [1]}, {"epochs": [3]}]
    assert timed == [(n_jobs or 1, n_jobs, None, grid) for grid in grids]


def test_an_epoch_is_timed_with_and_without_the_rest_of_a_fit(monkeypatch):
    clock = [0.0]

    class Search(GridSearchCV):
        def fit(self, X, y):
            clock[0] += 3 + self.param_grid["epochs"][0]

    monkeypatch.setattr("skkeras.auto._fit_times.GridSearchCV", Search)
    fake = SimpleNamespace(perf_counter=lambda: clock[0])
    monkeypatch.setattr("skkeras.auto._fit_times.time", fake)
    assert make().time_epochs(FAMILY, 100) == EpochTimes(average=2.0, further=1.0)
    for limit, n_fits in {4: 1, 8: 2, 14: 3}.items():
        clock[0] = 0.0
        assert make().time_epochs(FAMILY, limit) is None
        assert clock[0] == [0, 4, 8, 14][n_fits]


def test_timing_long_epochs_ends_in_time():
    rows, target = np.tile(X, (2000, 1)), np.tile(y, 2000)
    splits = list(StratifiedKFold(3).split(rows, target))
    times = FitTimes(rows, target, SHARED | {"cv": splits})
    slow = Family("slow", NETWORK.__class__(batch_size=1, random_state=0), is_network=True)
    started = time.perf_counter()
    assert times.time_epochs(slow, 1.0) is None
    assert times.shortened(slow, 1.0, is_first=True) == {"epochs": 3}
    assert times.shortened(slow, 1.0, is_first=False) is None
    assert time.perf_counter() - started < 60


def timed(monkeypatch, **times):
    """Return times of fits with given times of epochs for the sizes of networks."""
    by_size = {int(size[1:]): EpochTimes(*values) for size, values in times.items()}

    def time_epochs(self, family, time_limit):
        return by_size[family.estimator.hidden_layer_sizes]

    monkeypatch.setattr(FitTimes, "time_epochs", time_epochs)
    return make()


def test_epochs_for_which_there_is_time(monkeypatch):
    times = timed(monkeypatch, _4=(1.0, 0.1))
    # Each of three folds may take a fifth of the time that is left.
    for time_left, expected in {25: {}, 20: {"epochs": 4}, 15: {"epochs": 3}, 10: None}.items():
        assert times.shortened(FAMILY, time_left, is_first=False) == expected
    assert times.shortened(FAMILY, 10, is_first=True) == {"epochs": 3}
    assert times.shortened(FAMILY, float("inf"), is_first=False) == {}


def test_other_settings_are_left_out_if_they_would_not_end_in_time(monkeypatch):
    # Of another size, the epochs take three times as long, but the whole fits do not.
    times = timed(monkeypatch, _4=(1.0, 0.1), _8=(1.2, 0.3))
    times.shortened(FAMILY, 100, is_first=True)
    times.add(FAMILY, 50, 1)
    assert times.has_time(FAMILY, {"hidden_layer_sizes": 4}, 100)
    assert not times.has_time(FAMILY, {"hidden_layer_sizes": 8}, 100)
    assert times.has_time(FAMILY, {"hidden_layer_sizes": 16}, 100)  # fails; the fits tell why
    assert times.has_time(FAMILY, {"hidden_layer_sizes": 8}, 200)
    assert not times.has_time(FAMILY, {"hidden_layer_sizes": 4}, 10)


def test_time_of_boosting_is_proportional_to_its_iterations():
    names = ["HistGradientBoosting"]
    (family,) = families_for(X, "table", names, classifies=True, memory=None, seed=0)
    times = make()
    times.add(family, 100, family.cost({}))
    assert times.of[family.name] == 1
    assert times.has_time(family, {f"{family.prefix}max_iter": 50}, 100)
    assert not times.has_time(family, {f"{family.prefix}max_iter": 150}, 100)
