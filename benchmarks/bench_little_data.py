"""What mixup, augmentation of series and SMOTE bring with few rows, beside the same network alone.

``BENCH_SPLITS=2`` and ``BENCH_SETS=adult,texts`` make it faster.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import skkeras

# isort: split
import numpy as np
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_digits
from sklearn.impute import SimpleImputer
from sklearn.metrics import get_scorer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skkeras.datasets import (
    fetch_adult,
    fetch_japanese_vowels,
    fetch_spam_assassin,
    fetch_time_series,
)

SPLITS = range(int(os.environ.get("BENCH_SPLITS", "5")))
SIZES = (50, 200, 1000)
MAX_TEST = 3000
CHOSEN = os.environ.get("BENCH_SETS")
# Alternatives, each a change of a network's parameters; a string is what precedes the network.
MIXUP = {f"mixup={alpha}": {"mixup": alpha} for alpha in (0.2, 1.0)}
SERIES = {
    f'augmentation="{names}"': {"augmentation": names}
    for names in ("jitter, scaling", "time_warping", "window_slicing")
}


@dataclass
class Task:
    """A network, its data and what is tried with it."""

    load: Callable[[], tuple[Any, Any]]
    model: Any
    scorings: tuple[str, ...] = ("accuracy",)
    tried: tuple[dict[str, dict[str, Any]], ...] = (MIXUP,)
    smote: bool = False


def encoder() -> Any:
    names = make_column_selector(dtype_exclude="number")
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_column_transformer(
        (one_hot, names), remainder=make_pipeline(SimpleImputer(), StandardScaler())
    )


def digits() -> tuple[Any, Any]:
    X, y = load_digits(return_X_y=True)
    return X / 16, y


def series(fetch: Callable[[str], tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return training and test series together."""
    (X, y), (X_test, y_test) = fetch("train"), fetch("test")
    return [*X, *X_test], np.concatenate([y, y_test])


TASKS = {
    "adult": Task(
        fetch_adult,
        make_pipeline(encoder(), skkeras.KerasMLPClassifier()),
        ("roc_auc", "neg_log_loss", "balanced_accuracy"),
        smote=True,
    ),
    "adult with TabM": Task(
        fetch_adult, skkeras.KerasTabMClassifier(n_ensemble=8), ("roc_auc", "neg_log_loss")
    ),
    "digits": Task(digits, skkeras.KerasMLPClassifier(), ("accuracy", "neg_log_loss")),
    "texts": Task(fetch_spam_assassin, skkeras.KerasTextClassifier(max_length=128)),
    "power demand": Task(
        lambda: series(lambda part: fetch_time_series("ItalyPowerDemand", part)),
        skkeras.KerasTimeSeriesClassifier(epochs=60),
        tried=(MIXUP, SERIES),
    ),
    "vowels": Task(
        lambda: series(fetch_japanese_vowels),
        skkeras.KerasRNNClassifier(cell="gru", learning_rate=3e-3, epochs=30),
        tried=(MIXUP, SERIES),
    ),
}


def variants(task: Task, seed: int) -> Iterator[tuple[str, Any]]:
    """Yield the network alone, and with each of what is tried."""
    steps = [step for _, step in getattr(task.model, "steps", [(None, task.model)])]
    network = clone(steps[-1]).set_params(random_state=seed)
    for name, changes in {"alone": {}, **{k: v for t in task.tried for k, v in t.items()}}.items():
        yield name, make_pipeline(*map(clone, steps[:-1]), clone(network).set_params(**changes))
    if task.smote:
        smote = SMOTE(k_neighbors=3, random_state=seed)
        yield "SMOTE", make_pipeline(*map(clone, steps[:-1]), smote, network)


def rows_of(X: Any, rows: np.ndarray) -> Any:
    return [X[i] for i in rows] if isinstance(X, list) else getattr(X, "iloc", X)[rows]


def scores(task: Task, size: int) -> dict[tuple[str, str], list[float]]:
    """Return scores by what is tried and metric, one for each split."""
    X, y = task.load()
    y = np.asarray(y)
    found: dict[tuple[str, str], list[float]] = {}
    for seed in SPLITS:
        train, test = train_test_split(
            np.arange(len(y)), train_size=size, stratify=y, random_state=seed
        )
        test = test[:MAX_TEST]
        for name, model in variants(task, seed):
            model.fit(rows_of(X, train), y[train])
            for scoring in task.scorings:
                score = get_scorer(scoring)(model, rows_of(X, test), y[test])
                found.setdefault((name, scoring), []).append(score)
    return found


warnings.simplefilter("ignore")
print(f"Seeds 0 to {len(SPLITS) - 1}; the gain over the network alone and its standard error.\n")
print("| data | score | rows | " + " | ".join(["alone", "tried", "gain"]) + " |")
print("|---|---|---:|---:|---|---:|")
for title, task in TASKS.items():
    if CHOSEN is not None and title not in CHOSEN.split(","):
        continue
    n_rows = len(task.load()[1])
    for size in [size for size in SIZES if size + 500 <= n_rows]:
        found = scores(task, size)
        for (name, scoring), values in found.items():
            if name == "alone":
                continue
            alone = np.array(found["alone", scoring])
            gains = np.array(values) - alone
            error = gains.std(ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else np.nan
            print(
                f"| {title} | {scoring} | {size} | {alone.mean():.3f} | {name} "
                f"| {gains.mean():+.3f} +- {error:.3f} |",
                flush=True,
            )
