"""Searches over many architectures on 1,198 digits, in a new process and then once more in it.

RandomizedSearchCV with 30 candidates in the search spaces of KerasMLPClassifier, and
HyperbandSearchCV with 49 candidates of at most 27 epochs, on 3 folds. There are three rounds,
because one takes minutes.
"""

from __future__ import annotations

import sys
import warnings

from _sidebyside import REPEATS, Reach, Times, first_and_second, seconds, table

HYPERBAND = "HyperbandSearchCV"
SEARCHES = ["small", "medium", "large", HYPERBAND]


def search(which: str) -> None:
    from _networks import BATCH, DROPOUTS, RATES, digits
    from scipy.stats import loguniform, uniform
    from sklearn.model_selection import RandomizedSearchCV

    from skkeras import KerasMLPClassifier
    from skkeras.model_selection import HyperbandSearchCV, search_space

    network = KerasMLPClassifier(random_state=0)
    if which == HYPERBAND:
        space = {
            "hidden_layer_sizes": [(32,), (64,), (128,), (256,)],
            "learning_rate": loguniform(*RATES),
            "dropout": uniform(*DROPOUTS),
        }
        network.set_params(batch_size=BATCH)
        run = HyperbandSearchCV(network, space, max_resources=27, cv=3, random_state=0)
    else:
        space = search_space(network, "random", which)
        run = RandomizedSearchCV(network, space, n_iter=30, cv=3, random_state=0)
    X, y = digits()
    warnings.simplefilter("ignore")
    print(*(seconds(lambda: run.fit(X, y)) for _ in range(2)))


if len(sys.argv) > 1:
    search(sys.argv[1])
else:
    first, again = first_and_second(__file__, SEARCHES, repeats=min(REPEATS, 3))
    times: Times = {}
    for name in SEARCHES:
        times |= {f"{name}, first": first[name], f"{name}, again": again[name]}
    reaches = [Reach(f"{name}, again", f"{name}, first", 1 / 1.3) for name in SEARCHES]
    print(table(times, [], reaches))
