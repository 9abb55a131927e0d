"""RandomizedSearchCV over 30 networks on 3 folds of 1,198 digits, 20 epochs each.

Hidden layers, batch size, activation and learning rate differ, so that almost no two candidates
share a compiled program. The search is timed in a new process after its imports, and then repeated
in the same process. Fits of SciKeras share nothing, so a fifth of its candidates is timed and
counted five times, unless the script is called with `--whole`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

from _sidebyside import Reach, first_and_second, seconds, table

MLP, SKLEARN = "KerasMLPClassifier", "scikit-learn's MLPClassifier"
FIFTH, WHOLE = "SciKeras (5 x a fifth)", "SciKeras"
SIZES = [(16,), (32,), (64,), (128,), (256,), (32, 16), (64, 32), (64, 64), (128, 64), (256, 128)]
N_CANDIDATES, EPOCHS = 30, 20


def draw(share: int) -> list[dict[str, Any]]:
    """Return all candidates, or a fraction ``1 / share`` of them that has all batch sizes."""
    from scipy.stats import loguniform
    from sklearn.model_selection import ParameterSampler

    space = {
        "sizes": SIZES,
        "activation": ["relu", "tanh"],
        "batch_size": [16, 32, 64],
        "rate": loguniform(1e-4, 1e-2),
    }
    candidates = list(ParameterSampler(space, N_CANDIDATES, random_state=0))
    return sorted(candidates, key=lambda one: one["batch_size"])[share // 2 :: share]


def make_search(way: str) -> Callable[[], float]:
    from _networks import SCRIPT, digits, mlp
    from scikeras.wrappers import KerasClassifier as SciKeras
    from sklearn.model_selection import RandomizedSearchCV, StratifiedKFold
    from sklearn.neural_network import MLPClassifier

    from skkeras import KerasClassifier, KerasMLPClassifier

    warnings.simplefilter("ignore")
    script = {**SCRIPT, "epochs": EPOCHS}
    named = {
        "sizes": "model__sizes",
        "activation": "model__activation",
        "rate": "optimizer__learning_rate",
    }
    sizes = {"sizes": "hidden_layer_sizes"}
    estimator, names = {
        MLP: (
            KerasMLPClassifier(alpha=0, epochs=EPOCHS, random_state=0),
            sizes | {"rate": "learning_rate"},
        ),
        "KerasClassifier": (KerasClassifier(mlp, **script), named),
        SKLEARN: (
            MLPClassifier(alpha=0, max_iter=EPOCHS, n_iter_no_change=1000, random_state=0),
            sizes | {"rate": "learning_rate_init"},
        ),
    }.get(way, (SciKeras(mlp, **script), named))
    share = 5 if way == FIFTH else 1
    # Each candidate is a separate space, so that all ways evaluate the same candidates.
    spaces = [{names.get(k, k): [v] for k, v in one.items()} for one in draw(share)]
    X, y = digits()
    run = RandomizedSearchCV(
        estimator,
        spaces,
        n_iter=len(spaces),
        cv=StratifiedKFold(3),
        random_state=0,
        error_score="raise",
    )

    def search() -> float:
        time = seconds(lambda: run.fit(X, y))
        return share * (time - run.refit_time_) + run.refit_time_

    return search


if sys.argv[1:] in ([], ["--whole"]):
    scikeras = WHOLE if sys.argv[1:] else FIFTH
    ways = [MLP, "KerasClassifier", SKLEARN, scikeras]
    first, second = first_and_second(__file__, ways)
    reaches = [Reach(SKLEARN, MLP, 1), Reach(scikeras, MLP, 12)]
    print(f"First search:\n\n{table(first, ways[:2], reaches)}\n")
    print(f"The same search again:\n\n{table(second, ways[:2], [Reach(SKLEARN, MLP, 2.5)])}")
else:
    search = make_search(sys.argv[1])
    print(search(), search())
