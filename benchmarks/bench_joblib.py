"""GridSearchCV by one process, by two worker processes (loky) and by two threads.

2 x 3 candidates x 3 folds; the first search of a process, and the second one, for which programs
are compiled and workers started.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import joblib
from _sidebyside import REPEATS, Times, ask, in_rounds, seconds, table

WAYS = ["n_jobs=1", "loky, n_jobs=2", "threading, n_jobs=2"]
NETWORKS = {"mlp": "MLP, 1,198 digits", "cnn": "CNN, 2,000 images of Fashion-MNIST"}


def make_search(way: str, network: str) -> Callable[[], object]:
    from _networks import BATCH, EPOCHS, digits, images
    from sklearn.model_selection import GridSearchCV

    from skkeras import KerasCNNClassifier, KerasMLPClassifier

    if network == "mlp":
        X, y = digits()
        sizes = {"hidden_layer_sizes": [(32,), (64,)]}
        estimator = KerasMLPClassifier(alpha=0, epochs=EPOCHS, batch_size=BATCH, random_state=0)
    else:
        X, y = images()
        sizes = {"dense_units": [(64,), (128,)]}
        estimator = KerasCNNClassifier(epochs=3, batch_size=BATCH, random_state=0)
    grid = {**sizes, "learning_rate": [3e-4, 1e-3, 3e-3]}
    backend, _, n_jobs = way.rpartition("n_jobs=")

    def search() -> None:
        with joblib.parallel_backend(backend.rstrip(", ") or "loky", n_jobs=int(n_jobs)):
            GridSearchCV(estimator, grid, cv=3, refit=False, error_score="raise").fit(X, y)

    return search


def measure(network: str) -> tuple[Times, Times]:
    """Time the first and the second search of new processes."""
    second: Times = {way: [] for way in WAYS}

    def turn(way: str) -> float:
        one, two = ask(__file__, way, network).split()
        second[way].append(float(two))
        return float(one)

    return in_rounds({way: lambda w=way: turn(w) for way in WAYS}, REPEATS), second


if len(sys.argv) == 3:
    search = make_search(*sys.argv[1:])
    print(seconds(search), seconds(search))
else:
    for network in sys.argv[1:] or NETWORKS:
        for which, times in zip(("first", "second"), measure(network), strict=True):
            print(f"{NETWORKS[network]}, {which} search:\n\n{table(times, WAYS[:1])}\n")
