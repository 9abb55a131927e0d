"""One warm fit of a small network: 1,198 digits, 64-64-10, 10 epochs in batches of 32, Adam."""

from __future__ import annotations

import importlib.util
import os
import sys
import warnings
from collections.abc import Callable

from _sidebyside import Reach, in_turns, serve, table

TRAINERS = {f'KerasMLPClassifier, trainer="{name}"': name for name in ("graph", "xla")}
WAYS = [
    "KerasMLPClassifier",
    "KerasClassifier",
    "scikit-learn's MLPClassifier",
    "keras.wrappers",
    "SciKeras",
    *TRAINERS,
]
JAX = "KerasMLPClassifier on JAX"
if importlib.util.find_spec("jax"):
    WAYS.append(JAX)
if importlib.util.find_spec("skorch"):
    WAYS.append("skorch")


def make_fit(way: str) -> Callable[[], object]:
    if way == "skorch":
        return skorch_fit()
    if way == JAX:
        os.environ["KERAS_BACKEND"] = "jax"
        way = WAYS[0]
    from _networks import BATCH, EPOCHS, SCRIPT, compiled_mlp, digits, mlp
    from keras.wrappers import SKLearnClassifier
    from scikeras.wrappers import KerasClassifier as SciKeras
    from sklearn.neural_network import MLPClassifier

    from skkeras import KerasClassifier, KerasMLPClassifier

    warnings.simplefilter("ignore")
    X, y = digits()
    same = {"alpha": 0, "batch_size": BATCH, "random_state": 0}
    trainer = TRAINERS.get(way, "auto")
    family = KerasMLPClassifier(hidden_layer_sizes=(64,), epochs=EPOCHS, trainer=trainer, **same)
    estimator = {
        "KerasClassifier": KerasClassifier(mlp, **SCRIPT),
        "scikit-learn's MLPClassifier": MLPClassifier(
            (64,), max_iter=EPOCHS, n_iter_no_change=1000, **same
        ),
        "keras.wrappers": SKLearnClassifier(
            compiled_mlp, fit_kwargs={"epochs": EPOCHS, "batch_size": BATCH, "verbose": 0}
        ),
        "SciKeras": SciKeras(mlp, **SCRIPT),
    }.get(way, family)
    return lambda: estimator.fit(X, y)


def skorch_fit() -> Callable[[], object]:
    import torch
    from _networks import BATCH, EPOCHS, digits
    from skorch import NeuralNetClassifier

    # For such a small network, torch's threads wait for each other longer than they compute.
    torch.set_num_threads(1)
    X, y = digits()
    net = NeuralNetClassifier(
        torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)),
        criterion=torch.nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=1e-3,
        batch_size=BATCH,
        max_epochs=EPOCHS,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    )
    labels = y.astype("int64")
    return lambda: net.fit(X, labels)


if len(sys.argv) > 1:
    serve(make_fit(sys.argv[1]))
else:
    reaches = [
        Reach("SciKeras", "KerasMLPClassifier", 60),
        Reach("scikit-learn's MLPClassifier", "KerasMLPClassifier", 4),
    ]
    print(table(in_turns(__file__, WAYS), WAYS[:2], reaches))
    for name, way, extra in (("skorch", "skorch", "bench"), ("JAX", JAX, "jax")):
        if way not in WAYS:
            print(f"\n{name} is not installed: `pip install '.[{extra}]'`.")
