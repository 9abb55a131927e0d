"""Scores of the default perceptron on small tables beside scikit-learn's, and required scores.

Diamonds are read from the package plotnine: `pip install '.[bench]'`.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _sidebyside import in_turns, ratio, serve
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, r2_score, root_mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier, KerasMLPRegressor
from skkeras.datasets import fetch_california_housing

# How much worse than scikit-learn's perceptron is accepted.
TOLERANCE = 0.005
GRADES = {
    "cut": ["Fair", "Good", "Very Good", "Premium", "Ideal"],
    "color": list("JIHGFED"),
    "clarity": ["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"],
}


def california() -> tuple[np.ndarray, np.ndarray]:
    X, y = fetch_california_housing()
    rows = np.random.default_rng(0).permutation(len(X))[:2000]
    return X.to_numpy(float)[rows], y.to_numpy(float)[rows]


def moons() -> tuple[np.ndarray, np.ndarray]:
    return datasets.make_moons(500, noise=0.2, random_state=0)


def diamonds() -> tuple[np.ndarray, np.ndarray]:
    """Return the stones, with grades as numbers, without those of impossible sizes."""
    package = importlib.util.find_spec("plotnine")
    assert package is not None and package.origin is not None
    stones = pd.read_csv(Path(package.origin).parent / "data" / "diamonds.csv")
    for name, grades in GRADES.items():
        stones[name] = stones[name].map(grades.index)
    size = stones[["x", "y", "z"]]
    stones = stones[(size > 0).all(axis=1) & (size < 30).all(axis=1)]
    return stones.drop(columns="price").to_numpy(float), np.log(stones["price"].to_numpy(float))


def bundled(name: str) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    return lambda: getattr(datasets, f"load_{name}")(return_X_y=True)


@dataclass(frozen=True)
class Question:
    """A data set, its score, a required score and the seeds."""

    load: Callable[[], tuple[np.ndarray, np.ndarray]]
    score: Callable[[Any, Any], float] = accuracy_score
    asked: float | None = None
    seeds: tuple[int, ...] = (0, 1, 2)


QUESTIONS = {
    "iris": Question(bundled("iris"), asked=0.94),
    "wine": Question(bundled("wine")),
    "breast_cancer": Question(bundled("breast_cancer")),
    "digits": Question(bundled("digits")),
    "moons, 500 rows, noise 0.2": Question(moons, asked=0.94),
    "diabetes, r2": Question(bundled("diabetes"), r2_score),
    "California, 2,000 rows, r2": Question(california, r2_score),
    "diamonds, log price, RMSE": Question(diamonds, root_mean_squared_error, 0.097, seeds=(0,)),
}
HAS_DIAMONDS = importlib.util.find_spec("plotnine") is not None


def reach(question: Question, kinds: tuple[type, type], **params: Any) -> float:
    """Return the mean score of a classifier or regressor over 5 folds and the seeds."""
    X, y = question.load()
    classes = question.score is accuracy_score
    scores = []
    for seed in question.seeds:
        folds = (StratifiedKFold if classes else KFold)(5, shuffle=True, random_state=seed)
        for train, test in folds.split(X, y):
            network = kinds[not classes](random_state=seed, **params)
            model = make_pipeline(StandardScaler(), network).fit(X[train], y[train])
            scores.append(question.score(y[test], model.predict(X[test])))
    return float(np.mean(scores))


def measure() -> None:
    print("| data | asked | KerasMLP | scikit-learn's MLP | |\n|---|---|---:|---:|---|")
    for name, question in QUESTIONS.items():
        if name.startswith("diamonds") and not HAS_DIAMONDS:
            continue
        stops = {"early_stopping": True} if name.startswith("diamonds") else {}
        ours = reach(question, (KerasMLPClassifier, KerasMLPRegressor), **stops)
        theirs = reach(question, (MLPClassifier, MLPRegressor), **stops)
        sign = -1 if question.score is root_mean_squared_error else 1
        bounds = [sign * theirs - TOLERANCE]
        if question.asked is not None:
            bounds.append(sign * question.asked)
        asked = f"{'<=' if sign < 0 else '>='} {sign * max(bounds):.3f}"
        verdict = "yes" if sign * ours >= max(bounds) else "**no**"
        print(f"| {name} | {asked} | {ours:.3f} | {theirs:.3f} | {verdict} |", flush=True)
    times = in_turns(__file__, ["default", "batches of 200"])
    slower = ratio(times, "default", "batches of 200")
    print(f"\nA fit of digits takes {slower:.2f} times as long as in batches of 200;", end=" ")
    print(f"asked is at most 1.5: {'yes' if slower <= 1.5 else '**no**'}.")
    if not HAS_DIAMONDS:
        print("\nplotnine, which has the diamonds, is not installed: `pip install '.[bench]'`.")


warnings.simplefilter("ignore", ConvergenceWarning)
if len(sys.argv) > 1:
    X, y = datasets.load_digits(return_X_y=True)
    network = KerasMLPClassifier(
        batch_size="auto" if sys.argv[1] == "default" else 200, random_state=0
    )
    serve(lambda: network.fit(X / 16, y))
else:
    measure()
