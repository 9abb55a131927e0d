"""Fit AutoGluon in an environment of its own.

    python _autogluon.py FOLDER SECONDS

reads the tables that `bench_auto.py` writes to the folder, and writes predictions to it.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from autogluon.tabular import TabularPredictor

folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
train, test = (pd.read_csv(folder / f"{name}.csv") for name in ("train", "test"))
metric = "roc_auc" if train["target"].nunique() == 2 else "root_mean_squared_error"
model = TabularPredictor("target", eval_metric=metric, path=folder / "models", verbosity=0)
model.fit(train, time_limit=seconds, presets="medium_quality")
if metric == "roc_auc":
    predictions = model.predict_proba(test)[model.positive_class]
else:
    predictions = model.predict(test)
np.save(folder / "predictions.npy", predictions.to_numpy())
