"""Layers on top of a backbone's features."""

import keras
import pytest

from skkeras import KerasTransferClassifier
from skkeras.base import ModelParams, ModelSpec
from skkeras.image._transfer_model import transfer_model
from skkeras.layers import Dropout

DENSE = keras.layers.Dense


def built(encoding=None, shape=(7,), **params):
    given = KerasTransferClassifier(backbone="MobileNet", weights=None, **params).get_params()
    spec = ModelSpec(
        input_shape=shape,
        input_dtype="float32",
        target_type="multiclass",
        n_classes=3,
        n_outputs=1,
        batch_size=10,
        n_rows=50,
        encoding=encoding,
    )
    return transfer_model(ModelParams(given), spec, KerasTransferClassifier._output_layer)


def test_layers_of_features():
    model = built(dense_units=(5, 4), dropout=0.25, alpha=1.0, activation="tanh")
    kinds = [type(layer) for layer in model.layers[1:]]
    assert kinds == [Dropout, DENSE, Dropout, DENSE, Dropout, DENSE]
    dense = [layer for layer in model.layers if isinstance(layer, DENSE)]
    assert [layer.units for layer in dense] == [5, 4, 3]
    assert [layer.activation.__name__ for layer in dense] == ["tanh", "tanh", "softmax"]
    for layer in dense:
        assert float(layer.kernel_regularizer.l2) == pytest.approx(0.5 / 50)


def test_parts_that_are_left_out():
    model = built(dense_units=(), dropout=0.0, alpha=0.0)
    assert [type(layer) for layer in model.layers[1:]] == [DENSE]
    assert model.layers[-1].kernel_regularizer is None
