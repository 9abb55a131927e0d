"""Searches in one process, in two worker processes (loky) and in two threads.

Timed are the first search in a process, and the second one, when programs are compiled and workers
are started. Searches of skkeras and `compare_models` use threads if an estimator is an skkeras
network.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable

import joblib
from _sidebyside import Reach, first_and_second, seconds, table

WAYS = ["n_jobs=1", "loky, n_jobs=2", "threading, n_jobs=2"]
OWN = ["n_jobs=1", "n_jobs=2"]
QUESTIONS = {
    "mlp": "scikit-learn's GridSearchCV, 6 MLPs x 3 folds of 1,198 digits",
    "cnn": "scikit-learn's GridSearchCV, 6 CNNs x 3 folds of 2,000 images of Fashion-MNIST",
    "few": "skkeras' GridSearchCV, 2 MLPs x 2 folds of the digits",
    "many": "skkeras' GridSearchCV, 12 MLPs x 3 folds of the digits",
    "compared": "compare_models, 2 MLPs x 5 folds of the digits",
    "mixed": "compare_models, an MLP and a random forest x 5 folds of the digits",
}
RATES = [3e-4, 1e-3, 3e-3]


def make_search(way: str, question: str) -> Callable[[], object]:
    from _networks import BATCH, EPOCHS, digits, images
    from sklearn import model_selection
    from sklearn.base import clone
    from sklearn.ensemble import RandomForestClassifier

    from skkeras import KerasCNNClassifier, KerasMLPClassifier
    from skkeras.model_selection import GridSearchCV, compare_models

    backend, _, n_jobs = way.rpartition("n_jobs=")
    jobs = {"n_jobs": int(n_jobs), "error_score": "raise"}
    X, y = images() if question == "cnn" else digits()
    mlp = KerasMLPClassifier(alpha=0, epochs=EPOCHS, batch_size=BATCH, random_state=0)
    if question in ("compared", "mixed"):
        other = clone(mlp).set_params(hidden_layer_sizes=(64, 64))
        if question == "mixed":
            other = RandomForestClassifier(random_state=0)
        return lambda: compare_models({"MLP": mlp, "other": other}, X, y, cv=5, **jobs)
    if question in ("few", "many"):
        grid = {"hidden_layer_sizes": [(32,), (64,)]}
        if question == "many":
            grid = {"hidden_layer_sizes": [(32,), (64,), (128,), (64, 64)], "learning_rate": RATES}
        own = GridSearchCV(mlp, grid, cv=2 if question == "few" else 3, **jobs)
        return lambda: own.fit(X, y)
    if question == "mlp":
        grid = {"hidden_layer_sizes": [(32,), (64,)], "learning_rate": RATES}
        search = model_selection.GridSearchCV(mlp, grid, cv=3, refit=False, **jobs)
    else:
        cnn = KerasCNNClassifier(epochs=3, batch_size=BATCH, random_state=0)
        grid = {"dense_units": [(64,), (128,)], "learning_rate": RATES}
        search = model_selection.GridSearchCV(cnn, grid, cv=3, refit=False, **jobs)

    def run() -> None:
        with joblib.parallel_config(backend.rstrip(", ")) if backend else contextlib.nullcontext():
            search.fit(X, y)

    return run


if len(sys.argv) == 3:
    search = make_search(*sys.argv[1:])
    print(seconds(search), seconds(search))
else:
    for question in sys.argv[1:] or QUESTIONS:
        ways = WAYS if question in ("mlp", "cnn") else OWN
        reaches = [Reach(*OWN, 1)] if ways == OWN else []
        for which, times in zip(
            ("first", "second"), first_and_second(__file__, ways, question), strict=True
        ):
            print(f"{QUESTIONS[question]}, {which} search:\n\n{table(times, ways[:1], reaches)}\n")
            reaches = []
