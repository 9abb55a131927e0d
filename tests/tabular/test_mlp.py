"""Perceptrons are built as their parameters say."""

import keras
import numpy as np
import pytest
import scipy.sparse
from sklearn.utils import get_tags

from skkeras import KerasMLPClassifier, KerasMLPRegressor
from skkeras.base import ModelParams, ModelSpec
from skkeras.layers import Dropout

LABELS = {"target_type": "multilabel-indicator", "n_classes": 3, "n_outputs": 3}
NUMBERS = {"target_type": "continuous", "n_classes": None, "n_outputs": 1}


def built(kind, target, **params):
    spec = ModelSpec(input_shape=(4,), input_dtype="float32", batch_size=10, **target)
    params = ModelParams(kind(**params).get_params())
    return kind._build_model(params, spec), kind._default_loss_weight(params, spec)


def test_layers():
    model, weight = built(
        KerasMLPRegressor,
        NUMBERS,
        hidden_layer_sizes=(5, 3),
        activation="tanh",
        dropout=0.25,
        batch_norm=True,
    )
    block = [
        keras.layers.Dense,
        keras.layers.BatchNormalization,
        keras.layers.Activation,
        Dropout,
    ]
    assert [type(layer) for layer in model.layers] == [*block, *block, keras.layers.Dense]
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert [layer.units for layer in dense] == [5, 3, 1]
    assert model.layers[2].activation is keras.activations.tanh
    assert weight is None


@pytest.mark.parametrize(("alpha", "penalty"), [(0.2, 0.01), (0, None)])
def test_alpha_is_that_of_scikit_learn(alpha, penalty):
    model, _ = built(KerasMLPRegressor, NUMBERS, alpha=alpha)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            found = layer.kernel_regularizer
            assert found is None if penalty is None else float(found.l2) == pytest.approx(penalty)


def test_the_loss_of_labels_is_a_sum():
    assert built(KerasMLPClassifier, LABELS)[1] == 3.0


def test_sparse_X_is_taken():
    model = KerasMLPClassifier()
    assert get_tags(model).input_tags.sparse
    assert scipy.sparse.issparse(model._check_X(scipy.sparse.csr_array(np.eye(3)), reset=True))
