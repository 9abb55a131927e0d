"""Configurations from a file name only parts of Keras and skkeras, of plausible sizes."""

import keras
import numpy as np
import pytest

from skkeras.layers import Dropout
from skkeras.serialization._configs import check_config, check_size


def configured(name, module="keras.layers", **config):
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


def test_what_is_known():
    for item in (
        keras.optimizers.AdamW(),
        keras.losses.Huber(),
        keras.metrics.AUC(50),
        keras.activations.relu,
        keras.Sequential([keras.layers.Input((2,)), Dropout(0.1), keras.layers.Dense(1)]),
    ):
        check_config(keras.saving.serialize_keras_object(item))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (configured("Dense", "os"), r"os\.Dense is no part"),
        (configured("Lambda"), "Lambda is no part"),
        (configured("CSVLogger", "keras.callbacks"), "CSVLogger is no part"),
        (configured("get", "keras.optimizers"), "get is no part"),
        (configured("__init__"), "__init__ is no part"),
        (configured(3), "3 is no part"),
        ({"class_name": "function", "module": "builtins", "config": "eval"}, "eval is no part"),
        ({"class_name": "function", "module": "os", "config": "relu"}, "relu is no part"),
        ([{"a": configured("Popen", "subprocess")}], "Popen is no part"),
        (configured("AUC", "keras.metrics", num_thresholds=10**9), "num_thresholds=.*too large"),
    ],
)
def test_other_names_and_sizes_are_refused(config, message):
    with pytest.raises(ValueError, match=message):
        check_config(config)


def test_layers_need_weights_of_their_sizes():
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3)])
    config = keras.saving.serialize_keras_object(model)
    check_size(config, model.get_weights())
    with pytest.raises(ValueError, match=r"shapes \[\(2, 3\), \(3,\)\] has .* \[\(2, 4\)\]"):
        check_size(config, [np.ones((2, 4))])
    check_size(keras.saving.serialize_keras_object(keras.losses.Huber()), [])
