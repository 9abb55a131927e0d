"""Gradient boosting with default parameters, for tables with categories."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder


def _factory(module: str, name: str, params: dict[str, Any]) -> Callable[[bool, int], Pipeline]:
    def make(classes: bool, seed: int) -> Pipeline:
        kind = getattr(
            importlib.import_module(module), f"{name}{'Classifier' if classes else 'Regressor'}"
        )
        encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
        columns = make_column_transformer(
            (encoder, make_column_selector(dtype_exclude="number")), remainder="passthrough"
        )
        return make_pipeline(columns, kind(random_state=seed, **params))

    return make


# Module, class and parameters without which the library prints or writes files.
_LIBRARIES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "scikit-learn's boosting": ("sklearn.ensemble", "HistGradientBoosting", {}),
    "LightGBM": ("lightgbm", "LGBM", {"verbose": -1}),
    "XGBoost": ("xgboost", "XGB", {}),
    "CatBoost": ("catboost", "CatBoost", {"verbose": 0, "allow_writing_files": False}),
}
# Factories of the installed libraries: called with whether the target has classes, and a seed.
BOOSTING = {
    library: _factory(*rest)
    for library, rest in _LIBRARIES.items()
    if importlib.util.find_spec(rest[0])
}
