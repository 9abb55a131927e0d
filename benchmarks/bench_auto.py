"""KerasAuto... beside the defaults of single models, in the same time on the same splits.

``BENCH_SEEDS=1``, ``BENCH_SECONDS=60``, ``BENCH_JOBS=2`` and ``BENCH_SETS=adult,GunPoint`` make it
faster. ``pip install lightgbm xgboost catboost`` adds these libraries. ``BENCH_AUTOGLUON``, the
Python of an environment with ``autogluon.tabular[lightgbm,catboost,xgboost]``, adds AutoGluon.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import skkeras

# isort: split
import numpy as np
from _boosting import BOOSTING
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder

from skkeras.datasets import (
    fetch_adult,
    fetch_ames,
    fetch_california_housing,
    fetch_clothing_reviews,
    fetch_fashion_mnist,
    fetch_spam_assassin,
    fetch_time_series,
)

SEEDS = range(int(os.environ.get("BENCH_SEEDS", "3")))
SECONDS = float(os.environ.get("BENCH_SECONDS", "600"))
JOBS = int(os.environ.get("BENCH_JOBS", "2"))
# Share of the score that the ensemble may be behind.
BEHIND = 0.005
Split = tuple[Any, Any, Any, Any]


def _split(X: Any, y: Any, seed: int, classes: bool, **sizes: Any) -> Split:
    return train_test_split(X, y, random_state=seed, stratify=y if classes else None, **sizes)


def adult(seed: int) -> Split:
    X, y = fetch_adult()
    return _split(X, LabelEncoder().fit_transform(y), seed, True, test_size=0.2)  # for XGBoost


def california(seed: int) -> Split:
    return _split(*fetch_california_housing(), seed, False, test_size=0.2)


def ames(seed: int) -> Split:
    X, y = fetch_ames()
    return _split(X, np.log(y), seed, False, test_size=0.2)


def fashion_mnist(seed: int) -> Split:
    images, labels = fetch_fashion_mnist()
    return _split(images, labels, seed, True, train_size=10_000, test_size=10_000)


def reviews(seed: int) -> Split:
    return _split(*fetch_clothing_reviews(), seed, False, test_size=0.2)


def spam(seed: int) -> Split:
    return _split(*fetch_spam_assassin(), seed, True, test_size=0.2)


def gun_point(seed: int) -> Split:
    X, y = fetch_time_series("GunPoint", "train")
    X_test, y_test = fetch_time_series("GunPoint", "test")
    return X, X_test, y, y_test


@dataclass(frozen=True)
class Question:
    """Data and score; a number that is asked, or networks of defaults to be ahead of by so much."""

    split: Callable[[int], Split]
    score: str
    asked: float | None = None
    others: tuple[str, ...] = ()
    ahead: float = 0.0


TABLES = ("TabM", "scikit-learn's boosting", "LightGBM", "XGBoost", "CatBoost", "AutoGluon")
QUESTIONS = {
    "adult": Question(adult, "AUC", others=TABLES),
    "california": Question(california, "RMSE", others=TABLES),
    "ames, log price": Question(ames, "RMSE", others=TABLES),
    "Fashion-MNIST": Question(fashion_mnist, "accuracy", others=("CNN",), ahead=0.01),
    "clothing reviews, rating": Question(reviews, "R2", 0.72, ("MultiInput",)),
    "GunPoint": Question(gun_point, "accuracy", 0.99, ("TimeSeries",)),
    "spam": Question(spam, "accuracy", 0.985, ("Text",)),
}
SCORES = {
    "AUC": roc_auc_score,
    "RMSE": root_mean_squared_error,
    "accuracy": accuracy_score,
    "R2": r2_score,
}


class AutoGluon:
    """AutoGluon, by the Python of another environment, as it does not install beside skkeras."""

    def fit(self, X: Any, y: Any) -> AutoGluon:
        """Keep the rows for `predict`, which fits and predicts in one process."""
        self.X, self.y, self.classes_ = X, np.asarray(y), np.unique(y)
        return self

    def predict(self, X_test: Any) -> np.ndarray:
        """Return numbers, or the probabilities of the second class."""
        with tempfile.TemporaryDirectory() as folder:
            self.X.assign(target=self.y).to_csv(f"{folder}/train.csv", index=False)
            X_test.to_csv(f"{folder}/test.csv", index=False)
            script = str(Path(__file__).with_name("_autogluon.py"))
            command = [os.environ["BENCH_AUTOGLUON"], script, folder, str(SECONDS)]
            subprocess.run(command, check=True, capture_output=True, cwd=folder)
            return np.load(f"{folder}/predictions.npy")

    def predict_proba(self, X_test: Any) -> np.ndarray:
        """Return the probabilities of two classes."""
        positive = self.predict(X_test)
        return np.column_stack([1 - positive, positive])


def network(name: str) -> Callable[[bool, int], Any]:
    def make(classes: bool, seed: int) -> Any:
        return getattr(skkeras, f"Keras{name}{'Classifier' if classes else 'Regressor'}")(
            random_state=seed
        )

    return make


MODELS = {
    **BOOSTING,
    **{name: network(name) for name in ("TabM", "CNN", "MultiInput", "TimeSeries", "Text")},
}
if "BENCH_AUTOGLUON" in os.environ:
    MODELS["AutoGluon"] = lambda classes, seed: AutoGluon()


def scored(model: Any, split: Split, score: str) -> tuple[float, float]:
    """Return the score on the test rows, and the seconds of the fit."""
    X, X_test, y, y_test = split
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
        seconds = time.perf_counter() - start
        if score == "AUC":
            positive = model.predict_proba(X_test)[:, 1]
            return roc_auc_score(np.asarray(y_test) == model.classes_[1], positive), seconds
        return SCORES[score](y_test, model.predict(X_test)), seconds


def ask(name: str) -> tuple[str, float]:
    """Return a row of the table, and by how much the ensemble is ahead, as a share."""
    question = QUESTIONS[name]
    classes = question.score in ("AUC", "accuracy")
    others = [other for other in question.others if other in MODELS]
    found: dict[str, list[float]] = {"auto": [], **{other: [] for other in others}}
    times = []
    for seed in SEEDS:
        split = question.split(seed)
        kind = skkeras.KerasAutoClassifier if classes else skkeras.KerasAutoRegressor
        scoring = "roc_auc" if question.score == "AUC" else None
        model = kind(time_limit=SECONDS, n_jobs=JOBS, random_state=seed, scoring=scoring)
        score, seconds = scored(model, split, question.score)
        found["auto"].append(score)
        times.append(seconds)
        for other in others:
            score, _ = scored(MODELS[other](classes, seed), split, question.score)
            found[other].append(score)
    means = {model: float(np.mean(scores)) for model, scores in found.items()}
    sign = -1 if question.score == "RMSE" else 1
    auto = means.pop("auto")
    # AutoGluon is beside it, but not asked to be reached.
    best = max(means.keys() - {"AutoGluon"}, key=lambda other: sign * means[other])
    gain = sign * (auto - means[best])
    if question.asked is not None:
        asked, reached = f">= {question.asked}", auto >= question.asked
    elif question.ahead:
        asked, reached = f"{question.ahead} ahead of {best}", gain >= question.ahead
    else:
        asked = f"at most {BEHIND:.1%} behind {best}"
        reached = gain >= -BEHIND * abs(means[best])
    told = ", ".join(f"{other} {mean:.4f}" for other, mean in means.items())
    row = f"| {name}, {question.score} | {asked} | {auto:.4f} | {told} | {max(times):.0f} s | "
    return row + ("yes |" if reached else "**no** |"), gain


chosen = os.environ.get("BENCH_SETS")
names = [n for n in QUESTIONS if chosen is None or n.split(",")[0] in chosen.split(",")]
print(f"{SECONDS:.0f} s, {JOBS} jobs, seeds {list(SEEDS)}.\n")
print("| data | asked | reached | others | longest fit | |\n|---|---|---:|---|---:|---|")
ahead = []
for name in names:
    row, gain = ask(name)
    print(row, flush=True)
    if QUESTIONS[name].others == TABLES:
        ahead.append(gain > 0)
if ahead:
    print(f"\nAhead of the best other on {sum(ahead)} of {len(ahead)} tables, asked: 2 of 3.")
