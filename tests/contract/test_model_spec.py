"""A family's model is made from parameters and spec, and no fit gets another fit's network."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import keras
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.tree import DecisionTreeClassifier

import skkeras
from skkeras.base import FamilyClassifier, FamilyRegressor, KerasFamily
from skkeras.base._estimator import BaseKerasEstimator
from skkeras.image import _backbones
from skkeras.tabular import _tabm

# -- nothing but params and spec is read ----------------------------------------------------

# Beside each case as it is, parameters that make another model.
VARIANTS = {
    "KerasMLPClassifier": [
        {"batch_norm": True, "dropout": 0.1, "mixup": 0.2},
        {"learning_rate": "cosine", "metrics": ["accuracy"]},
        {"optimizer": "sgd", "learning_rate": "on-plateau", "alpha": 0.0},
    ],
    "KerasCNNRegressor": [
        {"architecture": "resnet"},
        {"architecture": "vgg", "augmentation": "flip", "mixup": 0.2},
    ],
    "KerasMultiInputClassifier": [
        {"fusion": "gating", "mixup": 0.2},
        {"fusion": "attention", "n_pairs": 0},
    ],
    "KerasRNNClassifier": [
        {"bidirectional": True, "pooling": "attention", "units": (4, 3), "mixup": 0.2}
    ],
    "KerasRealMLPClassifier": [
        {"anneal": True, "mixup": 0.2},
        {"label_smoothing": 0.0, "optimizer": "sgd"},
    ],
    "KerasTabMRegressor": [{"embedding": "periodic"}, {"n_bins": "auto", "mixup": 0.2}],
    "KerasTextClassifier": [{"encoder": "transformer"}, {"encoder": "recurrent", "mixup": 0.2}],
    "KerasTimeSeriesClassifier": [
        {"architecture": "lstm_fcn"},
        {"n_ensemble": 2, "mixup": 0.2, "augmentation": "jitter"},
    ],
    "KerasTransferClassifier": [{"dense_units": 4, "alpha": 0.0}, {"n_unfrozen": 3}],
}


class Unreadable:
    """Stands in the place of a parameter that must not be read."""

    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner=None):
        raise AssertionError(f"The model was made from the estimator's {self.name}.")

    def __set__(self, instance, value):
        raise AssertionError(f"Making the model has set the estimator's {self.name}.")


def remade(fitted):
    """Make the model of a fitted family again, by an estimator of which nothing can be read."""
    kind = type(fitted)
    hidden = {name: Unreadable(name) for name in kind._get_param_names()}
    probe = object.__new__(type(kind.__name__, (kind,), {"__module__": kind.__module__, **hidden}))
    return probe._make_model(fitted._model_params(), fitted._spec)


def nameless(config):
    """Leave out names, which Keras counts up."""
    if isinstance(config, dict):
        return {k: nameless(v) for k, v in config.items() if k not in ("name", "build_config")}
    return [nameless(v) for v in config] if isinstance(config, (list, tuple)) else config


def parts_of(model):
    layers = [x for x in model._flatten_layers() if not isinstance(x, keras.Model)]
    return [(type(layer), nameless(layer.get_config())) for layer in layers]


def assert_is_remade(fitted, X):
    expected, model = fitted.model_, remade(fitted)
    assert type(model) is type(expected)
    assert parts_of(model) == parts_of(expected)
    assert nameless(model.get_compile_config()) == nameless(expected.get_compile_config())
    assert [w.shape for w in model.weights] == [w.shape for w in expected.weights]
    model.set_weights(expected.get_weights())
    rows = fitted._encode_X(fitted._check_X(X, reset=False))
    np.testing.assert_array_equal(model(rows), expected(rows))


@pytest.fixture
def untrained(monkeypatch):
    """Let fits end with the network that they would train."""
    monkeypatch.setattr(BaseKerasEstimator, "_train", lambda *args: None)


def test_models_are_made_from_params_and_spec(case, untrained):
    if case.name in ("KerasClassifier", "KerasRegressor"):
        pytest.skip("The user's function builds the model.")
    X, y = case.data()
    for params in ({}, *VARIANTS.get(case.name, ())):
        fitted = case.estimator(**params).fit(X, y)
        fitted = getattr(fitted, "student_", fitted)
        if "n_unfrozen" in params:
            fitted._unfreeze(fitted._check_X(X, reset=False))
        assert_is_remade(fitted, X)


@dataclass(kw_only=True, eq=False, repr=False)
class ReadsItsClass(FamilyClassifier):
    """A family that takes a parameter's default for the parameter."""

    units: int = 4

    @classmethod
    def _build_model(cls, params, spec):
        inputs = keras.layers.Input(spec.input_shape)
        hidden = keras.layers.Dense(cls.units)(inputs)
        return keras.Model(inputs, cls._output_layer(params, spec)(hidden))


