"""The first fit in a process, and a whole script with one fit.

The fit is timed after imports, on 10,000 rows of 50 features for 10 epochs. The time of the script
is that of its whole process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

from _sidebyside import REPEATS, Reach, cold_in_turns, in_rounds, seconds, table

WAYS = ["KerasMLPClassifier", "scikit-learn's MLPClassifier"]
SCRIPT = """
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
{}
X, y = load_digits(return_X_y=True)
make_pipeline(StandardScaler(), {}).fit(X, y).predict(X)
"""
SCRIPTS = {
    "a script with KerasMLPClassifier": SCRIPT.format(
        "import skkeras", "skkeras.KerasMLPClassifier(epochs=20)"
    ),
    "a script with scikit-learn's MLPClassifier": SCRIPT.format(
        "from sklearn.neural_network import MLPClassifier",
        "MLPClassifier(max_iter=20, n_iter_no_change=1000)",
    ),
    "`import keras` alone": "import keras",
}


def fit(way: str, batch_size: str) -> float:
    from sklearn.datasets import make_classification
    from sklearn.neural_network import MLPClassifier

    from skkeras import KerasMLPClassifier

    X, y = make_classification(10_000, 50, n_informative=20, random_state=0)
    # By default both have one hidden layer of 100 units.
    same = {"batch_size": int(batch_size), "random_state": 0}
    estimator = {
        "KerasMLPClassifier": KerasMLPClassifier(epochs=10, **same),
        "scikit-learn's MLPClassifier": MLPClassifier(max_iter=10, n_iter_no_change=1000, **same),
    }[way]
    warnings.simplefilter("ignore")
    return seconds(lambda: estimator.fit(X, y))


def run(script: str) -> float:
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", script]
    return seconds(lambda: subprocess.run(command, env=quiet, check=True))


if len(sys.argv) > 1:
    print(fit(*sys.argv[1:]))
else:
    reaches = [Reach(WAYS[1], WAYS[0], 1 / 3)]
    for batch_size in ("200", "32"):
        times = cold_in_turns(__file__, WAYS, batch_size)
        print(f"First fit, batches of {batch_size}:\n\n{table(times, WAYS[:1], reaches)}\n")
    scripts = in_rounds({name: lambda s=text: run(s) for name, text in SCRIPTS.items()}, REPEATS)
    print(f"Whole processes:\n\n{table(scripts, list(SCRIPTS)[:1])}")
