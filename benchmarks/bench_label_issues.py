"""Flipped labels that are found, and accuracy after training without them.

``BENCH_SEEDS=1`` and ``BENCH_SETS=digits`` make it faster.
"""

from __future__ import annotations

import os
from typing import Any

from skkeras import KerasMLPClassifier, KerasTabMClassifier

# isort: split
import numpy as np
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from sklearn.utils import _safe_indexing

from skkeras.datasets import fetch_adult
from skkeras.model_selection import CleanLearningClassifier

N_ADULT = 20_000  # of 48,842 rows


def digits() -> tuple[Any, np.ndarray]:
    X, y = load_digits(return_X_y=True)
    return X / 16, y


def adult() -> tuple[Any, np.ndarray]:
    X, y = fetch_adult()
    rows = np.random.RandomState(0).permutation(len(X))[:N_ADULT]
    return X.iloc[rows], np.asarray(y)[rows]


def boosting(seed: int) -> Any:
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    names = make_column_selector(dtype_exclude="number")
    columns = make_column_transformer((encoder, names), remainder="passthrough")
    return make_pipeline(columns, HistGradientBoostingClassifier(random_state=seed))


def network(seed: int) -> Any:
    return KerasMLPClassifier(random_state=seed)


def tabm(seed: int) -> Any:
    return KerasTabMClassifier(n_ensemble=8, epochs=30, random_state=seed)


# Digits are few, so that a difference takes more seeds to be seen.
N_SEEDS = {digits: 12, adult: 3}
# Data, share of labels that are flipped, model, its name, max_iter, and gain in accuracy that is
# asked.
CASES = [
    (digits, 0.05, network, "KerasMLP", 1, 0),
    (adult, 0.05, boosting, "gradient boosting", 1, 0),
    (adult, 0.05, tabm, "KerasTabM", 1, 0),
    (digits, 0.2, network, "KerasMLP", 1, 0.01),
    (digits, 0.2, network, "KerasMLP", 3, 0.01),
]


def run(data: Any, share: float, model: Any, max_iter: int, seed: int) -> tuple[float, ...]:
    """Return the share of flipped labels found, and accuracies: before, after, best possible."""
    X, y = data()
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=seed)
    random = np.random.RandomState(seed)
    wrong = random.choice(len(y_train), round(share * len(y_train)), replace=False)
    classes, codes = np.unique(y_train, return_inverse=True)
    codes[wrong] = (codes[wrong] + random.randint(1, len(classes), len(wrong))) % len(classes)
    cv = StratifiedKFold(5, shuffle=True, random_state=seed)
    after = CleanLearningClassifier(model(seed), cv=cv, max_iter=max_iter)
    after.fit(X_train, classes[codes])
    before = clone(after.estimator).fit(X_train, classes[codes])
    found = np.isin(after.label_issues_["row"][: len(wrong)], wrong).mean()
    right = np.setdiff1d(np.arange(len(codes)), wrong)
    best = clone(before).fit(_safe_indexing(X_train, right), classes[codes[right]])
    return found, *(fitted.score(X_test, y_test) for fitted in (before, after, best))


names = os.environ.get("BENCH_SETS", "digits,adult").split(",")
first = "| data | labels flipped | model | max_iter | seeds |"
print(f"{first} found among as many rows that rank highest | asked | |")
print("|---|---:|---|---:|---:|---:|---|---|")
gains = []
for data, share, model, name, max_iter, asked in CASES:
    if data.__name__ not in names:
        continue
    n_seeds = int(os.environ.get("BENCH_SEEDS", N_SEEDS[data]))
    results = [run(data, share, model, max_iter, seed) for seed in range(n_seeds)]
    found, before, after, best = np.transpose(results)
    row = f"| {data.__name__} | {share:.0%} | {name} | {max_iter} | {n_seeds} |"
    verdict = "yes" if found.mean() >= 0.6 else "**no**"
    print(f"{row} {found.mean():.3f} | >= 0.60 | {verdict} |", flush=True)
    gain = after - before
    error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else np.nan
    reached = gain.mean() > 0 if asked == 0 else gain.mean() >= asked
    gains.append(
        f"{row} {before.mean():.4f} | {after.mean():.4f} | {gain.mean():+.4f} | {error:.4f} | "
        f"{f'>= {asked}' if asked else '> 0'} | {'yes' if reached else '**no**'} | "
        f"{best.mean() - before.mean():+.4f} |"
    )
print(f"\n{first} accuracy before | after | gain | its standard error |", end=" ")
print("asked | | gain without the flipped rows |")
print("|---|---:|---|---:|---:|---:|---:|---:|---:|---|---|---:|")
print("\n".join(gains))
