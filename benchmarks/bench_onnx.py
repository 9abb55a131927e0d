"""Predictions of exported pipelines beside those of the pipelines, and the time of one row."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
from sklearn.base import is_classifier
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import skkeras
from skkeras import (
    KerasCNNClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRealMLPClassifier,
    KerasTabMRegressor,
    KerasTextClassifier,
    KerasTimeSeriesClassifier,
)
from skkeras.datasets import (
    fetch_adult,
    fetch_california_housing,
    fetch_spam_assassin,
    fetch_time_series,
)

N_ROWS, N_CALLS, TOLERANCE, MILLISECONDS = 10_000, 300, 1e-5, (0.1, 0.5)
SHORT = {"epochs": 3, "random_state": 0}


def shuffled(X: Any, y: Any) -> tuple[Any, Any]:
    rows = np.random.default_rng(0).permutation(len(y))
    part = X.iloc[rows] if hasattr(X, "iloc") else np.asarray(X)[rows]
    return part, np.asarray(y)[rows]


def with_unknown(X: pd.DataFrame) -> pd.DataFrame:
    """Give every tenth row a category that was not there in `fit`."""
    X = X.copy()
    X.loc[X.index[::10], "native-country"] = "Atlantis"
    return X


def cases() -> Iterator[tuple[str, str, Any, Any]]:
    """Yield data, name, fitted pipeline and rows to predict."""
    X, y = shuffled(*fetch_adult())
    filled = X.fillna("?")
    texts = filled.select_dtypes(exclude="number").columns.tolist()
    one_hot = OneHotEncoder(handle_unknown="ignore")
    columns = make_column_transformer((one_hot, texts), remainder=StandardScaler())
    model = make_pipeline(columns, KerasMLPClassifier(**SHORT))
    model.fit(filled[N_ROWS:], y[N_ROWS:])
    yield "adult", "one-hot, MLP", model, with_unknown(filled[:N_ROWS])
    model = KerasRealMLPClassifier(**SHORT).fit(X[N_ROWS:], y[N_ROWS:])
    yield "adult", "RealMLP", model, with_unknown(X[:N_ROWS])
    X, y = shuffled(*fetch_california_housing())
    model = make_pipeline(StandardScaler(), KerasMLPRegressor(**SHORT))
    yield "California", "scaler, MLP", model.fit(X[N_ROWS:], y[N_ROWS:]), X[:N_ROWS]
    model = KerasTabMRegressor(n_ensemble=8, **SHORT).fit(X[N_ROWS:], y[N_ROWS:])
    yield "California", "TabM", model, X[:N_ROWS]
    digits = load_digits()
    yield (
        "digits",
        "CNN",
        KerasCNNClassifier(**SHORT).fit(digits.images, digits.target),
        digits.images,
    )
    X, y = fetch_spam_assassin()
    yield "spam", "texts", KerasTextClassifier(**SHORT).fit(X, y), X
    X, y = (np.concatenate(parts) for parts in zip(*map(gun_point, ("train", "test")), strict=True))
    yield "GunPoint", "FCN", KerasTimeSeriesClassifier(architecture="fcn", **SHORT).fit(X, y), X


def gun_point(subset: Any) -> tuple[np.ndarray, np.ndarray]:
    return fetch_time_series("GunPoint", subset)


def feeds(X: Any) -> dict[str, np.ndarray]:
    if isinstance(X, pd.DataFrame):
        columns = {str(name): X[[name]] for name in X}
        return {
            name: part.to_numpy() if part.dtypes.iloc[0].kind in "if" else texts(part)
            for name, part in columns.items()
        }
    array = np.asarray(X)
    return {"X": array if array.dtype.kind in "if" else texts(pd.DataFrame({"X": array}))}


def texts(part: pd.DataFrame) -> np.ndarray:
    return part.astype(object).where(part.notna(), "").to_numpy()


def milliseconds(call: Callable[..., object], *arguments: object) -> float:
    """Return the median time of a call."""
    times = []
    for _ in range(N_CALLS):
        start = time.perf_counter()
        call(*arguments)
        times.append(1000 * (time.perf_counter() - start))
    return float(np.median(times[N_CALLS // 10 :]))


def main() -> None:
    warnings.simplefilter("ignore")
    equal, speed = [], []
    folder = Path(tempfile.mkdtemp())
    for data, name, model, X in cases():
        path = folder / "model.onnx"
        skkeras.export(model, path, X[:100])
        session = onnxruntime.InferenceSession(path)
        found = session.run(None, feeds(X))
        if is_classifier(model):
            differing = f"{np.count_nonzero(found[0] != model.predict(X))}"
            difference = abs(found[1] - model.predict_proba(X)).max()
        else:
            expected = model.predict(X)
            differing, difference = "", abs(found[0][:, 0] - expected).max() / expected.std()
        is_reached = differing in ("", "0") and difference <= TOLERANCE
        equal.append(
            f"| {data} | {name} | {len(X):,} | {differing} | {difference:.1e} | "
            f"{'yes' if is_reached else '**no**'} |"
        )
        times = (
            milliseconds(session.run, None, feeds(X[:1])),
            milliseconds(model.predict, X[:1]),
        )
        shown = " | ".join(
            f"{asked} | {reached:.2g} | {'yes' if reached <= asked else '**no**'}"
            for asked, reached in zip(MILLISECONDS, times, strict=True)
        )
        speed.append(f"| {data} | {name} | {shown} |")
    print(f"Asked: equal labels, and differences of at most {TOLERANCE}.\n")
    print("| data | pipeline | rows | labels that differ | largest difference | reached |")
    print("|---|---|---:|---:|---:|---|", *equal, "", sep="\n")
    print("One row, in milliseconds:\n")
    print("| data | pipeline | asked | onnxruntime | | asked | predict | |")
    print("|---|---|---:|---:|---|---:|---:|---|", *speed, sep="\n")


if __name__ == "__main__":
    main()
