"""Values and Keras' names are checked before a fit, with errors that name what exists."""

from numbers import Integral

import keras
import pytest
from sklearn.utils._param_validation import Interval, InvalidParameterError, StrOptions

from skkeras.utils._param_checks import check_constraints, check_identifiers

CONSTRAINTS = {
    "epochs": [Interval(Integral, 1, None, closed="left")],
    "mode": [StrOptions({"fast", "exact", "auto"})],
    "callbacks": [None, list, keras.callbacks.Callback],
}


def test_valid_values_pass():
    check_constraints(CONSTRAINTS, {"epochs": 3, "mode": "fast", "callbacks": None}, "Estimator")
    check_identifiers("loss", {"out": ["mse", keras.losses.Huber(), None]})
    check_identifiers("metrics", ["acc", "auc", keras.metrics.AUC])
    check_identifiers("activation", "relu")
    check_identifiers("optimizer", "adamw")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("epochs", "5", r"Give a number, not a string: epochs=5\.0"),
        ("mode", "slow", r"\{'auto', 'exact', 'fast'\}"),
        ("callbacks", "EarlyStopping", r"Give the object: keras\.callbacks\.EarlyStopping\("),
        ("callbacks", 3, r"an instance of 'keras\.callbacks\.Callback'"),
    ],
)
def test_values_that_are_refused(name, value, message):
    with pytest.raises(InvalidParameterError, match=message) as caught:
        check_constraints(CONSTRAINTS, {name: value}, "Estimator")
    assert "keras.src" not in str(caught.value)


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("optimizer", "adamm", r"'adamm' is none of Keras' optimizers\. Did you mean 'adam"),
        ("loss", ["mse", "crossentropi"], "'crossentropi' is none of Keras' losses"),
        ("activation", "zzz", r"Names are: .*relu, .*tanh"),
        ("metrics", "MeanIoU", r"needs arguments\. Give the object: keras\.metrics\.MeanIoU\("),
        ("optimizer", "Huber", "is none of Keras' optimizers"),
    ],
)
def test_names_that_keras_does_not_know(parameter, value, message):
    with pytest.raises(ValueError, match=message):
        check_identifiers(parameter, value)
