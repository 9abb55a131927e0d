"""`predict` of 1 row, called 20 times, and of 10,000 rows."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable

from _sidebyside import Reach, in_turns, serve, table

WAYS = ["KerasMLPClassifier", "KerasClassifier", "scikit-learn's MLPClassifier", "SciKeras"]
CALLS = 20


def make_predict(way: str, n_rows: str) -> Callable[[], object]:
    import numpy as np
    from _networks import SCRIPT, digits, mlp
    from scikeras.wrappers import KerasClassifier as SciKeras
    from sklearn.neural_network import MLPClassifier

    from skkeras import KerasClassifier, KerasMLPClassifier

    warnings.simplefilter("ignore")
    X, y = digits()
    rows = np.resize(X, (int(n_rows), X.shape[1]))
    estimator = {
        "KerasMLPClassifier": KerasMLPClassifier(hidden_layer_sizes=(64,), epochs=3),
        "KerasClassifier": KerasClassifier(mlp, **SCRIPT),
        "scikit-learn's MLPClassifier": MLPClassifier((64,), max_iter=3),
        "SciKeras": SciKeras(mlp, **SCRIPT),
    }[way].fit(X, y)
    # After waiting for its turn, a process takes longer to wake up than to predict one row.
    n_calls = CALLS if len(rows) == 1 else 1
    return lambda: [estimator.predict(rows) for _ in range(n_calls)]


if len(sys.argv) > 1:
    serve(make_predict(*sys.argv[1:]))
else:
    for n_rows, wanted in ((1, 30), (10_000, 1)):
        times = in_turns(__file__, WAYS, str(n_rows), repeats=31)
        reaches = [Reach("SciKeras", "KerasMLPClassifier", wanted)]
        title = f"1 row, {CALLS} times" if n_rows == 1 else f"{n_rows:,} rows"
        print(f"{title}:\n\n{table(times, WAYS[:2], reaches)}\n")
