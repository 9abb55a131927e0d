import subprocess
import sys

SCRIPT = """
import numpy as np
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV
from skkeras import KerasMLPClassifier

X = np.random.default_rng(0).normal(size=(24, 3))
network = KerasMLPClassifier(hidden_layer_sizes=4, epochs=2, random_state=0)
search = GridSearchCV(network, {"alpha": [0, 0.1, 0.2]}, cv=2, n_jobs=2, refit=False)
for backend, verbose in (("loky", 0), ("threading", 2), ("loky", 2)):
    print("SEARCH", flush=True)
    network.verbose = verbose
    with parallel_config(backend):
        search.fit(X, np.arange(24) % 2)
"""


def test_verbose_fits_in_worker_processes_hint_at_threads_once():
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=300
    )
    _, *printed = run.stdout.split("SEARCH")
    silent, in_threads, in_processes = (
        text.count("joblib.parallel_config(backend='threading')") for text in printed
    )
    assert silent == in_threads == 0
    assert 1 <= in_processes <= 2  # as many as there are workers that fitted
