"""Searches that are killed, and go on where they were."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasAutoClassifier, KerasMLPClassifier
from skkeras.datasets import fetch_adult
from skkeras.model_selection import BayesSearchCV

STEP = "kerasmlpclassifier__"
N_FOLDS = 3


def make_search(kind, folder, **params):
    network = KerasMLPClassifier(
        hidden_layer_sizes=8, dropout=0.1, epochs=3, random_state=0, memory=folder
    )
    pipeline = make_pipeline(StandardScaler(), network)
    if kind == "grid":
        space = {f"{STEP}learning_rate": [0.1, 0.01, 0.001], f"{STEP}alpha": [0.0, 0.1]}
        return GridSearchCV(pipeline, space, cv=N_FOLDS, error_score="raise", **params)
    if kind == "auto":
        params |= {"time_limit": None, "n_candidates": 7, "cv": N_FOLDS, "random_state": 0}
        return KerasAutoClassifier(candidates=[pipeline], **params)
    space = {f"{STEP}learning_rate": (1e-4, 1e-1, "log-uniform"), f"{STEP}alpha": (0.0, 0.1)}
    params = {"n_iter": 6, "random_state": 0, "error_score": "raise", **params}
    return BayesSearchCV(pipeline, space, cv=N_FOLDS, **params)


def rows():
    X, y = fetch_adult()
    return X.select_dtypes("number").to_numpy()[:300], y.to_numpy()[:300]


def run_until_killed(kind, folder, where):
    """Search, and have this process killed half-way: in the tenth scoring or writing of a file."""
    calls = []

    def kill_in_tenth(function, *args, **kwargs):
        calls.append(function)
        if len(calls) == 10:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)

    scoring = None
    if where == "scoring":
        scoring = make_scorer(lambda y, found: kill_in_tenth(accuracy_score, y, found))
    else:
        replace = os.replace
        os.replace = lambda *paths: kill_in_tenth(replace, *paths)
    make_search(kind, folder, scoring=scoring).fit(*rows())


def kept_in(folder):
    """Fits by their names, with what changes when they are written again."""
    return {path.name: path.stat().st_ino for path in Path(folder).rglob("*.fit")}


def same_results(one, other):
    names = [name for name in one.cv_results_ if not name.endswith("_time")]
    assert names == [name for name in other.cv_results_ if not name.endswith("_time")]
    for name in names:
        np.testing.assert_array_equal(one.cv_results_[name], other.cv_results_[name], err_msg=name)
    X, _ = rows()
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


@pytest.mark.parametrize(
    ("kind", "where", "n_kept"),
    [("grid", "writing", 9), ("bayes", "scoring", 10), ("auto", "writing", 9)],
)
def test_a_killed_search_goes_on_where_it_was(tmp_path, kind, where, n_kept):
    killed = subprocess.run(
        [sys.executable, __file__, kind, str(tmp_path), where],
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert killed.returncode == -signal.SIGKILL
    before = kept_in(tmp_path)
    assert len(before) == n_kept
    assert len(list(tmp_path.rglob("*.unfinished"))) == (where == "writing")
    resumed = make_search(kind, tmp_path).fit(*rows())
    expected = make_search(kind, None).fit(*rows())
    same_results(resumed, expected)
    after = kept_in(tmp_path)
    assert before.items() <= after.items()  # not one of them was trained again
    n_refits = 0 if kind == "auto" else 1
    n_fits = N_FOLDS * len(resumed.cv_results_["params"]) + n_refits
    assert len(after) == n_fits
    clone(resumed).fit(*rows())
    assert kept_in(tmp_path) == after


def test_several_processes_share_a_folder(tmp_path):
    space = {f"{STEP}learning_rate": [0.1, 0.01]}
    search = make_search("grid", tmp_path, n_jobs=2).set_params(param_grid=space).fit(*rows())
    kept = kept_in(tmp_path)
    assert len(kept) == 2 * N_FOLDS + 1
    alone = clone(search).set_params(n_jobs=None).fit(*rows())
    same_results(search, alone)
    assert kept_in(tmp_path) == kept


if __name__ == "__main__":
    run_until_killed(*sys.argv[1:])