def test_what_reads_more_is_found(untrained):
    X, y = np.random.default_rng(0).normal(size=(30, 4)), np.arange(30) % 3
    fitted = ReadsItsClass(epochs=1).fit(X, y)
    with pytest.raises(AssertionError, match="made from the estimator's units"):
        assert_is_remade(fitted, X)
    with pytest.raises(TypeError, match=r"ReadsFit\._build_model must be a classmethod"):

        class ReadsFit(FamilyClassifier):
            def _build_model(self, params, spec):
                inputs = keras.layers.Input(spec.input_shape)
                hidden = keras.layers.Dense(self.n_levels_)(inputs)
                return keras.Model(inputs, self._output_layer(params, spec)(hidden))


# -- no fit depends on those before it ------------------------------------------------------

RANDOM = np.random.default_rng(0)
QUICK = {"epochs": 2, "batch_size": 20, "random_state": 0, "trainer": "graph"}


def labels(n_rows, n_classes=3):
    return np.arange(n_rows) % n_classes


def numbers(n_rows, n_outputs=1):
    return RANDOM.normal(size=(n_rows, n_outputs) if n_outputs > 1 else n_rows)


def several(n_rows, n_labels=3):
    return (np.arange(n_rows)[:, np.newaxis] + np.arange(n_labels)) % 2


def array(*shape, dtype="float64"):
    return (10 * RANDOM.normal(size=shape)).astype(dtype)


def frame(n_rows, n_numbers, *n_levels):
    """Return a table with numbers, and with a column of categories for each number of levels."""
    table = pd.DataFrame(array(n_rows, n_numbers), columns=[f"n{i}" for i in range(n_numbers)])
    for place, n in enumerate(n_levels):
        table[f"c{place}"] = [f"level {i % n}" for i in range(n_rows)]
    return table


def texts(n_rows, n_words, length):
    words = RANDOM.choice([f"w{i}" for i in range(n_words)], size=(n_rows, length))
    return [" ".join(row) for row in words]


# Places of categories of many levels; the steps of all epochs, and from 46 rows on more pieces.
TABLES = [
    ("Classifier", {}, frame(40, 2, 12), labels(40)),
    ("Classifier", {}, frame(40, 2, 30), labels(40)),
    ("Classifier", {}, frame(50, 2, 30), labels(50)),
]
# Of each family: parameters that keep fits short, and what is fitted one after the other.
FITS = {
    "MLP": (
        {"hidden_layer_sizes": 6},
        [
            ("Classifier", {}, array(40, 3), labels(40)),
            ("Classifier", {}, scipy.sparse.csr_array(array(41, 5)), labels(41, 4)),
            ("Classifier", {"batch_size": 10, "alpha": 1.0}, array(40, 5), labels(40)),
            (
                "Classifier",
                {"batch_size": 20, "alpha": 1.0},
                array(40, 5, dtype="int8"),
                labels(40),
            ),
            ("Regressor", {"learning_rate": "cosine"}, array(40, 5, dtype="float32"), numbers(40)),
            ("Regressor", {"learning_rate": "cosine"}, array(60, 5), numbers(60, 2)),
        ],
    ),
    "RealMLP": ({"hidden_layer_sizes": 6}, TABLES[1:]),
    "TabM": ({"hidden_layer_sizes": 6, "n_ensemble": 2, "embedding_dim": 2}, TABLES),
    "CNN": (
        {"filters": 3, "dense_units": ()},
        [
            ("Classifier", {}, array(20, 6, 5), labels(20)),
            ("Classifier", {}, array(20, 5, 6, 3, dtype="uint8"), labels(20)),
            ("Regressor", {"image_shape": (5, 6)}, array(20, 30), numbers(20, 2)),
        ],
    ),
    "Transfer": (
        {"backbone": "MobileNet", "weights": None, "fine_tune_epochs": 1},
        [
            ("Classifier", {}, array(20, 8, 8, dtype="uint8"), labels(20)),
            ("Classifier", {"n_unfrozen": 1}, array(20, 8, 8, dtype="uint8"), labels(20)),
            ("Classifier", {"n_unfrozen": 1}, array(24, 8, 8, dtype="uint8"), labels(24)),
        ],
    ),
    "RNN": (
        {"units": 3},
        [
            ("Classifier", {}, array(40, 5, 2), labels(40)),
            ("Classifier", {}, array(40, 9, 3), labels(40, 2)),
        ],
    ),
    "TimeSeries": (
        {"architecture": "lstm_fcn", "learning_rate": 0.01},
        [
            ("Classifier", {}, array(20, 9, 2), labels(20)),
            ("Classifier", {}, array(20, 12, 2), labels(20)),
        ],
    ),
    "Text": (
        {"embedding_dim": 3, "max_features": 20, "n_pairs": 20},
        [
            ("Classifier", {}, texts(40, 5, 4), labels(40)),
            ("Classifier", {}, texts(40, 15, 4), labels(40)),
            ("Classifier", {}, texts(40, 15, 1), several(40)),
        ],
    ),
    "MultiInput": (
        {"hidden_layer_sizes": (), "units": 3, "embedding_dim": 3, "n_pairs": 0},
        [
            ("Classifier", {}, frame(40, 1, 4), labels(40)),
            ("Classifier", {}, frame(40, 1, 20), labels(40)),
            ("Classifier", {}, frame(40, 8), labels(40)),
            ("Classifier", {}, pd.DataFrame({"text": texts(40, 60, 8)}), labels(40)),
        ],
    ),
    "Distilled": (
        {},
        [
            ("Classifier", {}, array(40, 5), labels(40)),
            ("Classifier", {"alpha": 0.1, "temperature": 5.0}, array(40, 5), labels(40)),
        ],
    ),
}


