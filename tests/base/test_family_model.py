"""Models of equal parameters and specs have one key, and others have another or none."""

import keras
import numpy as np
import pytest

from skkeras import KerasMLPClassifier, KerasMLPRegressor, KerasRealMLPClassifier
from skkeras.base._estimator import BaseKerasEstimator
from skkeras.base._family_model import FamilyModel

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 4))
y = np.arange(60) % 3
QUICK = {"hidden_layer_sizes": 3, "epochs": 1, "batch_size": 20, "random_state": 0}


@pytest.fixture(autouse=True)
def untrained(monkeypatch):
    """Let fits end with the network that they would train."""
    monkeypatch.setattr(BaseKerasEstimator, "_train", lambda *args: None)


def key(rows=60, kind=KerasMLPClassifier, target=y, **params):
    fitted = kind(**{**QUICK, **params}).fit(X[:rows], target[:rows])
    return fitted._model_builder()[1]


def test_what_changes_nothing_in_a_model_is_not_in_its_key():
    trained_otherwise = {
        "epochs": 2,
        "shuffle": False,
        "early_stopping": True,
        "validation_fraction": 0.2,
        "patience": 3,
        "callbacks": [keras.callbacks.TerminateOnNaN()],
        "random_state": 1,
        "verbose": np.int64(0),
        "trainer": "fit",
        "class_weight": "balanced",
    }
    assert hash(key()) is not None
    for name, value in trained_otherwise.items():
        assert key(**{name: value}) == key()
        params = KerasMLPClassifier(**QUICK).fit(X, y)._model_params()
        with pytest.raises(AttributeError):
            getattr(params, name)
    assert key(59) == key()  # folds whose rows differ by one
    assert key(hidden_layer_sizes=np.int64(3)) == key()


def test_what_changes_a_model_is_in_its_key():
    keys = [
        key(),
        key(hidden_layer_sizes=4),
        key(hidden_layer_sizes=3.0),
        key(hidden_layer_sizes=(3,)),
        key(activation="tanh"),
        key(alpha=1),
        key(alpha=1.0),
        key(batch_norm=True),
        key(batch_size=30),
        key(learning_rate=0.01),
        key(learning_rate="cosine"),
        key(learning_rate="cosine", epochs=2),
        key(learning_rate="cosine", rows=40),
        key(metrics=["accuracy"]),
        key(target=y > 0),
        key(kind=KerasMLPRegressor, target=X[:, 0]),
        key(kind=KerasMLPRegressor, target=X[:, :2]),
    ]
    assert None not in keys
    assert len(set(keys)) == len(keys)


def test_steps_are_known_only_where_they_are_used():
    assert KerasMLPClassifier(**QUICK).fit(X, y)._spec.n_steps is None
    assert KerasMLPClassifier(**QUICK, learning_rate="cosine").fit(X, y)._spec.n_steps == 3
    assert KerasRealMLPClassifier(**QUICK).fit(X, y)._spec.n_steps == 3
    assert KerasRealMLPClassifier(**QUICK, anneal=False).fit(X, y)._spec.n_steps is None


class Subclass(KerasMLPClassifier):
    pass


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        (Subclass, {}),
        (KerasMLPClassifier, {"loss": keras.losses.SparseCategoricalCrossentropy()}),
        (KerasMLPClassifier, {"optimizer": keras.optimizers.SGD()}),
        (KerasMLPClassifier, {"optimizer": keras.optimizers.SGD}),
        (KerasMLPClassifier, {"activation": keras.activations.tanh}),
    ],
)
def test_code_that_is_not_known_has_no_key(kind, params):
    assert key(kind=kind, **params) is None


def test_settings_are_in_the_key(monkeypatch):
    before = key()
    monkeypatch.setattr("skkeras.base._family_model.settings", lambda: "others")
    assert key() != before


def test_what_makes_a_model_must_be_a_class_method():
    made = [name for name, value in vars(FamilyModel).items() if isinstance(value, classmethod)]
    assert {"_build_model", "_output_layer", "_default_loss", "_make_optimizer"} <= set(made)
    for name in made:
        if name != "__init_subclass__":
            with pytest.raises(TypeError, match=rf"Mine\.{name} must be a classmethod"):
                type("Mine", (KerasMLPClassifier,), {name: lambda self, params, spec: None})
