"""GridSearchCV over 2 widths x 3 learning rates x 3 folds, in a new process after imports.

The search is that of scikit-learn, except for one way, which uses that of skkeras.
"""

from __future__ import annotations

import sys
import warnings

from _sidebyside import Reach, cold_in_turns, seconds, table

OWN = "KerasMLPClassifier, skkeras' GridSearchCV"
WAYS = ["KerasMLPClassifier", "KerasClassifier", OWN, "scikit-learn's MLPClassifier", "SciKeras"]
WIDTHS, RATES = (32, 64), (3e-4, 1e-3, 3e-3)


def search(way: str) -> float:
    from _networks import BATCH, EPOCHS, SCRIPT, digits, mlp
    from scikeras.wrappers import KerasClassifier as SciKeras
    from sklearn import model_selection
    from sklearn.neural_network import MLPClassifier

    from skkeras import KerasClassifier, KerasMLPClassifier
    from skkeras.model_selection import GridSearchCV

    layers = [(width,) for width in WIDTHS]
    script_grid = {"model__sizes": layers, "optimizer__learning_rate": RATES}
    family = (
        KerasMLPClassifier(alpha=0, epochs=EPOCHS, batch_size=BATCH, random_state=0),
        {"hidden_layer_sizes": layers, "learning_rate": RATES},
    )
    estimator, grid = {
        "KerasMLPClassifier": family,
        OWN: family,
        "KerasClassifier": (KerasClassifier(mlp, **SCRIPT), script_grid),
        "scikit-learn's MLPClassifier": (
            MLPClassifier(
                alpha=0, batch_size=BATCH, max_iter=EPOCHS, n_iter_no_change=1000, random_state=0
            ),
            {"hidden_layer_sizes": layers, "learning_rate_init": RATES},
        ),
        "SciKeras": (SciKeras(mlp, **SCRIPT), script_grid),
    }[way]
    X, y = digits()
    warnings.simplefilter("ignore")
    # Explicit folds, because scikit-learn does not recognise SciKeras' estimator as a classifier.
    folds = model_selection.StratifiedKFold(3)
    kind = GridSearchCV if way == OWN else model_selection.GridSearchCV
    return seconds(lambda: kind(estimator, grid, cv=folds, error_score="raise").fit(X, y))


if len(sys.argv) > 1:
    print(search(sys.argv[1]))
else:
    print(
        table(
            cold_in_turns(__file__, WAYS),
            WAYS[:2],
            [
                Reach("SciKeras", "KerasMLPClassifier", 10),
                Reach("scikit-learn's MLPClassifier", "KerasMLPClassifier", 1),
            ],
        )
    )
