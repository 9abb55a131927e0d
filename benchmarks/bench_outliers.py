"""Anomaly AUC of an autoencoder and of an isolation forest, on classes that are made rare.

``BENCH_SEEDS=1`` makes it faster.
"""

from __future__ import annotations

import os
from typing import Any

from skkeras import KerasAutoencoderOutlierDetector

# isort: split
import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras.datasets import fetch_fashion_mnist, fetch_mnist

SEEDS = range(int(os.environ.get("BENCH_SEEDS", "5")))
ASKED = 4  # data sets on which the autoencoder is not below the forest


def contaminated(
    X: Any, is_outlier: np.ndarray, share: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return all inliers, and as many random outliers as are this share of all rows."""
    X = np.asarray(X, dtype=np.float64).reshape(len(X), -1)
    outliers = np.flatnonzero(is_outlier)
    n = round(share / (1 - share) * np.sum(~is_outlier))
    kept = np.random.RandomState(seed).choice(outliers, n, replace=False)
    rows = np.sort(np.concatenate([np.flatnonzero(~is_outlier), kept]))
    return X[rows], is_outlier[rows].astype(int)


def breast_cancer() -> tuple[Any, np.ndarray]:
    X, y = load_breast_cancer(return_X_y=True)
    return X, y == 0


def wine() -> tuple[Any, np.ndarray]:
    X, y = load_wine(return_X_y=True)
    return X, y == 0


def digits() -> tuple[Any, np.ndarray]:
    X, y = load_digits(return_X_y=True)
    return X / 16, y == 0


def mnist() -> tuple[Any, np.ndarray]:
    X, y = fetch_mnist()
    kept = np.isin(y, [0, 6])
    return X[kept] / 255, y[kept] == 6


def fashion_mnist() -> tuple[Any, np.ndarray]:
    X, y = fetch_fashion_mnist("test")
    return X / 255, y != 0


# Data, what are outliers, and their share of the rows.
CASES = [
    (breast_cancer, "malignant among benign tumours", 0.03),
    (wine, "cultivar 0 among 1 and 2", 0.08),
    (digits, "0 among other digits", 0.03),
    (mnist, "6 among 0", 0.1),
    (fashion_mnist, "other clothes among T-shirts", 0.05),
]


def aucs(data: Any, share: float, seed: int) -> tuple[float, float]:
    """Return the AUC of the autoencoder and of the forest; both are fitted on all rows."""
    X, is_outlier = contaminated(*data(), share, seed)
    network = make_pipeline(StandardScaler(), KerasAutoencoderOutlierDetector(random_state=seed))
    forest = IsolationForest(random_state=seed)
    models = network.fit(X), forest.fit(X)
    first, second = (roc_auc_score(is_outlier, -model.score_samples(X)) for model in models)
    return first, second


print(
    "| data | outliers | rows | columns | KerasAutoencoderOutlierDetector | IsolationForest | "
    "difference | its standard error | asked | |"
)
print("|---|---|---:|---:|---:|---:|---:|---:|---|---|")
n_reached = 0
for data, what, share in CASES:
    n_rows, n_columns = contaminated(*data(), share, 0)[0].shape
    ours, forest = np.transpose([aucs(data, share, seed) for seed in SEEDS])
    gain = ours - forest
    error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else np.nan
    n_reached += (reached := gain.mean() >= 0)
    print(
        f"| {data.__name__} | {share:.0%}: {what} | {n_rows:,} | {n_columns} | {ours.mean():.4f} "
        f"| {forest.mean():.4f} | {gain.mean():+.4f} | {error:.4f} | not below | "
        f"{'yes' if reached else '**no**'} |",
        flush=True,
    )
print("\n| asked | reached | |\n|---|---:|---|")
verdict = "yes" if n_reached >= ASKED else "**no**"
print(f"| not below IsolationForest on {ASKED} of {len(CASES)} | {n_reached} | {verdict} |")
