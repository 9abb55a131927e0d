"""Convolutional networks: the images that they take, their layers and what they learn."""

import keras
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skkeras import KerasCNNClassifier, KerasCNNRegressor
from skkeras.datasets import fetch_fashion_mnist

QUICK = {"filters": (4, 8), "dense_units": 16, "epochs": 2, "batch_size": 32, "random_state": 0}


@pytest.fixture(scope="module")
def digits():
    """240 pictures of 8x8 pixels from 0 to 16, as bytes."""
    data = load_digits()
    return data.images[:240].astype(np.uint8), data.target[:240]


def test_images_may_come_in_any_shape(digits):
    X, y = digits
    flat = X.reshape(len(X), -1)
    pixels = [f"pixel{i}" for i in range(64)]
    given = [
        ({}, X),
        ({}, X[..., np.newaxis]),
        ({"image_shape": (8, 8)}, X),
        ({"image_shape": (8, 8)}, flat),
        ({"image_shape": [8, 8, 1]}, flat),
        ({"image_shape": (8, 8)}, pd.DataFrame(flat, columns=pixels)),
        ({"image_shape": (8, 8)}, scipy.sparse.csr_array(flat)),
        ({"image_shape": (8, 8)}, scipy.sparse.csc_matrix(flat.astype(float))),
    ]
    models = [KerasCNNClassifier(**QUICK, **params).fit(images, y) for params, images in given]
    expected = models[0].predict_proba(X)
    for model, (_, images) in zip(models, given, strict=True):
        np.testing.assert_array_equal(model.predict_proba(images), expected)
        assert model.image_shape_ == (8, 8, 1)
    assert models[5].feature_names_in_.tolist() == pixels


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"filters": (8, 0)}, "filters must be whole numbers of at least 1"),
        ({"filters": (8, 2.5)}, "filters must be whole numbers"),
        ({"filters": 0}, "filters"),
        ({"dense_units": (-1,)}, "dense_units must be whole numbers"),
        ({"kernel_size": (3, 3, 3)}, "kernel_size must be 2 numbers"),
        ({"pool_size": [2]}, "pool_size must be 2 numbers"),
        ({"image_shape": (8,)}, "image_shape must be 2 or 3 numbers"),
        ({"image_shape": (8, "8")}, "image_shape must be whole numbers"),
        ({"architecture": "lenet"}, "architecture"),
        ({"dropout": 1.0}, "dropout"),
    ],
)
def test_wrong_parameters_are_refused(digits, params, message):
    X, y = digits
    with pytest.raises(ValueError, match=message):
        KerasCNNClassifier(**params).fit(X, y)


@pytest.mark.parametrize(
    ("architecture", "n_convolutions"), [("simple", 2), ("vgg", 4), ("resnet", 6)]
)
def test_architectures_train_compiled_as_keras_does(digits, architecture, n_convolutions):
    X, y = digits
    params = {**QUICK, "architecture": architecture, "dropout": 0.2}
    model = KerasCNNClassifier(**params).fit(X, y)
    plain = KerasCNNClassifier(**params, trainer="fit").fit(X, y)
    kinds = [type(layer) for layer in model.model_.layers]
    assert kinds.count(keras.layers.Conv2D) == n_convolutions
    assert model.trainer_ == "graph"
    np.testing.assert_allclose(model.history_["loss"], plain.history_["loss"], rtol=1e-5)
    np.testing.assert_allclose(model.predict_proba(X), plain.predict_proba(X), atol=1e-4)


def test_more_blocks_than_halvings_still_leave_a_pixel(digits):
    X, y = digits
    model = KerasCNNClassifier(**{**QUICK, "filters": [2] * 4, "kernel_size": (5, 3)}).fit(X, y)
    assert model.predict(X).shape == y.shape


def test_parameters_reach_the_layers(digits):
    X, y = digits
    model = KerasCNNClassifier(
        **{**QUICK, "filters": np.int64(6), "dense_units": ()},
        kernel_size=np.int64(5),
        pool_size=(4, 2.0),
        activation="elu",
        batch_norm=False,
    )
    layers = model.fit(X, y).model_.layers
    kinds = [type(layer).__name__ for layer in layers]
    assert kinds == ["InputLayer", "Conv2D", "MaxPooling2D", "Activation", "Flatten", "Dense"]
    assert layers[1].kernel.shape == (5, 5, 1, 6)
    assert layers[1].use_bias
    assert layers[2].pool_size == (4, 2)
    assert layers[3].activation is keras.activations.elu


def test_several_labels_of_an_image(digits):
    X, y = digits
    labels = np.column_stack([y > 4, y % 2]).astype(int)
    model = KerasCNNClassifier(**QUICK).fit(X, labels)
    assert model.predict(X).shape == labels.shape
    assert model.predict_proba(X).shape == labels.shape


def test_numbers_are_read_from_images(digits):
    X, _ = digits
    brightness = np.column_stack([X[:, :4].sum(axis=(1, 2)), X[:, 4:].sum(axis=(1, 2))])
    model = KerasCNNRegressor(
        filters=(4, 8), dropout=0.0, batch_norm=False, batch_size=32, epochs=40, random_state=0
    )
    assert model.fit(X[:200], brightness[:200]).score(X[200:], brightness[200:]) > 0.8


def test_fashion_is_told_better_than_by_lines():
    X, y = (part[:4000] for part in fetch_fashion_mnist())
    X_test, y_test = (part[:1000] for part in fetch_fashion_mnist("test"))
    lines = make_pipeline(MinMaxScaler(), LogisticRegression(max_iter=50, tol=0.01))
    baseline = lines.fit(X.reshape(4000, -1), y).score(X_test.reshape(1000, -1), y_test)
    score = KerasCNNClassifier(epochs=10, random_state=0).fit(X, y).score(X_test, y_test)
    assert score > baseline + 0.01
