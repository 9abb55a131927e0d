"""One warm fit: CNN on 2,000 images, 3 epochs; LSTM of 32 units on 270 utterances, 10 epochs."""

from __future__ import annotations

import sys
from collections.abc import Callable

from _sidebyside import Reach, in_turns, serve, table

FAMILIES = {"cnn": "KerasCNNClassifier", "lstm": "KerasRNNClassifier"}
TITLES = {
    "cnn": "CNN, 2,000 images of Fashion-MNIST, 3 epochs",
    "lstm": "LSTM, 270 utterances of JapaneseVowels, 10 epochs",
}
REACHES = {"cnn": 3, "lstm": 8}


def make_fit(way: str, network: str) -> Callable[[], object]:
    from _networks import BATCH, SCRIPT, cnn, images, lstm, speakers
    from scikeras.wrappers import KerasClassifier as SciKeras

    from skkeras import KerasClassifier, KerasCNNClassifier, KerasRNNClassifier

    same = {"batch_size": BATCH, "random_state": 0}
    script = {**SCRIPT, "epochs": 3 if network == "cnn" else 10}
    if network == "cnn":
        own, y = images()
        filled = own
        family = KerasCNNClassifier(epochs=3, normalize=False, **same)
    else:
        own, filled, y = speakers()
        family = KerasRNNClassifier(units=32, epochs=10, **same)
    if way == FAMILIES[network]:
        return lambda: family.fit(own, y)
    kind = KerasClassifier if way == "KerasClassifier" else SciKeras
    estimator = kind(cnn if network == "cnn" else lstm, **script)
    return lambda: estimator.fit(filled, y)


if len(sys.argv) > 1:
    serve(make_fit(*sys.argv[1:]))
else:
    for network, family in FAMILIES.items():
        times = in_turns(__file__, [family, "KerasClassifier", "SciKeras"], network)
        reaches = [Reach("SciKeras", family, REACHES[network])]
        print(f"{TITLES[network]}:\n\n{table(times, [family, 'KerasClassifier'], reaches)}\n")
