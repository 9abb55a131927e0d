"""Time and memory of a fit on 1,000,000 rows of 50 features, 10 epochs in batches of 200.

Each fit runs in a new process after its imports. Memory is the peak of the process minus its memory
before the fit, which includes the data.
"""

from __future__ import annotations

import resource
import sys
import warnings

import numpy as np
from _sidebyside import REPEATS, Reach, ask, in_rounds, seconds, table

MLP, SKLEARN = "KerasMLPClassifier", "scikit-learn's MLPClassifier"
WAYS = [MLP, SKLEARN]
N_ROWS, MOST = 1_000_000, 2


def fit(way: str, dtype: str) -> None:
    import psutil
    from sklearn.neural_network import MLPClassifier

    from skkeras import KerasMLPClassifier

    rng = np.random.default_rng(0)
    X = rng.standard_normal((N_ROWS, 50), dtype=dtype)
    y = (X @ rng.standard_normal(50, dtype=dtype) > 0).astype("int64")
    # By default both have 100 units and batches of 200 rows.
    estimator = {
        MLP: KerasMLPClassifier(epochs=10, early_stopping=False, random_state=0),
        SKLEARN: MLPClassifier(max_iter=10, n_iter_no_change=1000, random_state=0),
    }[way]
    warnings.simplefilter("ignore")
    before = psutil.Process().memory_info().rss
    time = seconds(lambda: estimator.fit(X, y))
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(time, (peak - before) / (X.nbytes + y.nbytes))


def measure(dtype: str) -> None:
    grown: dict[str, list[float]] = {way: [] for way in WAYS}

    def turn(way: str) -> float:
        time, memory = map(float, ask(__file__, way, dtype).split())
        grown[way].append(memory)
        return time

    times = in_rounds({way: lambda w=way: turn(w) for way in WAYS}, REPEATS)
    print(f"{dtype}:\n\n{table(times, WAYS[:1], [Reach(SKLEARN, MLP, 2.5)])}")
    reached = float(np.median(grown[MLP]))
    verdict = "yes" if reached <= MOST else "**no**"
    print(f"| {MLP}: at most {MOST} times the data in memory | {reached:.3g} times | {verdict} |")
    print(f"\n{SKLEARN} takes {np.median(grown[SKLEARN]):.3g} times the data in memory.\n")


if len(sys.argv) > 1:
    fit(*sys.argv[1:])
else:
    for dtype in ("float32", "float64"):
        measure(dtype)
