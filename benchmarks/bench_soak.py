"""Growth of memory, threads and open files over 500 fits in one process, by type of model."""

from __future__ import annotations

import gc
import itertools
import sys
from typing import Any

import psutil
from _sidebyside import ask

WAYS = {
    "families": (500, 50),
    "families, a shape each": (500, 80),
    "KerasClassifier": (500, 50),
    "SciKeras": (60, 10),
}


def soak(estimators: list[Any], X: Any, y: Any, n_fits: int, n_before: int) -> list[float]:
    """Return the growth of megabytes, threads and open files after the first `n_before` fits."""
    from sklearn.base import clone

    process = psutil.Process()

    def standing() -> tuple[float, int, int]:
        gc.collect()
        return process.memory_info().rss / 1e6, process.num_threads(), process.num_fds()

    for i in range(n_fits):
        if i == n_before:
            before = standing()
        clone(estimators[i % len(estimators)]).set_params(random_state=i).fit(X, y).predict(X[:9])
    return [b - a for a, b in zip(before, standing(), strict=True)]


def make_estimators(way: str) -> list[Any]:
    from _networks import BATCH, SCRIPT, mlp
    from scikeras.wrappers import KerasClassifier as SciKeras

    from skkeras import KerasClassifier, KerasCNNClassifier, KerasMLPClassifier

    same: dict[str, Any] = {"epochs": 2, "batch_size": BATCH}
    if way == "families, a shape each":
        shapes = itertools.product(range(8, 28), range(8, 33))
        return [KerasMLPClassifier(hidden_layer_sizes=shape, **same) for shape in shapes]
    if way == "families":
        return [
            KerasMLPClassifier(hidden_layer_sizes=(64,), **same),
            KerasMLPClassifier(hidden_layer_sizes=(32, 32), dropout=0.1, **same),
            KerasCNNClassifier(filters=(4,), dense_units=16, image_shape=(8, 8), **same),
        ]
    kind = SciKeras if way == "SciKeras" else KerasClassifier
    return [kind(mlp, model__sizes=(width,), **{**SCRIPT, "epochs": 2}) for width in (16, 32, 64)]


if len(sys.argv) > 1:
    from _networks import digits

    X, y = digits()
    n_fits, n_before = (int(number) for number in sys.argv[2:])
    print(*soak(make_estimators(sys.argv[1]), X[:300], y[:300], n_fits, n_before))
else:
    print("| | fits | of them before | memory grew by | threads | files |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    grown = {}
    for way, sizes in WAYS.items():
        grown[way] = [float(part) for part in ask(__file__, way, *map(str, sizes)).split()]
        megabytes, threads, files = grown[way]
        cells = (way, *map(str, sizes), f"{megabytes:.0f} MB", f"{threads:+g}", f"{files:+g}")
        print(f"| {' | '.join(cells)} |")
    print("\n| asked | reached | |\n| --- | ---: | --- |")
    for way, most in {"families": 50, "families, a shape each": 100}.items():
        megabytes, *rest = grown[way]
        verdict = "yes" if megabytes <= most and max(rest) <= 0 else "**no**"
        print(f"| {way}: at most {most} MB, no thread, no file | {megabytes:.0f} MB | {verdict} |")
