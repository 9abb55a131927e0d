"""Ensembles of a search beside its best candidate.

``BENCH_SPLITS=1`` and ``BENCH_SETS=iris,wine`` make it faster.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any

import skkeras

# isort: split
import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.metrics import log_loss, root_mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skkeras.datasets import fetch_adult, fetch_ames, fetch_california_housing
from skkeras.ensemble import SearchEnsembleClassifier, SearchEnsembleRegressor
from skkeras.model_selection import RandomizedSearchCV, search_space

SPLITS = range(int(os.environ.get("BENCH_SPLITS", "3")))
MAX_ROWS, N_CANDIDATES = 3000, 20
Table = tuple[pd.DataFrame, Any]


def ames() -> Table:
    X, y = fetch_ames()
    return X, np.log(y)


def bundled(name: str) -> Callable[[], Table]:
    return lambda: getattr(datasets, f"load_{name}")(return_X_y=True, as_frame=True)


def hours() -> Table:
    """Return adult with the hours worked as the target."""
    X, _ = fetch_adult()
    return X.drop(columns="hours-per-week"), X["hours-per-week"].astype(float)


def marital_status() -> Table:
    """Return adult with the marital status as the target."""
    X, _ = fetch_adult()
    X = X[X["marital-status"] != "Married-AF-spouse"]  # too few for five folds
    return X.drop(columns=["marital-status", "relationship"]), X["marital-status"].astype(str)


CLASSES: dict[str, Callable[[], Table]] = {
    "adult": fetch_adult,
    "adult, marital status": marital_status,
    "breast_cancer": bundled("breast_cancer"),
    "wine": bundled("wine"),
    "iris": bundled("iris"),
    "digits": bundled("digits"),
}
NUMBERS: dict[str, Callable[[], Table]] = {
    "california": fetch_california_housing,
    "ames, log price": ames,
    "diabetes": bundled("diabetes"),
    "adult, hours": hours,
}
CHOSEN = os.environ.get("BENCH_SETS")
NAMES = [n for n in [*CLASSES, *NUMBERS] if CHOSEN is None or n in CHOSEN.split(",")]


def network(classes: bool) -> Any:
    names = make_column_selector(dtype_exclude="number")
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False, min_frequency=10)
    columns = make_column_transformer(
        (encoder, names), remainder=make_pipeline(SimpleImputer(), StandardScaler())
    )
    model = skkeras.KerasMLPClassifier if classes else skkeras.KerasMLPRegressor
    return make_pipeline(columns, model(random_state=0, epochs=30, early_stopping=True))


def compare(name: str) -> tuple[list[float], list[float]]:
    """Return the test losses of the best candidate and of the ensemble, one for each split."""
    classes = name in CLASSES
    X, y = (CLASSES | NUMBERS)[name]()
    best, ensemble = [], []
    for seed in SPLITS:
        rows = np.random.RandomState(seed).permutation(len(X))[:MAX_ROWS]
        X_train, X_test, y_train, y_test = train_test_split(
            X.iloc[rows], np.asarray(y)[rows], random_state=seed
        )
        model = network(classes)
        search = RandomizedSearchCV(
            model,
            search_space(model, kind="random"),
            n_iter=N_CANDIDATES,
            scoring="neg_log_loss" if classes else "neg_root_mean_squared_error",
            cv=(StratifiedKFold if classes else KFold)(5, shuffle=True, random_state=seed),
            random_state=seed,
            keep="estimators",
        ).fit(X_train, y_train)
        kind = SearchEnsembleClassifier if classes else SearchEnsembleRegressor
        frozen = FrozenEstimator(search)
        combined = kind(frozen, n_bags=20, random_state=seed).fit(X_train, y_train)
        for model, losses in ((search, best), (combined, ensemble)):
            if classes:
                labels = np.unique(y_train)
                losses.append(log_loss(y_test, model.predict_proba(X_test), labels=labels))
            else:
                losses.append(root_mean_squared_error(y_test, model.predict(X_test)))
    return best, ensemble


warnings.simplefilter("ignore")
print("| data | loss of the best candidate | of the ensemble | not worse | better |")
print("|---|---:|---:|---|---|")
not_worse = better = 0
for name in NAMES:
    best, ensemble = compare(name)
    gains = np.array(best) - np.array(ensemble)
    error = gains.std(ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else 0.0
    is_better, is_worse = gains.mean() > error, gains.mean() < 0
    not_worse, better = not_worse + (not is_worse), better + is_better
    verdicts = "**no**" if is_worse else "yes", "yes" if is_better else "no"
    print(f"| {name} | {np.mean(best):.4f} | {np.mean(ensemble):.4f} | {' | '.join(verdicts)} |")
print(f"\nNot worse on {not_worse} of {len(NAMES)}, asked: 9 of 10;", end=" ")
print(f"better by more than a standard error on {better}, asked: 6 of 10.")
