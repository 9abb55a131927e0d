"""The order of trials, and what there is time for."""

import time

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from skkeras import KerasMLPClassifier
from skkeras.auto._families import Family, families_for
from skkeras.auto._trials import Trials
from skkeras.fit_cache import FitMemory

X, y = load_iris(return_X_y=True)
SPLITS = list(StratifiedKFold(2).split(X, y))
NETWORK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=5, random_state=0)


def make(families, time_limit=None, n_candidates=None, n_jobs=None):
    return Trials(
        families,
        X,
        y,
        None,
        splits=SPLITS,
        scoring="accuracy",
        time_limit=time_limit,
        n_candidates=n_candidates,
        n_jobs=n_jobs,
        random=np.random.RandomState(0),
    )


def run(*args, **kwargs):
    trials = make(*args, **kwargs)
    trials.run()
    return trials.done


def test_settings_of_the_best_family_come_first():
    good, bad = {"C": 1.0}, {"C": 1e-6}
    families = [
        Family("bad", LogisticRegression(C=1e-6), portfolio=[bad, bad]),
        Family("good", LogisticRegression(), portfolio=[good]),
    ]
    done = run(families, n_candidates=5)
    assert [trial.family.name for trial in done] == ["bad", "good", "good", "bad", "bad"]
    assert done[1].best > done[0].best


def test_number_of_candidates():
    families = families_for(X, "table", [NETWORK, "linear"], classifies=True, memory=None, seed=0)
    done = run(families, n_candidates=13)
    rows = [len(trial.search.cv_results_["params"]) for trial in done]
    # Two defaults, two times three linear models, and networks: five for few epochs, one for more.
    assert sum(rows[:2]) == 2 and sum(rows) >= 13
    candidates = [
        len({str(p | {"epochs": 0}) for p in trial.search.cv_results_["params"]}) for trial in done
    ]
    assert sum(candidates) == 13


def test_time_ends_the_search():
    families = families_for(X, "table", ["linear", NETWORK], classifies=True, memory=None, seed=0)
    started = time.perf_counter()
    done = run(families, time_limit=5)
    assert time.perf_counter() - started < 15  # with the compilation of the first network
    assert {trial.family.name for trial in done} == {"linear", "KerasMLPClassifier"}


def test_networks_are_trained_for_as_many_epochs_as_there_is_time():
    network = NETWORK.__class__(epochs=10**6, random_state=0)
    (family,) = families_for(X, "table", [network], classifies=True, memory=None, seed=0)
    (trial, *_) = run([family], time_limit=3)
    assert 3 <= trial.params["epochs"] < 10**4
    assert trial.search.cv_results_["params"] == [trial.params]
    (trial,) = run([family], time_limit=1e-3)
    assert trial.search is None and "time_limit=0.001 seconds ended" in trial.error


@pytest.mark.parametrize("time_limit", [None, 100])
def test_defaults_are_not_changed_if_there_is_time(time_limit):
    done = run([Family("network", NETWORK, is_network=True)], time_limit=time_limit, n_candidates=1)
    assert done[0].params == {} and done[0].search is not None


def test_settings_of_networks_come_after_those_of_classic_models():
    best = Family("network", NETWORK, portfolio=[{"epochs": 1}], is_network=True)
    classic = Family("classic", LogisticRegression(), portfolio=[{"C": 2}, {"C": 3}])
    trials = make([best, classic])
    trials._ranked = lambda: [best, classic]
    assert [params for _, params in trials._portfolio()] == [{"C": 2}, {"C": 3}, {"epochs": 1}]


def test_searches_that_would_not_end_in_time_are_not_started():
    names = ["HistGradientBoosting"]
    (family,) = families_for(X, "table", names, classifies=True, memory=None, seed=0)
    trials = make([family], time_limit=100)
    trials._run_defaults()
    trials._times.of[family.name] = 1  # second per iteration
    _, cost = trials._search(family, 2)
    assert 2 * 50 <= cost <= 2 * 1000
    trials._run_spaces()
    assert len(trials.done) == 1


def test_only_the_best_families_are_searched():
    families = [
        Family(str(C), LogisticRegression(C=C), space={"C": [1.0, 2.0, 3.0]})
        for C in (1e-6, 0.1, 1.0, 10.0)
    ]
    trials = make(families, time_limit=100)
    trials._run_defaults()
    assert min(trials.done, key=lambda trial: trial.best).family.name == "1e-06"
    trials._times.of |= dict.fromkeys(["0.1", "1.0", "10.0"], 1000)
    trials._run_spaces()
    assert len(trials.done) == len(families)


def test_with_a_memory_networks_train_for_all_epochs(tmp_path):
    memory = FitMemory(tmp_path)
    (family,) = families_for(X, "table", [NETWORK], classifies=True, memory=memory, seed=0)
    done = run([family], time_limit=1e-3)
    assert done[0].params == {} and "time_limit=0.001 seconds ended" in done[0].error
