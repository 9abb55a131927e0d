"""Parameters and specifications of models, which identify equal networks."""

import dataclasses

import keras
import numpy as np
import pytest

from skkeras import KerasMLPClassifier
from skkeras.base._estimator import BaseKerasEstimator
from skkeras.base._model_spec import (
    ModelParams,
    ModelSpec,
    first_row,
    freeze,
    replace_params,
    shapes_and_dtypes,
)

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 4))
y = np.arange(60) % 3
QUICK = {"hidden_layer_sizes": 3, "epochs": 1, "batch_size": 20, "random_state": 0}


@pytest.fixture(autouse=True)
def untrained(monkeypatch):
    """Let fits end with the network that they would train."""
    monkeypatch.setattr(BaseKerasEstimator, "_train", lambda *args: None)


def spec(**changes):
    given = {
        "input_shape": (4,),
        "input_dtype": "float32",
        "target_type": "binary",
        "n_classes": 2,
        "n_outputs": 1,
        "batch_size": 20,
    }
    return ModelSpec(**{**given, **changes})


def test_equal_specs_are_one_key():
    assert {spec(): "found"}[spec()] == "found"
    others = [
        spec(input_shape=(5,)),
        spec(n_classes=3),
        spec(batch_size=19),
        spec(n_rows=60),
        spec(encoding=(4, "a")),
    ]
    assert len({spec(), *others}) == 6
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec().n_rows = 3
    with pytest.raises(TypeError, match=r"must be hashable.*\{'a': 1\}"):
        spec(encoding={"a": 1})


@pytest.mark.parametrize(
    ("x", "shape", "dtype"),
    [
        (np.zeros((3, 4), "float32"), (4,), "float32"),
        (np.zeros((3, 2, 5, 1), "uint8"), (2, 5, 1), "uint8"),
        ((np.zeros((3, 4)), np.zeros((3, 2), "int32")), ((4,), (2,)), ("float64", "int32")),
        (
            {"a": np.zeros((3, 4)), "b": np.zeros((3, 2), "int32")},
            (("a", (4,)), ("b", (2,))),
            (("a", "float64"), ("b", "int32")),
        ),
    ],
)
def test_inputs_are_described(x, shape, dtype):
    assert shapes_and_dtypes(first_row(x)) == shapes_and_dtypes(x) == (shape, dtype)


def test_params_can_only_be_read():
    params = ModelParams({"units": np.int64(8), "sizes": (np.float32(0.5), 2)})
    assert (params.units, type(params.units)) == (8, int)
    assert params.sizes == (0.5, 2)
    with pytest.raises(AttributeError, match=r"no 'epochs' among the parameters.*units, sizes"):
        _ = params.epochs
    with pytest.raises(AttributeError, match="'units' cannot be set"):
        params.units = 3
    with pytest.raises(AttributeError, match="'units' cannot be deleted"):
        del params.units
    assert replace_params(params, units=3).units == 3
    assert params.units == 8


def test_values_of_other_types_are_not_the_same():
    values = [1, True, 1.0, "1", "True", None, "None", (1,), [1], {1: 1}, (1, ()), ((1,),), -0.0, 0]
    texts = [freeze(value) for value in values]
    assert None not in texts
    assert len(set(texts)) == len(values)
    assert freeze([np.float64(0.1), np.str_("a")]) != freeze([0.1, "a"])
    assert freeze(vars(ModelParams({"a": np.float64(0.1)}))) == freeze({"a": 0.1})


@pytest.mark.parametrize(
    "value",
    [
        keras.losses.Huber(),
        np.zeros(2),
        lambda x: x,
        [1, (2, {"a": keras.activations.relu})],
        {keras.layers.Dense: 1},
        type("Text", (str,), {})("relu"),
        type("Number", (float,), {})(1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_objects_are_no_key(value):
    assert freeze(value) is None


def test_what_the_user_registered_is_no_key():
    with keras.saving.custom_object_scope({"mine": keras.optimizers.SGD}):
        assert freeze(["adam", "mine"]) is None
    assert freeze(["adam", "mine"]) is not None


def test_the_class_that_a_name_stands_for_now_is_used():
    class First(keras.optimizers.SGD):
        pass

    class Second(keras.optimizers.Adam):
        pass

    for kind in (First, Second):
        with keras.saving.custom_object_scope({"mine": kind}):
            fitted = KerasMLPClassifier(optimizer="mine", **QUICK).fit(X, y)
            assert type(fitted.model_.optimizer) is kind
