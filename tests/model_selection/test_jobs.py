"""Searches run jobs as threads where these share compiled programs."""

import os

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkeras import KerasDistilledClassifier, KerasMLPClassifier
from skkeras.model_selection import (
    BayesSearchCV,
    GridSearchCV,
    HyperbandSearchCV,
    RandomizedSearchCV,
    SuccessiveHalvingSearchCV,
    compare_models,
)

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 2
NETWORK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=2, random_state=0)


def process(estimator, X, y=None):
    """Score by which process it is."""
    return float(os.getpid())


def pipeline(network):
    return make_pipeline(FunctionTransformer(), network)


@pytest.mark.parametrize("n_jobs", [1, 2, -1])
@pytest.mark.parametrize(
    "network", [NETWORK, KerasDistilledClassifier(student=NETWORK)], ids=["alone", "taught"]
)
def test_networks_are_fitted_in_threads(network, n_jobs):
    space = {"functiontransformer__validate": [False, True]}
    search = GridSearchCV(
        pipeline(network), space, cv=2, scoring=process, refit=False, n_jobs=n_jobs
    )
    assert set(search.fit(X, Y).cv_results_["mean_test_score"]) == {os.getpid()}


@pytest.mark.parametrize(
    "search",
    [
        RandomizedSearchCV(NETWORK, {"learning_rate": [0.01, 0.1]}, n_iter=2, cv=2, n_jobs=2),
        BayesSearchCV(NETWORK, {"learning_rate": (0.01, 0.1)}, n_iter=2, cv=2, n_jobs=2),
        HyperbandSearchCV(
            NETWORK, {"alpha": [0, 0.1, 0.2, 0.3, 0.4, 0.5]}, max_resources=3, cv=2, n_jobs=2
        ),
        SuccessiveHalvingSearchCV(
            NETWORK, {"alpha": [0, 0.1, 0.2, 0.3, 0.4, 0.5]}, max_resources=3, cv=2, n_jobs=2
        ),
    ],
    ids=lambda search: type(search).__name__,
)
def test_all_searches_do(search):
    search.set_params(scoring=process, refit=False).fit(X, Y)
    assert set(search.cv_results_["mean_test_score"]) == {os.getpid()}


def test_comparisons_do():
    models = {"network": NETWORK, "classic": LogisticRegression()}
    compared = compare_models(models, X, Y, cv=2, scoring=process, n_jobs=2)
    assert (compared.scores["network"] == os.getpid()).all()
    # Starting a process for the other models would take longer than they do.
    assert (compared.scores["classic"] == os.getpid()).all()
    alone = compare_models({"classic": LogisticRegression()}, X, Y, cv=2, scoring=process, n_jobs=2)
    assert (alone.scores["classic"] != os.getpid()).all()


@pytest.mark.parametrize(
    ("estimator", "backend"),
    [
        (LogisticRegression(), None),
        (NETWORK, "loky"),
        (KerasMLPClassifier(hidden_layer_sizes=4, epochs=2, random_state=0, trainer="fit"), None),
    ],
    ids=["no network", "the user chose", "Model.fit"],
)
def test_else_processes_are_kept(estimator, backend):
    search = GridSearchCV(estimator, {"random_state": [1, 2]}, cv=2, refit=False, n_jobs=2)
    search.set_params(scoring=process)
    if backend is None:
        search.fit(X, Y)
    else:
        with parallel_config(backend):
            search.fit(X, Y)
    assert os.getpid() not in set(search.cv_results_["mean_test_score"])


def test_jobs_of_the_configuration_count():
    search = GridSearchCV(NETWORK, {"random_state": [1, 2]}, cv=2, refit=False, scoring=process)
    with parallel_config(n_jobs=2):
        search.fit(X, Y)
    assert os.getpid() not in set(search.cv_results_["mean_test_score"])


def test_scores_are_those_of_one_job():
    found = []
    for n_jobs in (1, 2):
        search = GridSearchCV(NETWORK, {"hidden_layer_sizes": [4, 5]}, cv=3, n_jobs=n_jobs)
        found.append(search.fit(X, Y))
    for name in ("mean_test_score", "split0_test_score"):
        np.testing.assert_array_equal(*(search.cv_results_[name] for search in found))
    np.testing.assert_array_equal(*(search.predict_proba(X) for search in found))
