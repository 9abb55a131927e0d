"""Best score of different searches as a function of the trained epochs and of the time.

All searches tune the same perceptron, for at most 9 epochs, on Fashion-MNIST (10,000 images,
accuracy) and on adult (log loss), and score on the same fifth of the rows. Each search runs in a
new process after its imports, with a different seed in each round. The script writes one plot per
data set into docs/images.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from _sidebyside import REPEATS as SEEDS
from _sidebyside import ask

WAYS = [
    "RandomizedSearchCV",
    "BayesSearchCV",
    "HyperbandSearchCV",
    "Optuna's TPE",
    "Optuna's NSGA-II",
    "KerasTuner's RandomSearch",
    "KerasTuner's Hyperband",
]
TASKS = {
    "fashion_mnist": ("accuracy", "Fashion-MNIST, 10,000 images"),
    "adult": ("log loss", "adult"),
}
WIDTHS = [32, 64, 128, 256]
EPOCHS, CANDIDATES = 9, 16
IMAGES = Path(__file__).parent.parent / "docs" / "images"

# For each score: seconds and epochs since the start of the search, and the score.
Progress = list[tuple[float, int, float]]


def rows(task: str) -> tuple[Any, np.ndarray, np.ndarray, Any]:
    """Return X, y, the mask of the rows to score on, and the preprocessing of X."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    from skkeras.datasets import fetch_adult, fetch_fashion_mnist

    if task == "adult":
        X, y = fetch_adult()
        X = X.fillna({name: "missing" for name in X.select_dtypes(exclude="number")})
        y = (np.asarray(y) == np.unique(y)[1]).astype(int)
        to_numbers = make_column_transformer(
            (StandardScaler(), make_column_selector(dtype_include="number")),
            (
                OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                make_column_selector(dtype_exclude="number"),
            ),
        )
    else:
        X, y = fetch_fashion_mnist()
        X, y = X[:10_000].reshape(10_000, -1).astype("float32"), y[:10_000]
        to_numbers = StandardScaler()
    held = np.zeros(len(y), bool)
    held[train_test_split(np.arange(len(y)), test_size=0.2, stratify=y, random_state=0)[1]] = True
    return X, y, held, to_numbers


def search(task: str, way: str, seed: int) -> Progress:
    data = rows(task)
    if way.startswith("KerasTuner"):
        return tune(task, way, seed, *data)
    return search_cv(task, way, seed, *data)


def search_cv(
    task: str, way: str, seed: int, X: Any, y: np.ndarray, held: np.ndarray, to_numbers: Any
) -> Progress:
    from sklearn.metrics import accuracy_score, log_loss
    from sklearn.model_selection import PredefinedSplit
    from sklearn.pipeline import make_pipeline

    from skkeras import KerasMLPClassifier

    network = KerasMLPClassifier(
        epochs=EPOCHS, batch_size=batch_size(task), early_stopping=False, random_state=seed
    )
    progress: Progress = []

    def score(model: Any, X: Any, y: np.ndarray) -> float:
        if task == "adult":
            value = -float(log_loss(y, model.predict_proba(X)))
        else:
            value = float(accuracy_score(y, model.predict(X)))
        progress.append((time.perf_counter() - start, model[-1].n_iter_, value))
        return value

    run = make_search(way, make_pipeline(to_numbers, network), seed)
    run.set_params(cv=PredefinedSplit(np.where(held, 0, -1)), scoring=score, refit=False)
    start = time.perf_counter()
    run.fit(X, y)
    if way == "HyperbandSearchCV":
        table = run.cv_results_
        places = list(zip(table["bracket"], table["iter"], table["n_resources"], strict=True))
        until = {(bracket, rung): epochs for bracket, rung, epochs in places}
        spent = [e - until.get((bracket, rung - 1), 0) for bracket, rung, e in places]
    else:
        spent = [epochs for _, epochs, _ in progress]
    total = np.cumsum(spent)
    return [(s, int(e), v) for (s, _, v), e in zip(progress, total, strict=True)]


def make_search(way: str, model: Any, seed: int) -> Any:
    """Return the unfitted search."""
    from _networks import DROPOUTS, RATES
    from scipy.stats import loguniform, uniform
    from sklearn.model_selection import RandomizedSearchCV

    from skkeras.model_selection import BayesSearchCV, HyperbandSearchCV

    prefix = "kerasmlpclassifier__"
    sizes = [(width,) for width in WIDTHS]
    space = {
        f"{prefix}hidden_layer_sizes": sizes,
        f"{prefix}learning_rate": loguniform(*RATES),
        f"{prefix}dropout": uniform(*DROPOUTS),
    }
    if way == "RandomizedSearchCV":
        return RandomizedSearchCV(model, space, n_iter=CANDIDATES, random_state=seed)
    if way == "HyperbandSearchCV":
        return HyperbandSearchCV(model, space, max_resources=EPOCHS, random_state=seed)
    if way == "BayesSearchCV":
        space[f"{prefix}learning_rate"] = (*RATES, "log-uniform")
        space[f"{prefix}dropout"] = DROPOUTS
        return BayesSearchCV(model, space, n_iter=CANDIDATES, random_state=seed)
    import optuna
    from optuna_integration import OptunaSearchCV

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    samplers = optuna.samplers
    sampler = (
        samplers.TPESampler(seed=seed)
        if way == "Optuna's TPE"
        else samplers.NSGAIISampler(population_size=5, seed=seed)
    )
    distributions = {
        f"{prefix}hidden_layer_sizes": optuna.distributions.CategoricalDistribution(
            [str(size) for size in sizes]
        ),
        f"{prefix}learning_rate": optuna.distributions.FloatDistribution(*RATES, log=True),
        f"{prefix}dropout": optuna.distributions.FloatDistribution(*DROPOUTS),
    }
    study = optuna.create_study(direction="maximize", sampler=sampler)
    return OptunaSearchCV(model, distributions, n_trials=CANDIDATES, study=study)


