import subprocess
import sys

SEARCH = """
import numpy as np
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV
from skkeras import KerasMLPClassifier

X = np.random.default_rng(0).normal(size=(24, 3))
network = KerasMLPClassifier(hidden_layer_sizes=4, epochs=2, verbose={verbose}, random_state=0)
search = GridSearchCV(network, {{"alpha": [0, 0.1, 0.2]}}, cv=2, n_jobs=2, refit=False)
with parallel_config(backend="{backend}"):
    search.fit(X, np.arange(24) % 2)
"""


def hints(backend, verbose):
    script = SEARCH.format(backend=backend, verbose=verbose)
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300
    )
    return run.stdout.count("joblib.parallel_config(backend='threading')")


def test_verbose_fits_in_worker_processes_hint_at_threads_once():
    assert 1 <= hints("loky", 2) <= 2  # as many as there are workers that fitted
    assert hints("threading", 2) == 0
    assert hints("loky", 0) == 0
