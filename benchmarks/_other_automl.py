"""Other AutoML in an environment of its own, as its packages do not install beside skkeras.

    python _other_automl.py FOLDER AutoGluon SECONDS

reads what `bench_auto.py` writes to the folder, fits, and writes predictions to it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np


def autogluon(folder: Path, seconds: float) -> np.ndarray:
    import pandas as pd
    from autogluon.tabular import TabularPredictor

    train, test = (pd.read_csv(folder / f"{name}.csv") for name in ("train", "test"))
    metric = "roc_auc" if train["target"].nunique() == 2 else "root_mean_squared_error"
    model = TabularPredictor("target", eval_metric=metric, path=folder / "models", verbosity=0)
    model.fit(train, time_limit=seconds, presets="medium_quality")
    if metric == "roc_auc":
        return model.predict_proba(test)[model.positive_class].to_numpy()
    return model.predict(test).to_numpy()


def autokeras(folder: Path, seconds: float) -> np.ndarray:
    import autokeras

    data = np.load(folder / "data.npz")
    kind = autokeras.TextClassifier if data["X"].dtype.kind == "U" else autokeras.ImageClassifier
    # It has no limit of time.
    model = kind(max_trials=1, directory=folder, overwrite=True, seed=0)
    model.fit(data["X"], data["y"], verbose=0)
    return model.predict(data["X_test"], verbose=0).ravel()


folder, name, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
fit = {"AutoGluon": autogluon, "Auto-Keras": autokeras}[name]
np.save(folder / "predictions.npy", fit(folder, seconds))