def estimator(name, params):
    kind = getattr(skkeras, name)
    if "Distilled" not in name:
        return kind(**{**QUICK, **params})
    student = skkeras.KerasMLPClassifier(**QUICK, hidden_layer_sizes=6)
    teacher = DecisionTreeClassifier(max_depth=2, random_state=0)
    return kind(student=student, teacher=teacher, cv=None, **params)


def preprocess_input(pixels):
    return pixels / 255


def small_backbone(include_top, weights, input_shape):
    """Stand in for a network of `keras.applications`."""
    inputs = x = keras.layers.Input(input_shape)
    for _ in range(2):
        x = keras.layers.Conv2D(3, 3, activation="relu")(x)
    return keras.Model(inputs, x, name="small")


def outcome(model, X, y):
    """Return all that a fit gives, and what follows from its values alone, to the last bit."""
    model.fit(X, y)
    outputs = model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)
    network = getattr(model, "student_", model)
    later = copy.deepcopy(network).partial_fit(X, y)
    values = [*network._live_network().values, *later._live_network().values]
    return model.history_, [outputs, *values]


def assert_same(one, other):
    assert one[0] == other[0]
    for ours, theirs in zip(one[1], other[1], strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)


@pytest.mark.parametrize("family", FITS)
def test_no_fit_gets_the_network_of_another(family, monkeypatch):
    monkeypatch.setattr(_tabm, "_SMALL_ROWS", 45)  # from where on there are more pieces
    monkeypatch.setitem(_backbones.BACKBONES, "MobileNet", small_backbone)
    shared, fits = FITS[family]

    def fit(end, params, X, y):
        return outcome(estimator(f"Keras{family}{end}", {**shared, **params}), X, y)

    skkeras.clear_cache()
    after_others = [fit(*how) for how in fits]
    for how, found in zip(fits, after_others, strict=True):
        skkeras.clear_cache()
        assert_same(found, fit(*how))


# -- a family as others write it ------------------------------------------------------------


class LevelCounter(TransformerMixin, BaseEstimator):
    """Encoder that learns how many values there are, which will be the width of a layer."""

    def fit(self, X, y=None):
        self.n_levels_ = len(np.unique(X))
        return self

    def transform(self, X):
        return (X / self.n_levels_).astype(keras.config.floatx())


@dataclass(kw_only=True, eq=False, repr=False)
class Levels(KerasFamily):
    """Base of a family whose hidden layer is as wide as X has values."""

    activation: str = "relu"

    @property
    def feature_encoder(self):
        return LevelCounter()

    def _describe_encoding(self):
        return self.feature_encoder_.n_levels_

    @classmethod
    def _build_model(cls, params, spec):
        inputs = keras.layers.Input(spec.input_shape)
        hidden = keras.layers.Dense(spec.encoding, activation=params.activation)(inputs)
        return keras.Model(inputs, cls._output_layer(params, spec)(hidden))


@dataclass(kw_only=True, eq=False, repr=False)
class LevelsClassifier(Levels, FamilyClassifier):
    """Classifier."""


@dataclass(kw_only=True, eq=False, repr=False)
class LevelsRegressor(Levels, FamilyRegressor):
    """Regressor."""


@pytest.mark.parametrize("kind", [LevelsClassifier, LevelsRegressor])
def test_a_family_of_others_learns_its_width(kind):
    y = np.arange(60) % 3
    one_estimator = kind(epochs=2, random_state=0)
    for n_levels in (4, 9):
        X = RANDOM.integers(n_levels, size=(60, 5)).astype(float)
        X[:n_levels, 0] = np.arange(n_levels)
        found = outcome(one_estimator, X, y)
        kernel = found[1][1]
        assert kernel.shape == one_estimator.model_.layers[1].kernel.shape == (5, n_levels)
        assert_is_remade(one_estimator, X)
        copied = copy.deepcopy(one_estimator.set_params(activation="tanh"))
        np.testing.assert_array_equal(copied.predict(X), one_estimator.predict(X))
        assert copied.model_.layers[1].activation is keras.activations.relu
        one_estimator.set_params(activation="relu")
        skkeras.clear_cache()
        assert_same(outcome(kind(epochs=2, random_state=0), X, y), found)


def test_an_encoding_that_is_not_hashable_is_refused():
    class Unhashable(LevelsClassifier):
        def _describe_encoding(self):
            return [self.feature_encoder_.n_levels_]

    with pytest.raises(TypeError, match=r"_describe_encoding gives must be hashable.*\[4\]"):
        Unhashable(epochs=1).fit(np.arange(60).reshape(-1, 1) % 4, np.arange(60) % 3)
