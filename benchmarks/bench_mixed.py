"""Scores of networks on texts, on a table and on both, compared with the required scores."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skkeras import KerasMultiInputClassifier, KerasMultiInputRegressor
from skkeras.datasets import fetch_clothing_reviews

SEEDS = (0, 1, 2)
TEXTS = ["Title", "Review Text"]
NUMBERS = ["Age", "Positive Feedback Count"]
NAMES = ["Division Name", "Department Name", "Class Name"]
# The rating almost determines the recommendation, so only the rating's task uses the other column.
QUESTIONS: dict[str, tuple[type, str, Any, list[str], list[str]]] = {
    "Rating": (
        KerasMultiInputRegressor,
        "r2",
        Ridge(),
        [*NAMES, "Recommended IND"],
        ["concatenation", "gating", "attention"],
    ),
    "Recommended IND": (
        KerasMultiInputClassifier,
        "roc_auc",
        LogisticRegression(C=10, max_iter=1000),
        NAMES,
        ["concatenation"],
    ),
}


def classic(model: Any, categories: list[str]) -> Any:
    """Return a linear model on TF-IDF, scaled numbers and one-hot categories."""
    columns = make_column_transformer(
        *((TfidfVectorizer(), name) for name in TEXTS),
        (StandardScaler(), NUMBERS),
        (OneHotEncoder(handle_unknown="ignore"), categories),
    )
    return make_pipeline(columns, model)


def ask(target: str) -> None:
    """Print the scores of each way on a fifth of the reviews, a different fifth for each seed."""
    kind, scoring, linear, categories, fusions = QUESTIONS[target]
    X, y = fetch_clothing_reviews(target)
    X[TEXTS] = X[TEXTS].fillna("")
    words = {"texts": ("texts", TEXTS)}
    table = {"numbers": ("numbers", NUMBERS), "categories": ("categories", categories)}
    both = {**words, **table}
    ways: dict[str, Any] = {
        "texts": kind(branches=words),
        "table": kind(branches=table),
        **{f"both, {fusion}": kind(branches=both, fusion=fusion) for fusion in fusions},
        "linear model of both": classic(linear, categories),
    }
    scores = {
        name: [reach(model, X, y, scoring, seed) for seed in SEEDS] for name, model in ways.items()
    }
    either = np.maximum(scores["texts"], scores["table"])
    print(f'| "{target}" from | {scoring}, seeds {SEEDS} | asked: more than either | |')
    print("|---|---|---|---|")
    for name, reached in scores.items():
        shown = ", ".join(f"{score:.4f}" for score in reached)
        asked = verdict = ""
        if name.startswith("both"):
            asked = ", ".join(f"{score:.4f}" for score in either)
            verdict = "yes" if (np.array(reached) > either).all() else "**no**"
        print(f"| {name} | {shown} | {asked} | {verdict} |")
    print(flush=True)


def reach(model: Any, X: pd.DataFrame, y: pd.Series, scoring: str, seed: int) -> float:
    """Return the test score of one fit."""
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.2, random_state=seed, stratify=y)
    if "random_state" in model.get_params(deep=False):
        model.set_params(random_state=seed)
    score = get_scorer(scoring)(model.fit(X, y), X_test, y_test)
    print(f"{type(model).__name__} {score:.4f}", file=sys.stderr, flush=True)
    return score


for target in sys.argv[1:] or QUESTIONS:
    ask(target)
