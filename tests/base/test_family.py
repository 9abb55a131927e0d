"""Parameters of a family are checked before training."""

import numpy as np
import pytest
from sklearn.base import clone

from skkeras import KerasMLPClassifier

CLASSIFIER = KerasMLPClassifier(hidden_layer_sizes=(4,), epochs=2, random_state=0)
GOOD = np.random.default_rng(0).normal(size=(12, 3))
GOOD.flags.writeable = False
Y = np.arange(12) % 2


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("epochs", 0),
        ("epochs", "many"),
        ("epochs", 2.5),
        ("batch_size", 0),
        ("batch_size", "all"),
        ("learning_rate", 0.0),
        ("learning_rate", -1e-3),
        ("learning_rate", np.nan),
        ("learning_rate", "adaptive"),
        ("momentum", 1.5),
        ("weight_decay", -1),
        ("clipnorm", 0),
        ("alpha", -1e-4),
        ("dropout", 1.0),
        ("hidden_layer_sizes", (8, 0)),
        ("hidden_layer_sizes", (8, 2.5)),
        ("hidden_layer_sizes", "large"),
        ("activation", "reluu"),
        ("optimizer", "adamm"),
        ("optimizer", 3),
        ("loss", "crossentropi"),
        ("metrics", ["acuracy"]),
        ("validation_fraction", 0),
        ("early_stopping", "yes"),
        ("patience", 0),
        ("class_weight", "unbalanced"),
        ("class_weight", {7: 1.0}),
        ("class_weight", {0: -1.0}),
        ("class_weight", {0: np.nan}),
        ("verbose", -1),
        ("random_state", "seed"),
        ("trainer", "fast"),
        ("shuffle", "yes"),
    ],
)
def test_parameters_are_refused_by_name(parameter, value):
    model = clone(CLASSIFIER).set_params(**{parameter: value})
    with pytest.raises((ValueError, TypeError)) as caught:
        model.fit(GOOD, Y)
    assert parameter in str(caught.value) or repr(value).strip("[]'") in str(caught.value)
    assert not hasattr(model, "history_")


def test_unknown_parameters_are_refused():
    with pytest.raises(TypeError, match="hiden_layer_sizes"):
        KerasMLPClassifier(hiden_layer_sizes=(4,))
    with pytest.raises(ValueError, match="Invalid parameter 'hiden_layer_sizes'"):
        CLASSIFIER.set_params(hiden_layer_sizes=(4,))