def batch_size(task: str) -> int:
    return 256 if task == "adult" else 64


def tune(
    task: str, way: str, seed: int, X: Any, y: np.ndarray, held: np.ndarray, to_numbers: Any
) -> Progress:
    import keras
    import keras_tuner
    from _networks import tuners_mlp

    train = np.flatnonzero(~held)
    take = X.iloc.__getitem__ if hasattr(X, "iloc") else X.__getitem__
    start = time.perf_counter()
    X_train = to_numbers.fit_transform(take(train)).astype("float32")
    X_held = to_numbers.transform(take(np.flatnonzero(held))).astype("float32")
    progress: Progress = []

    meta = {"n_features_in_": X_train.shape[1], "n_classes_": len(np.unique(y))}

    def build(hp: Any) -> keras.Model:
        return tuners_mlp(hp, meta, WIDTHS)

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            value = -logs["val_loss"] if task == "adult" else logs["val_accuracy"]
            progress.append((time.perf_counter() - start, len(progress) + 1, float(value)))

    goal = keras_tuner.Objective(
        *(("val_loss", "min") if task == "adult" else ("val_accuracy", "max"))
    )
    with tempfile.TemporaryDirectory() as folder:
        common: dict[str, Any] = {"seed": seed, "directory": folder}
        if way.endswith("Hyperband"):
            tuner = keras_tuner.Hyperband(build, goal, max_epochs=EPOCHS, factor=3, **common)
            epochs = {}
        else:
            tuner = keras_tuner.RandomSearch(build, goal, max_trials=CANDIDATES, **common)
            epochs = {"epochs": EPOCHS}
        tuner.search(
            X_train,
            y[train],
            validation_data=(X_held, y[held]),
            batch_size=batch_size(task),
            callbacks=[Watch()],
            verbose=0,
            **epochs,
        )
    return progress


def plot(task: str, found: dict[str, list[Progress]]) -> str:
    """Plot the best score so far over epochs and over seconds; return the name of the file."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

    metric, title = TASKS[task]
    sign = -1 if task == "adult" else 1
    figure, axes = plt.subplots(1, 2, figsize=(9.5, 4.8), sharey=True, layout="constrained")
    colours = plt.colormaps["tab10"].colors
    for column, (axis, label) in enumerate(zip(axes, ("seconds", "epochs trained"), strict=True)):
        for place, (way, runs) in enumerate(found.items()):
            grid, mean = mean_of_best(runs, column)
            style = "--" if way.startswith("KerasTuner") else "-"
            axis.step(grid, sign * mean, style, where="post", color=colours[place], label=way)
        axis.set_xlabel(label)
        axis.grid(alpha=0.3)
    axes[0].set_xscale("log")
    axes[0].xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes[0].xaxis.set_major_formatter(ScalarFormatter())
    axes[0].xaxis.set_minor_formatter(NullFormatter())
    axes[0].set_ylabel(f"best {metric} so far, mean of {SEEDS} seeds")
    shown = np.concatenate([sign * mean_of_best(runs, 1)[1] for runs in found.values()])
    low, high = np.nanquantile(shown, [0.15, 1.0] if sign > 0 else [0.0, 0.85])
    axes[0].set_ylim(low - 0.3 * (high - low), high + 0.1 * (high - low))
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.suptitle(title)
    IMAGES.mkdir(exist_ok=True)
    name = f"search_quality_{task}.png"
    figure.savefig(IMAGES / name, dpi=110)
    return name


def mean_of_best(runs: list[Progress], column: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a grid, from where every run has a score, and the mean best score so far on it."""
    ends = [np.array([step[column] for step in run]) for run in runs]
    bests = [np.maximum.accumulate([step[2] for step in run]) for run in runs]
    grid = np.unique(np.concatenate(ends))
    grid = grid[grid >= max(end[0] for end in ends)]
    at = [
        best[np.searchsorted(end, grid, side="right") - 1]
        for end, best in zip(ends, bests, strict=True)
    ]
    return grid, np.mean(at, axis=0)


def main() -> None:
    for task, (metric, title) in TASKS.items():
        found: dict[str, list[Progress]] = {way: [] for way in WAYS}
        for seed in range(SEEDS):
            for way in WAYS[seed:] + WAYS[:seed]:
                found[way].append(json.loads(ask(__file__, task, way, str(seed))))
        sign = -1 if task == "adult" else 1
        print(f"{title}: means over {SEEDS} seeds.\n")
        print(f"| | epochs | seconds | best {metric} | best in 69 epochs |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for way, runs in found.items():
            seconds, epochs = (np.mean([run[-1][k] for run in runs]) for k in (0, 1))
            best = sign * np.mean([max(step[2] for step in run) for run in runs])
            early = sign * np.mean([max(step[2] for step in run if step[1] <= 69) for run in runs])
            print(f"| {way} | {epochs:.0f} | {seconds:.3g} | {best:.4f} | {early:.4f} |")
        print(f"\n![{title}: best {metric} over seconds and epochs](images/{plot(task, found)})\n")


if sys.argv[1:]:
    warnings.simplefilter("ignore")
    import skkeras._start  # noqa: F401

    print(json.dumps(search(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
else:
    main()
