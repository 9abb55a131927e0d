"""The estimators that keep the contract, and data for each.

A new family adds its lines to `CASES` and nothing else.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import skkeras
from skkeras.base import _estimator

# Of each kind of target: the output layer's activation, and the loss.
_ENDS = {
    "binary": ("sigmoid", "binary_crossentropy"),
    "multiclass": ("softmax", "sparse_categorical_crossentropy"),
    "multilabel-indicator": ("sigmoid", "binary_crossentropy"),
    "continuous": (None, "mean_squared_error"),
    "continuous-multioutput": (None, "mean_squared_error"),
}


def build(meta: dict[str, Any]) -> keras.Model:
    """Build what a user of the wrappers might."""
    target = meta["target_type_"]
    activation, loss = _ENDS[target]
    several = target in ("multiclass", "multilabel-indicator")
    model = keras.Sequential(
        [
            keras.layers.Input(meta["X_shape_"][1:]),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(meta["n_classes_" if several else "n_outputs_"], activation),
        ]
    )
    model.compile("adam", loss)
    return model


def _table(signal: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    X = noise.normal(size=(len(signal), 4))
    X[:, 1] = 2 * signal
    return X


def _image(signal: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    X = noise.normal(size=(len(signal), 6, 5))
    X[:, 2:4] += 2 * signal[:, np.newaxis, np.newaxis]
    return X


def _colours(signal: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    return np.stack([_image(signal, noise), _image(-signal, noise)], axis=-1)


def _flat(signal: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    return _image(signal, noise).reshape(len(signal), -1)


def _series(signal: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    X = noise.normal(size=(len(signal), 5, 2))
    X[:, :, 1] += 2 * signal[:, np.newaxis]
    return X


def _texts(signal: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    names = np.array(["low", "mid", "high"])[signal.argsort().argsort() * 3 // len(signal)]
    words = noise.choice(list("abcde"), size=(len(signal), 4))
    lengths = noise.integers(1, 5, len(signal))
    rows = zip(names, words, lengths, strict=True)
    return np.array([f"{name} {' '.join(some[:length])}" for name, some, length in rows])


# Removed when the tests end.
_FOLDER = tempfile.TemporaryDirectory()


def _files(signal: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    pixels = np.clip(128 + 30 * _image(signal, noise), 0, 255).astype(np.uint8)
    paths = [f"{_FOLDER.name}/{hashlib.md5(image.tobytes()).hexdigest()}.png" for image in pixels]
    for path, image in zip(paths, pixels, strict=True):
        Image.fromarray(image).save(path)
    return np.array(paths)


def _temperature_and_alpha(signal: np.ndarray, noise: np.random.Generator) -> pd.DataFrame:
    names = np.where(signal > np.median(signal), "high", "low")
    numbers = np.round(signal + noise.normal(size=len(signal)), 3)
    return pd.DataFrame({"number": numbers, "name": names, "text": _texts(signal, noise)})


_FITTED: dict[tuple[str, ...], Any] = {}


@dataclass(frozen=True)
class Case:
    """One estimator and data for it.

    Attributes
    ----------
    name : str
        Name of the class.
    rows : callable
        Makes X from a signal, one number for each row, and a random generator. The tests scale
        numbers to 0 to 255, and to -2 to 2 where the family must learn the signal.
    params : dict
        What keeps fits short, and yet learns `rows` in 100 epochs.
    label : str
        What tells cases of one class apart.
    n_features : int
        What `n_features_in_` must be.
    inner : str
        Prefix of a network's parameters, for an estimator around one.
    accepts : frozenset of str
        What of the input that most refuse is right here.
    """

    name: str
    rows: Callable[[np.ndarray, np.random.Generator], Any]
    n_features: int
    params: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    inner: str = ""
    accepts: frozenset[str] = frozenset()

    @property
    def kind(self) -> type[BaseEstimator]:
        return getattr(skkeras, self.name)

    @property
    def classifies(self) -> bool:
        return is_classifier(self.estimator())

    @property
    def takes_numbers(self) -> bool:
        return self.rows not in (_texts, _files, _temperature_and_alpha)

    def estimator(self, **params: Any) -> Any:
        quick = {"epochs": 3, "batch_size": 200, "random_state": 0}
        if not self.inner:
            return self.kind(**{**quick, **self.params, **params})
        return clone(self.kind(**self.params)).set_params(**self.named(**{**quick, **params}))

    def named(self, **params: Any) -> dict[str, Any]:
        """Return parameters under the names that reach them from the estimator."""
        own = self.kind().get_params(deep=False) if self.inner else params
        return {name if name in own else self.inner + name: params[name] for name in params}

    def fitted(self, **params: Any) -> Any:
        """Return an estimator that was fitted on `data`, for tests that leave it as it is."""
        key = self.name, self.label, repr(sorted(params.items()))
        if key not in _FITTED:
            _FITTED[key] = self.estimator(**params).fit(*self.data())
        return _FITTED[key]

    def outputs(self, model: Any, X: Any) -> np.ndarray:
        """Return the finest of the predictions that there are."""
        return model.predict_proba(X) if self.classifies else model.predict(X)

    def data(self, n_rows: int = 48, seed: int = 0) -> tuple[Any, np.ndarray]:
        """Return texts, a frame or whole numbers from 0 to 255, and three classes or numbers."""
        draws = np.random.default_rng(seed)
        signal = draws.normal(size=n_rows)
        X = self.rows(signal, draws)
        if self.takes_numbers:
            X = np.clip(np.round(128 + 30 * X), 0, 255)
        if not self.classifies:
            return X, signal.round(3)
        ranks = signal.argsort().argsort()
        return X, ranks * 3 // n_rows


_MLP = {"hidden_layer_sizes": 8}
# Missing numbers.
_TABLES = frozenset({"NaN"})
# Without what changes over all epochs, for training in parts does not know of them.
_REAL = {"hidden_layer_sizes": 8, "anneal": False}
_CONVOLVING = {"learning_rate": 1e-3}
_TABM = {"n_ensemble": 2, "hidden_layer_sizes": 8, "embedding_dim": 2, "n_bins": 4}
_CNN = {"filters": (3, 4), "dense_units": 8}
_TRANSFER = {"backbone": "MobileNet", "weights": None, "input_size": 32}
_RNN = {"units": 4}
_TEXT = {"embedding_dim": 4, "units": 4, "max_features": 20, "n_pairs": 30, "learning_rate": 0.01}
_MIXED = {**_TEXT, "hidden_layer_sizes": 8}
_BRANCHES = {
    "table": ("numbers", ["number"]),
    "name": ("categories", ["name"]),
    "words": ("texts", ["text"]),
}

# One fit of a tree is the same for rows in any order and for weights as for repeated rows.
_STUDENTS = {
    "Classifier": {
        "student": skkeras.KerasMLPClassifier(**_MLP),
        "teacher": DecisionTreeClassifier(max_depth=2),
        "cv": None,
    },
    "Regressor": {
        "student": skkeras.KerasMLPRegressor(**_MLP),
        "teacher": DecisionTreeRegressor(max_depth=2),
        "cv": None,
    },
}

CASES = [
    Case("KerasClassifier", _table, 4, {"model": build}),
    Case("KerasRegressor", _table, 4, {"model": build}),
    Case("KerasMLPClassifier", _table, 4, _MLP),
    Case("KerasMLPRegressor", _table, 4, _MLP),
    Case("KerasCNNClassifier", _image, 6, _CNN),
    Case("KerasCNNClassifier", _flat, 30, {**_CNN, "image_shape": (6, 5)}, "flat"),
    Case("KerasCNNRegressor", _colours, 6, _CNN),
    Case("KerasCNNClassifier", _files, 1, {**_CNN, "augmentation": "flip", "mixup": 0.2}, "paths"),
    Case("KerasDistilledClassifier", _table, 4, _STUDENTS["Classifier"], inner="student__"),
    Case("KerasDistilledRegressor", _table, 4, _STUDENTS["Regressor"], inner="student__"),
    Case("KerasMultiInputClassifier", _temperature_and_alpha, 3, _MIXED),
    Case("KerasMultiInputRegressor", _temperature_and_alpha, 3, {**_MIXED, "branches": _BRANCHES}),
    Case("KerasRNNClassifier", _series, 2, _RNN),
    Case("KerasRNNRegressor", _series, 2, _RNN),
    Case("KerasRealMLPClassifier", _table, 4, _REAL, accepts=_TABLES),
    Case("KerasRealMLPRegressor", _table, 4, _REAL, accepts=_TABLES),
    Case("KerasTabMClassifier", _table, 4, _TABM, accepts=_TABLES),
    Case("KerasTabMRegressor", _table, 4, _TABM, accepts=_TABLES),
    Case("KerasTextClassifier", _texts, 1, _TEXT),
    Case("KerasTextRegressor", _texts, 1, {**_TEXT, "encoder": "convolution"}),
    Case("KerasTimeSeriesClassifier", _series, 2, _CONVOLVING),
    Case("KerasTimeSeriesRegressor", _series, 2, _CONVOLVING),
    Case("KerasTransferClassifier", _image, 6, _TRANSFER),
    Case("KerasTransferRegressor", _flat, 30, {**_TRANSFER, "image_shape": (6, 5)}),
]


def _id(case: Case) -> str:
    return f"{case.name}-{case.label}" if case.label else case.name


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test for every case, or for all of a kind: classifiers, those that take arrays, ..."""
    networks = [c for c in CASES if not c.inner]
    chosen = {
        "case": CASES,
        "network": networks,
        "numeric_network": [c for c in networks if c.takes_numbers],
        "classifier_network": [c for c in networks if "Classifier" in c.name],
        "of_arrays": [c for c in CASES if c.rows is not _temperature_and_alpha],
        "numeric": [c for c in CASES if c.takes_numbers],
        "classifier": [c for c in CASES if "Classifier" in c.name],
        "regressor": [c for c in CASES if "Regressor" in c.name],
    }
    for name, cases in chosen.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=[_id(case) for case in cases])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all tests of an estimator in a row: the programs of all do not fit the cache at once."""
    places = [i for i, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    ours = sorted((items[i] for i in places), key=_number)
    for i, item in zip(places, ours, strict=True):
        items[i] = item


def _number(item: pytest.Item) -> int:
    params = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return next((i for i, case in enumerate(CASES) for value in params if value is case), -1)


@pytest.fixture
def cases() -> list[Case]:
    """All cases."""
    return CASES


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test when it comes to training."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("It came to training.")

    monkeypatch.setattr(_estimator.BaseKerasEstimator, "_train", fail)
