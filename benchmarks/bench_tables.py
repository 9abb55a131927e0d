"""Scores of RealMLP and TabM with default parameters, required scores, and classic models.

``BENCH_SEEDS=1``, ``BENCH_SETS=ames,diabetes`` and ``BENCH_MODELS=RealMLP,TabM`` make it faster.
``pip install lightgbm xgboost catboost`` adds these libraries, and
``pip install torch==2.13.0 pytabkit`` the networks of the authors.
"""

from __future__ import annotations

import importlib.util
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import skkeras

# isort: split
import numpy as np
import pandas as pd
from _boosting import BOOSTING
from sklearn import datasets
from sklearn.base import BaseEstimator
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import (
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, roc_auc_score, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, OrdinalEncoder, StandardScaler

from skkeras.datasets import fetch_adult, fetch_ames, fetch_california_housing

SEEDS = range(int(os.environ.get("BENCH_SEEDS", "3")))
names = make_column_selector(dtype_exclude="number")


def ames() -> tuple[pd.DataFrame, pd.Series]:
    X, y = fetch_ames()
    return X, np.log(y)


def bundled(load: Callable[..., Any]) -> Callable[[], tuple[pd.DataFrame, pd.Series]]:
    return lambda: load(return_X_y=True, as_frame=True)


@dataclass(frozen=True)
class Question:
    """A data set, its metric, and the required score on the split with seed 0."""

    fetch: Callable[[], tuple[pd.DataFrame, pd.Series]]
    score: str
    asked: float | None = None


QUESTIONS = {
    "adult": Question(fetch_adult, "AUC", 0.9274),
    "california": Question(fetch_california_housing, "RMSE", 0.455),
    "ames, log price": Question(ames, "RMSE", 0.133),
    "breast_cancer": Question(bundled(datasets.load_breast_cancer), "AUC"),
    "wine": Question(bundled(datasets.load_wine), "accuracy"),
    "digits": Question(bundled(datasets.load_digits), "accuracy"),
    "diabetes": Question(bundled(datasets.load_diabetes), "RMSE"),
}


def behind(encoder: BaseEstimator, model: BaseEstimator, scaled: bool = True) -> BaseEstimator:
    rest = StandardScaler() if scaled else "passthrough"
    return make_pipeline(make_column_transformer((encoder, names), remainder=rest), model)


def network(name: str) -> Callable[[bool, int], BaseEstimator]:
    """Return a factory of a network of skkeras, such as "RealMLP" for `KerasRealMLPClassifier`."""

    def make(classes: bool, seed: int) -> BaseEstimator:
        kind = getattr(skkeras, f"Keras{name}{'Classifier' if classes else 'Regressor'}")
        return kind(random_state=seed)

    return make


def published(name: str) -> Callable[[bool, int], BaseEstimator]:
    """Return a factory of a network of pytabkit."""

    def make(classes: bool, seed: int) -> BaseEstimator:
        import pytabkit

        kind = getattr(pytabkit, f"{name}_{'Classifier' if classes else 'Regressor'}")
        # Several threads would spin while they wait for each other, which counts as CPU time.
        return kind(random_state=seed, device="cpu", n_threads=1)

    return make


def forest(classes: bool, seed: int) -> BaseEstimator:
    kind = RandomForestClassifier if classes else RandomForestRegressor
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return behind(encoder, kind(random_state=seed, n_jobs=-1), scaled=False)


def linear(classes: bool, seed: int) -> BaseEstimator:
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return behind(one_hot, LogisticRegression(max_iter=1000) if classes else Ridge())


def perceptron(classes: bool, seed: int) -> BaseEstimator:
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return behind(one_hot, (MLPClassifier if classes else MLPRegressor)(random_state=seed))


NETWORKS = ("RealMLP", "TabM")
MODELS = {
    **{name: network(name) for name in NETWORKS},
    **BOOSTING,
    "random forest": forest,
    "logistic or ridge": linear,
    "scikit-learn's MLP": perceptron,
}

# Networks of skkeras and of the authors.
PAIRS = {name: MODELS[name] for name in NETWORKS}
if importlib.util.find_spec("pytabkit"):
    for name in ("RealMLP-TD", "TabM-D"):
        PAIRS[f"pytabkit's {name}"] = published(name.replace("-", "_"))
PAIR_SEEDS = range(5)


def measure(
    question: Question, make: Callable[[bool, int], Any], seed: int, clock: Callable[[], float]
) -> tuple[float, float]:
    """Return the score on a held-out fifth of the rows, and the seconds of the fit."""
    X, y = question.fetch()
    classes = question.score != "RMSE"
    if classes:
        y = LabelEncoder().fit_transform(y)  # for XGBoost
    X, X_test, y, y_test = train_test_split(
        X, y, test_size=0.2, random_state=seed, stratify=y if classes else None
    )
    model = make(classes, seed)
    start = clock()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's perceptron does not converge
        model.fit(X, y)
    seconds = clock() - start
    if question.score == "AUC":
        positive = model.predict_proba(X_test)[:, 1]
        return roc_auc_score(y_test == model.classes_[1], positive), seconds
    judge = root_mean_squared_error if question.score == "RMSE" else accuracy_score
    return judge(y_test, model.predict(X_test)), seconds


def chosen(variable: str, known: Any) -> list[str]:
    wanted = os.environ.get(variable)
    return [name for name in known if not wanted or name.split(",")[0] in wanted.split(",")]


models, sets = chosen("BENCH_MODELS", MODELS), chosen("BENCH_SETS", QUESTIONS)
found = {
    (name, model): [
        measure(QUESTIONS[name], MODELS[model], seed, time.perf_counter) for seed in SEEDS
    ]
    for name in sets
    for model in models
}

print(f"| question | asked | {' | '.join(m for m in models if m in NETWORKS)} | |")
print("|---|---|" + "---|" * (1 + sum(m in NETWORKS for m in models)))
for name in sets:
    asked, less = QUESTIONS[name].asked, QUESTIONS[name].score == "RMSE"
    if asked is None or not set(models) & set(NETWORKS):
        continue
    first = {m: found[name, m][0] for m in models if m in NETWORKS}
    best = (min if less else max)(score for score, _ in first.values())
    reached = "yes" if (best <= asked if less else best >= asked) else "**no**"
    cells = " | ".join(f"{score:.4f} in {seconds:.0f} s" for score, seconds in first.values())
    question = f"{name}, {QUESTIONS[name].score} | {'<=' if less else '>='} {asked}"
    print(f"| {question} | {cells} | {reached} |")

print()
print(f"| mean of {len(SEEDS)} splits and seeds | {' | '.join(models)} |")
print("|---|" + "---|" * len(models))
for name in sets:
    means = (np.mean(found[name, model], axis=0) for model in models)
    cells = " | ".join(f"{score:.4f} in {seconds:.1f} s" for score, seconds in means)
    print(f"| {name}, {QUESTIONS[name].score} | {cells} |")

if "ames, log price" in sets:
    seeds = [f"seed {seed}" for seed in PAIR_SEEDS]
    print()
    print(f"| ames, RMSE | {' | '.join(seeds)} | mean | CPU seconds |")
    print("|---|" + "---|" * (len(seeds) + 2))
    for name, make in PAIRS.items():
        if name.split("-")[0].split()[-1] not in models:
            continue
        question = QUESTIONS["ames, log price"]
        runs = [measure(question, make, seed, time.process_time) for seed in PAIR_SEEDS]
        scores, seconds = zip(*runs, strict=True)
        cells = [f"{score:.4f}" for score in (*scores, np.mean(scores))]
        print(f"| {name} | {' | '.join(cells)} | {np.mean(seconds):.0f} |", flush=True)
