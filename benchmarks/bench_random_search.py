"""RandomizedSearchCV of 60 candidates over learning rate, dropout, L2 and weight decay, 3 folds.

Each search runs in a new process after imports, in three rounds, because SciKeras' search takes
minutes.
"""

from __future__ import annotations

import sys
import warnings

from _sidebyside import REPEATS, Reach, cold_in_turns, seconds, table

WAYS = ["KerasMLPClassifier", "KerasClassifier", "SciKeras"]


def search(way: str) -> float:
    from _networks import BATCH, EPOCHS, SCRIPT, digits, mlp
    from scikeras.wrappers import KerasClassifier as SciKeras
    from scipy.stats import loguniform, uniform
    from sklearn.model_selection import RandomizedSearchCV, StratifiedKFold

    from skkeras import KerasClassifier, KerasMLPClassifier

    family = KerasMLPClassifier(
        hidden_layer_sizes=(64,), optimizer="adamw", epochs=EPOCHS, batch_size=BATCH, random_state=0
    )
    rates, shares, decays = loguniform(1e-4, 1e-2), uniform(0.01, 0.5), loguniform(1e-5, 1e-2)
    script = {**SCRIPT, "optimizer": "adamw"}
    script_space = {
        "optimizer__learning_rate": rates,
        "model__dropout": shares,
        "model__l2": loguniform(1e-6, 1e-3),
        "optimizer__weight_decay": decays,
    }
    space = {
        "learning_rate": rates,
        "dropout": shares,
        "alpha": loguniform(6.4e-5, 6.4e-2),
        "weight_decay": decays,
    }
    estimator, space = {
        "KerasMLPClassifier": (family, space),
        "KerasClassifier": (KerasClassifier(mlp, **script), script_space),
        "SciKeras": (SciKeras(mlp, **script), script_space),
    }[way]
    X, y = digits()
    warnings.simplefilter("ignore")
    run = RandomizedSearchCV(
        estimator,
        space,
        n_iter=60,
        cv=StratifiedKFold(3),
        random_state=0,
        error_score="raise",
    )
    return seconds(lambda: run.fit(X, y))


if len(sys.argv) > 1:
    print(search(sys.argv[1]))
else:
    times = cold_in_turns(__file__, WAYS, repeats=min(REPEATS, 3))
    print(table(times, WAYS[:2], [Reach("SciKeras", "KerasMLPClassifier", 40)]))
