"""Time of a search that keeps the predictions or the models of all folds, beside one that does not.

Each way searches six settings of a perceptron in five folds, once before the rounds begin.
"""

from __future__ import annotations

import sys
import warnings

from _sidebyside import Reach, in_turns, serve, table

WAYS = {f"keep={keep!r}": keep for keep in (None, "predictions", "estimators")}
NOTHING, PREDICTIONS, _ = WAYS
ASKED = Reach(NOTHING, PREDICTIONS, 1 / 1.05)


def search(way: str) -> None:
    from _networks import BATCH, EPOCHS, digits

    from skkeras import KerasMLPClassifier
    from skkeras.model_selection import GridSearchCV

    X, y = digits()
    network = KerasMLPClassifier(epochs=EPOCHS, batch_size=BATCH, random_state=0)
    grid = {"hidden_layer_sizes": [32, 64], "learning_rate": [3e-4, 1e-3, 3e-3]}
    warnings.simplefilter("ignore")
    serve(lambda: GridSearchCV(network, grid, cv=5, keep=WAYS[way]).fit(X, y))


if len(sys.argv) > 1:
    search(sys.argv[1])
else:
    print(table(in_turns(__file__, list(WAYS)), [NOTHING], [ASKED]))
