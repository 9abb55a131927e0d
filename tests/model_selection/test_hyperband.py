import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import PredefinedSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasCNNClassifier, KerasMLPClassifier
from skkeras.datasets import fetch_mnist
from skkeras.model_selection import HyperbandSearchCV, search_space

STEP = "kerasmlpclassifier__"
SPACE = {f"{STEP}learning_rate": (1e-3, 1e-1, "log-uniform"), f"{STEP}alpha": [1e-4, 1e-2, 1.0]}
SMALL = {"max_resources": 4, "factor": 2, "cv": 2, "random_state": 0}
# With max_resources=4 and factor=2.
N_CANDIDATES, N_RESOURCES = [[4, 2, 1], [3, 1], [3]], [[1, 2, 4], [2, 4], [4]]


def make_search(memory=None, **params):
    network = KerasMLPClassifier(hidden_layer_sizes=(8,), random_state=0, memory=memory)
    return HyperbandSearchCV(make_pipeline(StandardScaler(), network), SPACE, **SMALL, **params)


def iris():
    return load_iris(return_X_y=True)


def assert_same_results(search, other):
    for name, column in search.cv_results_.items():
        if not name.endswith("_time"):
            np.testing.assert_array_equal(other.cv_results_[name], column)
    X, _ = iris()
    np.testing.assert_array_equal(search.predict_proba(X), other.predict_proba(X))


def test_brackets_and_results():
    search = make_search().fit(*iris())
    results = search.cv_results_
    assert search.n_candidates_ == N_CANDIDATES and search.n_resources_ == N_RESOURCES
    assert search.n_iterations_ == search.n_possible_iterations_ == [3, 2, 1]
    assert search.n_required_iterations_ == [3, 2, 2]
    assert search.n_remaining_candidates_ == [1, 1, 2]
    assert (search.min_resources_, search.max_resources_) == ([1, 2, 4], 4)
    assert results["bracket"].tolist() == [2] * 7 + [1] * 4 + [0] * 3
    assert results["iter"].tolist() == [0] * 4 + [1] * 2 + [2] + [0] * 3 + [1] + [0] * 3
    drawn = {
        (params[f"{STEP}learning_rate"], params[f"{STEP}alpha"])
        for params in np.array(results["params"])[results["iter"] == 0]
    }
    assert len(drawn) == 4 + 3 + 3
    in_full = results["n_resources"] == 4
    assert in_full[search.best_index_]
    assert search.best_score_ == results["mean_test_score"][in_full].max()
    assert search.best_estimator_[-1].n_iter_ == 4
    assert pickle.loads(pickle.dumps(search)).best_params_ == search.best_params_
    assert_same_results(search, clone(search).fit(*iris()))


def test_lines_count_all_rungs(capsys):
    make_search(verbose=1).fit(*iris())
    lines = capsys.readouterr().out.splitlines()
    assert [line[:7] for line in lines] == [f"[{i:2}/14]" for i in range(1, 15)]


def test_a_small_space_is_spread_over_the_brackets():
    search = make_search().set_params(space={f"{STEP}alpha": [0.0, 0.1, 0.2, 0.3, 0.4]})
    with pytest.warns(UserWarning, match="holds 5 candidates, fewer than the 10"):
        search.fit(*iris())
    assert search.n_candidates_ == [[3, 1, 1], [1, 1], [1]]


def test_images_and_a_space_of_the_networks_own():
    X, y = fetch_mnist()
    X, y = X[:300], y[:300]
    network = KerasCNNClassifier(filters=(4,), batch_size=30, random_state=0)
    space = search_space(network, kind="random")
    space = {name: spec for name, spec in space.items() if name in ("learning_rate", "dropout")}
    cv = PredefinedSplit(np.where(np.arange(300) < 200, -1, 0))
    search = HyperbandSearchCV(
        network, space, max_resources=3, cv=cv, refit=False, random_state=0
    ).fit(X, y)
    assert search.n_candidates_ == [[3, 1], [2]] and search.n_resources_ == [[1, 3], [3]]
    best = clone(network).set_params(**search.best_params_).fit(X[:200], y[:200])
    assert best.score(X[200:], y[200:]) == search.best_score_
    assert not hasattr(search, "best_estimator_")


def test_budgets_are_checked_before_any_fit():
    with pytest.raises(ValueError, match="at least one epoch more"):
        make_search().set_params(factor=1.2).fit(*iris())
    assert make_search().set_params(factor=9).fit(*iris()).n_candidates_ == [[1]]


def run_until_killed(folder, n_scores):
    """Search, and have this process killed after so many scores."""
    scored = []

    def score(y, found):
        scored.append(found)
        if len(scored) == n_scores:
            os.kill(os.getpid(), signal.SIGKILL)
        return accuracy_score(y, found)

    make_search(folder, scoring=make_scorer(score)).fit(*iris())


def kept_in(folder):
    """Fits by their names, with what changes when they are written again."""
    return {path.name: path.stat().st_ino for path in Path(folder).rglob("*.fit")}


def test_a_killed_search_goes_on_where_it_was(tmp_path):
    # Rows of the first bracket, of the second one's first rung, and a fold of its second rung.
    n_scores = 2 * (7 + 3) + 1
    killed = subprocess.run(
        [sys.executable, __file__, str(tmp_path), str(n_scores)],
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert killed.returncode == -signal.SIGKILL
    before = kept_in(tmp_path)
    assert len(before) == n_scores
    resumed = make_search(tmp_path).fit(*iris())
    assert_same_results(make_search().fit(*iris()), resumed)
    after = kept_in(tmp_path)
    assert before.items() <= after.items()  # not one of them was trained again
    assert len(after) == 2 * 14 + 1
    clone(resumed).fit(*iris())
    assert kept_in(tmp_path) == after


if __name__ == "__main__":
    run_until_killed(sys.argv[1], int(sys.argv[2]))
