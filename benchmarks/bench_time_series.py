"""Accuracy of networks for time series, trained as in their papers, and the published accuracy.

Training takes hours, so each accuracy is stored in `time_series.json` in this folder as soon as it
is measured. Without arguments, the script prints the table of stored accuracies. With names of data
sets and networks, it first trains those that are missing: `bench_time_series.py GunPoint ArrowHead
FCN`, or `bench_time_series.py all`. `BENCH_REPEATS` is the number of seeds. `BENCH_EPOCHS` sets
another number of epochs, to try the script: these accuracies are printed but not stored.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np

from skkeras import KerasRNNClassifier, KerasTimeSeriesClassifier
from skkeras.datasets import fetch_time_series

SEEDS = range(int(os.environ.get("BENCH_REPEATS", "5")))
EPOCHS = int(os.environ.get("BENCH_EPOCHS", "0"))
KEPT = Path(__file__).with_name("time_series.json")
# Maximum shortfall from the published accuracy.
WITHIN = 0.02

# Means over five runs of one network each, from results.csv of the paper on LITE
# (https://github.com/MSD-IRIMAS/LITE). BasicMotions is from results-mts.csv of the paper on
# InceptionTime, an ensemble of five networks (https://github.com/hfawaz/InceptionTime).
PUBLISHED = {
    ("GunPoint", "FCN"): 0.997,
    ("GunPoint", "ResNet"): 0.991,
    ("GunPoint", "Inception"): 0.999,
    ("GunPoint", "LITE"): 0.997,
    ("ItalyPowerDemand", "FCN"): 0.963,
    ("ItalyPowerDemand", "ResNet"): 0.962,
    ("ItalyPowerDemand", "Inception"): 0.966,
    ("ItalyPowerDemand", "LITE"): 0.969,
    ("ArrowHead", "FCN"): 0.840,
    ("ArrowHead", "ResNet"): 0.838,
    ("ArrowHead", "Inception"): 0.846,
    ("ArrowHead", "LITE"): 0.822,
    ("BasicMotions", "FCN"): 1.0,
    ("BasicMotions", "ResNet"): 1.0,
    ("BasicMotions", "InceptionTime"): 1.0,
}
# Required accuracy of a recurrent network.
ASKED = {("JapaneseVowels", "RNN"): 0.97}

# Architecture, number of networks, epochs, batch size. The batch size of FCN and ResNet is at most
# a tenth of the rows.
SETTINGS = {
    "FCN": ("fcn", 1, 2000, 16),
    "ResNet": ("resnet", 1, 1500, 64),
    "Inception": ("inception", 1, 1500, 64),
    "InceptionTime": ("inception", 5, 1500, 64),
    "LITE": ("lite", 1, 1500, 64),
}


def network(name: str, n_rows: int, seed: int) -> Any:
    """Return a network with the settings of the code published with its paper."""
    if name == "RNN":
        return KerasRNNClassifier(
            cell="gru",
            units=(64,),
            bidirectional=True,
            pooling="attention",
            dropout=0.2,
            learning_rate=3e-3,
            epochs=EPOCHS or 60,
            batch_size=32,
            random_state=seed,
        )
    architecture, n_ensemble, epochs, batch_size = SETTINGS[name]
    epochs = EPOCHS or epochs
    if name in ("FCN", "ResNet"):
        batch_size = min(n_rows // 10, batch_size)
    slower = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=50, min_lr=1e-4)
    best = keras.callbacks.EarlyStopping("loss", patience=epochs, restore_best_weights=True)
    return KerasTimeSeriesClassifier(
        architecture=architecture,
        n_ensemble=n_ensemble,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=1e-3,
        early_stopping=False,
        callbacks=[slower, best],
        random_state=seed,
    )


def accuracy(data: str, name: str, seed: int) -> float:
    X, y = fetch_time_series(data)
    started = time.perf_counter()
    model = network(name, len(X), seed).fit(X, y)
    score = model.score(*fetch_time_series(data, "test"))
    seconds = time.perf_counter() - started
    print(
        f"{data} {name} seed {seed}: {score:.4f} after {model.n_iter_} epochs in {seconds:.0f} s, "
        f"trained by {model.trainer_}",
        file=sys.stderr,
        flush=True,
    )
    return score


def kept() -> dict[str, dict[str, float]]:
    return json.loads(KEPT.read_text()) if KEPT.exists() else {}


def train(names: set[str]) -> None:
    for data, name in [*PUBLISHED, *ASKED]:
        if not {data, name} <= names:
            continue
        for seed in map(str, SEEDS):
            key = f"{data} {name}"
            if EPOCHS:
                accuracy(data, name, int(seed))
            elif seed not in kept().get(key, {}):
                score = accuracy(data, name, int(seed))
                scores = kept()
                scores.setdefault(key, {})[seed] = score
                KEPT.write_text(json.dumps(scores, indent=1) + "\n")


def table() -> str:
    lines = [
        "| data set | network | published or asked | reached | seeds | |",
        "|---|---|---|---|---|---|",
    ]
    for (data, name), asked in {**PUBLISHED, **ASKED}.items():
        scores = list(kept().get(f"{data} {name}", {}).values())
        if not scores:
            lines.append(f"| {data} | {name} | {asked:.3f} | not measured yet | 0 | |")
            continue
        reached = float(np.mean(scores))
        least = asked if (data, name) in ASKED else asked - WITHIN
        verdict = "yes" if reached >= least else "**no**"
        lines.append(
            f"| {data} | {name} | {asked:.3f} | {reached:.3f} | {len(scores)} | {verdict} |"
        )
    return "\n".join(lines)


DATA = {data for data, _ in [*PUBLISHED, *ASKED]}
NETS = {name for _, name in [*PUBLISHED, *ASKED]}

given = set(sys.argv[1:]) - {"all"}
if unknown := given - DATA - NETS:
    sys.exit(f"unknown: {', '.join(sorted(unknown))}; known are {sorted(DATA | NETS)} and all")
if sys.argv[1:]:
    train((given & DATA or DATA) | (given & NETS or NETS))
print(table())
