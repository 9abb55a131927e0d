"""Keras objects as plain values, and back."""

from pathlib import Path

import keras
import numpy as np
import pytest

from skkeras.serialization._keras_objects import (
    Architecture,
    KerasConfig,
    KerasName,
    from_plain,
    is_without_code,
    to_plain,
    without_code,
)


def own(y_true, y_pred):
    return y_pred


def test_a_block_is_without_code():
    with without_code():
        assert is_without_code()
    assert not is_without_code()


def test_states_are_the_same_again():
    state = {
        "activation": keras.activations.relu,
        "optimizer": keras.optimizers.SGD(0.5, momentum=0.25),
        "metrics": ("acc", [keras.metrics.AUC]),
        "folder": Path("a") / "b",
        "number": 3,
    }
    plain = to_plain(state)
    assert plain["activation"] == KerasName("activations.relu")
    assert plain["metrics"] == ("acc", [KerasName("metrics.AUC")])
    assert plain["folder"] == str(Path("a") / "b")
    again = from_plain(plain)
    assert again["activation"] is keras.activations.relu
    assert again["metrics"] == state["metrics"]
    assert again["optimizer"].get_config() == state["optimizer"].get_config()
    assert again["number"] == 3


def test_own_functions_stay_as_they_are():
    assert to_plain([own]) == [own]


def test_architectures_build_the_same_layers():
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3, "relu")])
    built = Architecture.of(model)()
    assert [type(layer) for layer in built.layers] == [keras.layers.Dense]
    assert built.layers[0].activation is keras.activations.relu
    assert built is not model
    again = KerasConfig.of(model).to_object()
    for ours, theirs in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_configurations_that_lack_arguments_are_refused():
    with pytest.raises(ValueError, match="Huber has not all its arguments"):
        to_plain(keras.losses.Huber(delta=0.2))


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        (KerasName("callbacks.get_file"), "callbacks.get_file is nothing"),
        (KerasName("utils.get_file"), "utils.get_file is nothing"),
        ([{"a": {"class_name": "function"}}], "where none is expected"),
        (KerasConfig('{"class_name": "Lambda", "module": "keras.layers"}'), "Lambda is no part"),
    ],
)
def test_states_that_name_anything_else_are_refused(plain, message):
    with pytest.raises(ValueError, match=message):
        from_plain(plain)
