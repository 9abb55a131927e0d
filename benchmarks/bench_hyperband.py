"""Hyperband of skkeras and of KerasTuner, and a random search of twice the epochs.

The searches tune width, learning rate and dropout of a perceptron, for at most 9 epochs, on 8,000
training and 2,000 validation images of Fashion-MNIST. Each search runs in a new process after its
imports, with a different seed in each round, and does not refit its best candidate. The best
candidate is evaluated on 10,000 other images, because the validation scores are not comparable:
KerasTuner uses the best epoch of each candidate.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from typing import Any

import numpy as np
from _sidebyside import REPEATS, ask, in_rounds, ratio, seconds

HYPERBAND, RANDOM, TUNER = "HyperbandSearchCV", "RandomizedSearchCV", "KerasTuner's Hyperband"
WIDTHS = [64, 128, 256]
EPOCHS, BATCH, N_TRAIN = 9, 32, 8_000
# 144 epochs; Hyperband trains 69.
CANDIDATES = 16


def search(way: str, seed: int) -> dict[str, float]:
    from _networks import images

    X, y = images(10_000)
    X = X.reshape(len(X), -1)
    return tune(X, y, seed) if way == TUNER else search_cv(way, X, y, seed)


def new_images() -> tuple[np.ndarray, np.ndarray]:
    from skkeras.datasets import fetch_fashion_mnist

    X, y = fetch_fashion_mnist("test")
    return (X.reshape(len(X), -1) / 255).astype("float32"), y


def search_cv(way: str, X: np.ndarray, y: np.ndarray, seed: int) -> dict[str, float]:
    from _networks import DROPOUTS, RATES
    from scipy.stats import loguniform, uniform
    from sklearn.base import clone
    from sklearn.model_selection import PredefinedSplit, RandomizedSearchCV

    from skkeras import KerasMLPClassifier
    from skkeras.model_selection import HyperbandSearchCV

    network = KerasMLPClassifier(batch_size=BATCH, epochs=EPOCHS, random_state=seed)
    space = {
        "hidden_layer_sizes": [(width,) for width in WIDTHS],
        "learning_rate": loguniform(*RATES),
        "dropout": uniform(*DROPOUTS),
    }
    common: dict[str, Any] = {
        "cv": PredefinedSplit(np.where(np.arange(len(X)) < N_TRAIN, -1, 0)),
        "refit": False,
        "random_state": seed,
        "error_score": "raise",
    }
    if way == HYPERBAND:
        run = HyperbandSearchCV(network, space, max_resources=EPOCHS, **common)
    else:
        run = RandomizedSearchCV(network, space, n_iter=CANDIDATES, **common)
    time = seconds(lambda: run.fit(X, y))
    epochs = CANDIDATES * EPOCHS
    if way == HYPERBAND:
        rungs = zip(run.n_candidates_, run.n_resources_, strict=True)
        epochs = sum(int(np.dot(n, np.diff(r, prepend=0))) for n, r in rungs)
    # Without refit, train the best candidate again: it equals the search's one to the bit.
    best = clone(network).set_params(**run.best_params_).fit(X[:N_TRAIN], y[:N_TRAIN])
    return {"seconds": time, "score": best.score(*new_images()), "epochs": epochs}


def tune(X: np.ndarray, y: np.ndarray, seed: int) -> dict[str, float]:
    import keras
    import keras_tuner
    from _networks import tuners_mlp

    def build(hp: Any) -> keras.Model:
        return tuners_mlp(hp, {"n_features_in_": X.shape[1], "n_classes_": 10}, WIDTHS)

    with tempfile.TemporaryDirectory() as folder:
        tuner = keras_tuner.Hyperband(
            build, "val_accuracy", max_epochs=EPOCHS, factor=3, seed=seed, directory=folder
        )
        data = {"x": X[:N_TRAIN], "y": y[:N_TRAIN], "validation_data": (X[N_TRAIN:], y[N_TRAIN:])}
        time = seconds(lambda: tuner.search(**data, batch_size=BATCH, verbose=0))
        values = [trial.hyperparameters.values for trial in tuner.oracle.trials.values()]
        (best,) = tuner.get_best_models()
        X_new, y_new = new_images()
        return {
            "seconds": time,
            "score": float(np.mean(best.predict(X_new, verbose=0).argmax(axis=1) == y_new)),
            "epochs": sum(v["tuner/epochs"] - v["tuner/initial_epoch"] for v in values),
        }


def main() -> None:
    ways = [HYPERBAND, RANDOM, TUNER]
    found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}

    def turn(way: str) -> float:
        found[way].append(json.loads(ask(__file__, way, str(len(found[way])))))
        return found[way][-1]["seconds"]

    times = in_rounds({way: lambda w=way: turn(w) for way in ways}, REPEATS)
    score = {way: float(np.mean([one["score"] for one in found[way]])) for way in ways}
    epochs = {way: found[way][0]["epochs"] for way in ways}
    print("|  | epochs | accuracy, mean | median time |\n| --- | ---: | ---: | ---: |")
    for way in ways:
        print(f"| {way} | {epochs[way]} | {score[way]:.4f} | {np.median(times[way]):.3g} s |")
    error = math.sqrt(score[RANDOM] * (1 - score[RANDOM]) / 10_000)
    behind, faster = score[RANDOM] - score[HYPERBAND], ratio(times, TUNER, HYPERBAND)
    asked = [
        (f"a score no worse than {TUNER}", score[HYPERBAND] - score[TUNER], 0, "{:+.4f}"),
        (f"5 times faster than {TUNER}", faster, 5, "{:.3g} times"),
        (f"half the epochs of {RANDOM}", epochs[RANDOM] / epochs[HYPERBAND], 2, "1 in {:.3g}"),
    ]
    print("\n| asked | reached |  |\n| --- | ---: | --- |")
    for question, reached, least, form in asked:
        print(f"| {question} | {form.format(reached)} | {_yes(reached >= least)} |")
    question = f"for a score within one standard error ({error:.4f}) of it"
    print(f"| {question} | {-behind:+.4f} | {_yes(behind <= error)} |")


def _yes(reached: bool) -> str:
    return "yes" if reached else "**no**"


if sys.argv[1:]:
    print(json.dumps(search(sys.argv[1], int(sys.argv[2]))))
else:
    main()
