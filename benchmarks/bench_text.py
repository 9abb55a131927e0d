"""Scores of KerasTextClassifier with default parameters, required scores, and a classic model."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skkeras import KerasTextClassifier
from skkeras.datasets import fetch_clothing_reviews, fetch_spam_assassin

Data = tuple[pd.Series, pd.Series]
SEEDS = (0, 1)


def reviews() -> Data:
    X, y = fetch_clothing_reviews()
    return X["Review Text"], y


QUESTIONS: list[tuple[str, Callable[[], Data], float]] = [
    ("spam_assassin, accuracy", fetch_spam_assassin, 0.985),
    ('clothing_reviews, "Recommended IND" from "Review Text", accuracy', reviews, 0.89),
]

print("| question | asked | reached, seeds 0 and 1 | | TF-IDF and logistic regression |")
print("|---|---|---|---|---|")
for question, fetch, asked in QUESTIONS:
    X, y = fetch()
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.2, random_state=0, stratify=y)
    scores = [KerasTextClassifier(random_state=s).fit(X, y).score(X_test, y_test) for s in SEEDS]
    classic = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=1000))
    beside = classic.fit(X.fillna(""), y).score(X_test.fillna(""), y_test)
    reached = ", ".join(f"{score:.4f}" for score in scores)
    verdict = "yes" if min(scores) >= asked else "**no**"
    print(f"| {question} | >= {asked} | {reached} | {verdict} | {beside:.4f} |", flush=True)
