"""Searches on the worker processes of Ray."""

import os

import numpy as np
import pytest
import ray
from joblib import parallel_config
from joblib.pool import PicklingPool
from ray.util.joblib import register_ray
from sklearn.datasets import make_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.model_selection import HyperbandSearchCV

NETWORK = make_pipeline(
    StandardScaler(), KerasMLPClassifier(hidden_layer_sizes=(8,), epochs=2, random_state=0)
)
RATE = "kerasmlpclassifier__learning_rate"


# A search starts workers of its own, which import TensorFlow: one search is tested.
@pytest.fixture(scope="module", autouse=True)
def workers():
    with pytest.MonkeyPatch.context() as patch:
        # Neither a call home nor a file in it.
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "disabled")
        # Ray replaces the pool of joblib's backend "multiprocessing" as well.
        bases = PicklingPool.__bases__
        ray.init(
            num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=10**8
        )
        register_ray()
        yield
        ray.shutdown()
        PicklingPool.__bases__ = bases


@pytest.fixture(scope="module")
def data():
    return make_classification(200, 4, n_informative=3, n_redundant=0, random_state=0)


def test_results_are_those_of_one_process(data):
    def process(estimator, X, y):
        return os.getpid()

    search = HyperbandSearchCV(
        NETWORK,
        {RATE: (0.01, 0.1)},
        max_resources=3,
        n_repeats=2,
        scoring={"score": "accuracy", "process": process},
        refit="score",
        cv=2,
        random_state=0,
    )
    alone = search.fit(*data).cv_results_
    with parallel_config("ray", n_jobs=-1):
        results = search.fit(*data).cv_results_
    assert results["params"] == alone["params"]
    scores = [name for name in alone if name.endswith("_score")]
    assert "split1_test_score" in scores
    for name in scores:
        np.testing.assert_array_equal(results[name], alone[name])
    assert (results["mean_test_process"] != os.getpid()).all()
