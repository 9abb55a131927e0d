"""The families of models that fit a kind of data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline

from skkeras.auto._readers import TableReader, TextReader
from skkeras.compose import (
    KerasMultiInputClassifier,
    KerasMultiInputRegressor,
    as_frame,
    route,
)
from skkeras.image import (
    KerasCNNClassifier,
    KerasCNNRegressor,
    KerasTransferClassifier,
    KerasTransferRegressor,
)
from skkeras.model_selection import LogUniformInteger, search_space
from skkeras.sequence import (
    KerasRNNClassifier,
    KerasRNNRegressor,
    KerasTimeSeriesClassifier,
    KerasTimeSeriesRegressor,
)
from skkeras.tabular import (
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRealMLPClassifier,
    KerasRealMLPRegressor,
    KerasTabMClassifier,
    KerasTabMRegressor,
)
from skkeras.text import KerasTextClassifier, KerasTextRegressor

# Classifier and regressor of each family, and the kinds of data that it takes.
_NETWORKS = {
    "KerasTabM": (KerasTabMClassifier, KerasTabMRegressor, {"table"}),
    "KerasRealMLP": (KerasRealMLPClassifier, KerasRealMLPRegressor, {"table"}),
    "KerasMLP": (KerasMLPClassifier, KerasMLPRegressor, {"table"}),
    "KerasMultiInput": (KerasMultiInputClassifier, KerasMultiInputRegressor, {"mixed table"}),
    "KerasCNN": (KerasCNNClassifier, KerasCNNRegressor, {"images"}),
    "KerasTransfer": (KerasTransferClassifier, KerasTransferRegressor, {"images"}),
    "KerasTimeSeries": (KerasTimeSeriesClassifier, KerasTimeSeriesRegressor, {"series"}),
    "KerasRNN": (KerasRNNClassifier, KerasRNNRegressor, {"series"}),
    "KerasText": (KerasTextClassifier, KerasTextRegressor, {"texts"}),
}
_CLASSIC = {
    "HistGradientBoosting": (
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
        {"table"},
    ),
    "linear": (LogisticRegression, Ridge, {"table", "mixed table", "texts"}),
    "RandomForest": (RandomForestClassifier, RandomForestRegressor, {"table"}),
}
# Those that train fastest come first.
_FAMILIES = _CLASSIC | _NETWORKS
NAMES = tuple(_FAMILIES)
KINDS_OF = {name: kinds for name, (_, _, kinds) in _FAMILIES.items()}

# Settings that differ from the defaults in structure, of families that are not in `portfolio.json`.
_STRUCTURES: dict[str, list[dict[str, Any]]] = {
    "KerasTabM": [{"hidden_layer_sizes": [512, 512]}, {"hidden_layer_sizes": [128, 128, 128]}],
    "KerasMultiInput": [
        {"fusion": "gating"},
        {"text_encoder": "convolution"},
        {"fusion": "attention"},
    ],
    "KerasCNN": [
        {"augmentation": "translation, zoom"},
        {"architecture": "vgg"},
        {"architecture": "resnet"},
    ],
    "KerasTransfer": [{"dense_units": [256]}, {"alpha": 1.0}],
    "KerasTimeSeries": [
        {"architecture": "inception"},
        {"architecture": "fcn"},
        {"architecture": "resnet"},
    ],
    "KerasRNN": [{"cell": "gru", "pooling": "average"}, {"bidirectional": True}],
    "KerasText": [
        {"encoder": "convolution"},
        {"encoder": "transformer"},
        {"encoder": "recurrent"},
    ],
    "RandomForest": [{"min_samples_leaf": 5}, {"min_samples_leaf": 2, "max_features": 0.5}],
}
# First settings that differ from the defaults. The models of all folds are averaged, so that fewer
# networks are enough; without early stopping, probabilities of few images are too confident.
_FIRST: dict[str, dict[str, Any]] = {
    "KerasTabM": {"n_ensemble": 16},
    "KerasCNN": {"early_stopping": True},
}
# Side of the smallest images for which MobileNetV2, the default backbone, has weights of its own.
_LEAST_PIXELS = 96
_SPACES: dict[str, dict[str, Any]] = {
    "HistGradientBoosting": {
        "learning_rate": loguniform(0.02, 0.3),
        "max_leaf_nodes": LogUniformInteger(8, 128),
        "min_samples_leaf": LogUniformInteger(2, 64),
        "l2_regularization": loguniform(1e-3, 100),
        "max_features": [1.0, 0.7, 0.4],
        "max_iter": LogUniformInteger(50, 1000),
        "early_stopping": [False],  # on large tables, it stops after 10 rounds without progress
    },
    "RandomForest": {
        "min_samples_leaf": LogUniformInteger(1, 16),
        "max_features": ["sqrt", 0.3, 0.5, 1.0],
    },
    "LogisticRegression": {"C": loguniform(1e-3, 1e2)},
    "Ridge": {"alpha": loguniform(1e-2, 1e3)},
}


@dataclass(frozen=True)
class Family:
    """A model, and the settings that are tried of it.

    Attributes
    ----------
    name : str
        Name in the leaderboard.
    estimator : estimator object
        The model with the first settings, behind the encoders that it needs.
    prefix : str
        Prefix of the model's parameters among those of `estimator`.
    portfolio : list of dict
        Further settings.
    space : dict
        Parameters to search with what to draw from; empty if nothing is searched.
    is_network : bool
        Whether the model is trained in epochs that a search can deal out.
    """

    name: str
    estimator: Any
    prefix: str = ""
    portfolio: list[dict[str, Any]] = field(default_factory=list)
    space: dict[str, Any] = field(default_factory=dict)
    is_network: bool = False

    def cost(self, params: dict[str, Any]) -> int:
        """Return what the time of a fit with these settings is proportional to.

        It is `max_iter`, such as the number of trees of gradient boosting, and 1 for networks and
        models without it or with its default None.
        """
        if self.is_network:
            return 1
        name = f"{self.prefix}max_iter"
        n_iterations: int | None = (self.estimator.get_params() | params).get(name)
        return n_iterations or 1


@cache
def _recorded() -> dict[str, list[dict[str, Any]]]:
    path = Path(__file__).with_name("portfolio.json")
    settings: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return settings


def families_for(
    X: Any, kind: str, candidates: Any, *, classifies: bool, memory: Any, seed: int
) -> list[Family]:
    """Return the families that can be trained on X, those that train fastest first.

    Parameters
    ----------
    X : array-like, data frame or list
        Data.
    kind : str
        What `kind_of` returned.
    candidates : "auto" or list of str or estimator
        Names of families or estimators; "auto" takes all families of the kind.
    classifies : bool
        Whether the target has classes.
    memory : object
        The parameter `memory` of networks.
    seed : int
        The `random_state` of all models.

    Returns
    -------
    list of Family
    """
    if isinstance(candidates, str):
        candidates = [name for name in NAMES if kind in KINDS_OF[name]]
        if kind == "mixed table" and not _linear_columns(X):
            candidates.remove("linear")
    found: list[Family] = []
    for candidate in candidates:
        if not isinstance(candidate, str):
            family = _of_user(candidate, memory, seed)
        elif candidate in _NETWORKS:
            family = _network(candidate, X, kind, classifies, memory, seed)
        else:
            family = _classic(candidate, X, kind, classifies, seed)
        found.append(family)
    return _numbered(found)


def _numbered(families: list[Family]) -> list[Family]:
    """Append numbers to names that are equal, as in `make_pipeline` of scikit-learn."""
    times = Counter(family.name for family in families)
    number: Counter[str] = Counter()
    for place, family in enumerate(families):
        if times[family.name] > 1:
            number[family.name] += 1
            families[place] = replace(family, name=f"{family.name}-{number[family.name]}")
    return families


def _class_of(name: str, classifies: bool) -> Any:
    classifier, regressor, _ = _FAMILIES[name]
    return classifier if classifies else regressor


def _network(name: str, X: Any, kind: str, classifies: bool, memory: Any, seed: int) -> Family:
    first, shape = _FIRST.get(name, {}), getattr(X, "shape", ())
    if name == "KerasTransfer" and len(shape) > 2 and min(shape[1:3]) < _LEAST_PIXELS:
        first = {"input_size": _LEAST_PIXELS}
    model = _class_of(name, classifies)(memory=memory, random_state=seed, **first)
    estimator, prefix = model, ""
    if name == "KerasMLP" and kind == "table":
        estimator, prefix = _behind(TableReader(one_hot=True), model)
    settings = _recorded().get(name, _STRUCTURES.get(name, []))
    return Family(name, estimator, prefix, _prefixed(prefix, settings), _space_of(estimator), True)


def _classic(name: str, X: Any, kind: str, classifies: bool, seed: int) -> Family:
    make = _class_of(name, classifies)
    params: dict[str, Any] = {"random_state": seed}
    if make is LogisticRegression:
        params |= {"max_iter": 1000}
    if make is RandomForestRegressor:
        params |= {"max_features": 1 / 3}
    model = make(**params)
    if name != "linear":
        encoder: Any = TableReader()
    elif kind == "mixed table":
        encoder = ColumnTransformer(_linear_columns(X))
    else:
        encoder = _tf_idf() if kind == "texts" else TableReader(one_hot=True)
    estimator, prefix = _behind(encoder, model)
    own = _recorded().get(name, _STRUCTURES.get(name, []))
    space = _SPACES.get(name) or _SPACES[make.__name__]
    renamed = {prefix + parameter: spec for parameter, spec in space.items()}
    return Family(name, estimator, prefix, _prefixed(prefix, own), renamed)


def _of_user(estimator: Any, memory: Any, seed: int) -> Family:
    estimator = clone(estimator)
    found = estimator.get_params()
    seeds = {
        name: seed
        for name, value in found.items()
        if name.split("__")[-1] == "random_state" and value is None
    }
    estimator.set_params(**seeds)
    prefix, model = "", estimator
    while isinstance(model, Pipeline):
        name, model = model.steps[-1]
        prefix += f"{name}__"
    is_network = hasattr(model, "fit_until")
    if is_network and memory is not None and model.get_params().get("memory") is None:
        model.set_params(memory=memory)
    try:
        space = _space_of(estimator)
    except TypeError:  # it has none
        space = {}
    return Family(type(model).__name__, estimator, prefix, [], space, is_network)


def _space_of(estimator: Any) -> dict[str, Any]:
    space = search_space(estimator, kind="random", size="medium")
    return {name: spec for name, spec in space.items() if name.split("__")[-1] != "epochs"}


def _behind(encoder: Any, model: Any) -> tuple[Any, str]:
    pipeline = make_pipeline(encoder, model)
    return pipeline, f"{pipeline.steps[-1][0]}__"


def _prefixed(prefix: str, settings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{prefix + name: value for name, value in params.items()} for params in settings]


def _tf_idf() -> Any:
    return make_pipeline(TextReader(), TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True))


def _linear_columns(X: Any) -> list[tuple[str, Any, list[str]]]:
    """Return transformers of the columns of a mixed table that a linear model can read."""
    branches = route(as_frame(X), None)
    table = [
        column
        for kind, columns in branches.values()
        if kind in ("numbers", "categories")
        for column in columns
    ]
    columns: list[tuple[str, Any, list[str]]] = []
    if table:
        columns.append(("table", TableReader(one_hot=True), table))
    texts = [names for kind, names in branches.values() if kind == "texts"]
    return columns + [(f"texts of {name}", _tf_idf(), [name]) for (name,) in texts]
