"""AUC of logistic regression on the features of networks, and of the networks, on adult.

``BENCH_SEEDS=1`` makes it faster.
"""

from __future__ import annotations

import os
from typing import Any

from skkeras import KerasMLPClassifier, KerasRealMLPClassifier, KerasTabMClassifier

# isort: split
import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skkeras.compose import NetworkFeatures
from skkeras.datasets import fetch_adult

SEEDS = range(int(os.environ.get("BENCH_SEEDS", "3")))
N_ROWS = 20_000  # of 48,842
ASKED = 0.003
CS = (1.0, 0.001)  # the default, and a strong penalty


def encoded(network: Any) -> Any:
    """Return the steps before a network that takes numbers, and the network."""
    names = make_column_selector(dtype_exclude="number")
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), names), remainder=StandardScaler()
    )
    return make_pipeline(columns, network)


NETWORKS = {
    "KerasMLP": lambda seed: encoded(NetworkFeatures(KerasMLPClassifier(random_state=seed))),
    "KerasRealMLP": lambda seed: make_pipeline(
        NetworkFeatures(KerasRealMLPClassifier(random_state=seed))
    ),
    "KerasTabM": lambda seed: make_pipeline(
        NetworkFeatures(
            KerasTabMClassifier(
                n_ensemble=8, hidden_layer_sizes=(128, 128), epochs=30, random_state=seed
            )
        )
    ),
}

X, y = fetch_adult()
chosen = np.random.RandomState(0).permutation(len(X))[:N_ROWS]
X, y = X.iloc[chosen], np.asarray(y)[chosen]

print(
    "| network | seeds | features | AUC of the network | C | AUC on its features | difference | "
    "largest | asked | |\n|---|---:|---:|---:|---:|---:|---:|---:|---|---|",
    flush=True,
)
for name, make in NETWORKS.items():
    n_features, scores = 0, []
    for seed in SEEDS:
        X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=seed)
        steps = make(seed).fit(X_train, y_train)
        before = steps[:-1].transform(X_test) if len(steps) > 1 else X_test
        probabilities = [steps[-1].estimator_.predict_proba(before)]
        train, test = (steps.transform(rows) for rows in (X_train, X_test))
        n_features = train.shape[1]
        for C in CS:
            linear = make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=1000))
            probabilities.append(linear.fit(train, y_train).predict_proba(test))
        scores.append([roc_auc_score(y_test, each[:, 1]) for each in probabilities])
    network, *others = np.transpose(scores)
    for C, on_features in zip(CS, others, strict=True):
        gains = on_features - network
        print(
            f"| {name} | {len(SEEDS)} | {n_features} | {network.mean():.4f} | {C} | "
            f"{on_features.mean():.4f} | {gains.mean():+.4f} | "
            f"{gains[np.abs(gains).argmax()]:+.4f} | within {ASKED} | "
            f"{'yes' if abs(gains.mean()) <= ASKED else '**no**'} |",
            flush=True,
        )
