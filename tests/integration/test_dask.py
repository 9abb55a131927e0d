"""Searches on the worker processes of a Dask cluster."""

import os
import signal
import threading
import time
import uuid

import numpy as np
import pytest
from distributed import Client, LocalCluster
from joblib import parallel_config
from scipy.stats import loguniform
from sklearn import model_selection
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skkeras import KerasMLPClassifier
from skkeras.model_selection import (
    BayesSearchCV,
    GridSearchCV,
    HyperbandSearchCV,
    RandomizedSearchCV,
    SearchProgressBar,
    compare_models,
)


class Logged(ClassifierMixin, BaseEstimator):
    """Leaves a file at the start of each fit, named by its process."""

    def __init__(self, column=0, seconds=0.0, folder=None):
        self.column = column
        self.seconds = seconds
        self.folder = folder

    def fit(self, X, y):
        if self.folder is not None:
            (self.folder / f"{os.getpid()}-{uuid.uuid4()}").touch()
        time.sleep(self.seconds)
        self.classes_ = np.unique(y)
        self.middle_ = np.median([row[self.column] for row in X])
        return self

    def predict(self, X):
        return np.array([int(row[self.column] > self.middle_) for row in X])


class Arrives(list):
    """Rows that leave a file wherever they arrive."""

    folder = None

    def __reduce__(self):
        return _arrive, (list(self), self.folder)


def _arrive(rows, folder):
    (folder / f"{os.getpid()}-{uuid.uuid4()}").touch()
    rows = Arrives(rows)
    rows.folder = folder
    return rows


@pytest.fixture(scope="module")
def client():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        # Otherwise it drops all but one copy of the data.
        client.amm.stop()
        yield client


@pytest.fixture(scope="module")
def data():
    return make_classification(400, 4, n_informative=3, n_redundant=0, random_state=0)


def processes(folder):
    return [int(path.name.split("-")[0]) for path in folder.iterdir()]


NETWORK = make_pipeline(
    StandardScaler(), KerasMLPClassifier(hidden_layer_sizes=(8,), epochs=2, random_state=0)
)
RATE = "kerasmlpclassifier__learning_rate"
SEARCHES = {
    "scikit-learn's grid": model_selection.GridSearchCV(NETWORK, {RATE: [0.01, 0.1]}, cv=2),
    "grid": GridSearchCV(NETWORK, {RATE: [0.01, 0.1]}, n_repeats=2, cv=2),
    "random": RandomizedSearchCV(
        NETWORK, {RATE: loguniform(0.01, 0.1)}, n_iter=2, random_state=0, cv=2
    ),
    "bayes": BayesSearchCV(
        NETWORK, {RATE: (0.01, 0.1)}, n_iter=4, n_points=2, random_state=0, cv=2
    ),
    "hyperband": HyperbandSearchCV(
        NETWORK, {RATE: (0.01, 0.1)}, max_resources=3, random_state=0, cv=2
    ),
}


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
def test_results_are_those_of_one_process(client, data, search):
    alone = search.fit(*data).cv_results_
    with parallel_config("dask", scatter=list(data)):
        results = search.fit(*data).cv_results_
    assert results["params"] == alone["params"]
    for name in alone:
        if name.startswith(("split", "mean_test", "repeat")):
            np.testing.assert_array_equal(results[name], alone[name])


def test_models_are_compared_with_searches_inside(client, data):
    models = {"default": SVC(), "tuned": GridSearchCV(SVC(), {"C": [0.1, 10]}, cv=2)}
    alone = compare_models(models, *data, cv=3)
    with parallel_config("dask", scatter=list(data)):
        there = compare_models(models, *data, cv=3)
    for name in models:
        np.testing.assert_array_equal(there.scores[name], alone.scores[name])


def test_progress_is_shown(client, data, capsys):
    search = GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [1, 10]}, cv=2)
    with parallel_config("dask"):
        search.set_callbacks(SearchProgressBar()).fit(*data)
    assert "GridSearchCV - refit-with-best-params" in capsys.readouterr().out


def test_data_go_to_each_worker_once(client, data, tmp_path):
    rows = Arrives(data[0].tolist())
    rows.folder = tmp_path
    labels = data[1].tolist()
    search = GridSearchCV(Logged(), {"column": [0, 1, 2, 3]}, cv=3, verbose=1)
    with parallel_config("dask", scatter=[rows, labels]):
        search.fit(rows, labels)
    workers = set(client.run(os.getpid).values())
    arrived = [process for process in processes(tmp_path) if process in workers]
    assert sorted(arrived) == sorted(workers)


def test_what_a_dead_worker_left_is_done_by_the_others(client, data, tmp_path):
    splits = list(StratifiedKFold(3).split(*data))
    search = GridSearchCV(Logged(), {"column": [0, 1, 2, 3]}, cv=splits)
    alone = search.fit(*data).cv_results_["mean_test_score"]

    def kill():
        while len(list(tmp_path.iterdir())) < 4:
            time.sleep(0.01)
        # The fit begun last is certainly still running.
        last = max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.kill(int(last.name.split("-")[0]), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    search.set_params(estimator__seconds=0.2, estimator__folder=tmp_path)
    with parallel_config("dask", scatter=[*data, *(rows for pair in splits for rows in pair)]):
        search.set_params(refit=False).fit(*data)
    killer.join()
    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], alone)
    assert len(processes(tmp_path)) > 12
