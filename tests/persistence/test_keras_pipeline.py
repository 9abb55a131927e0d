"""Pipelines as one Keras model."""

import copy

import keras
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from skkeras import (
    KerasClassifier,
    KerasCNNClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
)
from skkeras.persistence._keras_pipeline import KerasPipeline

RNG = np.random.default_rng(0)
X = RNG.normal(30, [1, 5, 20], size=(40, 3)).astype("float32")
LABELS = np.array(["a", "b", "c"])[np.arange(40) % 3]
SIZE = {"hidden_layer_sizes": 4, "epochs": 1, "random_state": 0}
CLASSIFIER = make_pipeline(StandardScaler(), KerasMLPClassifier(**SIZE)).fit(X, LABELS)


def predicted(estimator, rows):
    pipeline = KerasPipeline(estimator)
    return pipeline.model().predict(pipeline.rows(rows), verbose=0)


def test_outputs_are_probabilities_of_all_classes():
    expected = CLASSIFIER.predict_proba(X)
    np.testing.assert_allclose(predicted(CLASSIFIER, X), expected, atol=1e-5)
    two = make_pipeline("passthrough", MinMaxScaler(), MaxAbsScaler(), KerasMLPClassifier(**SIZE))
    two.fit(X, X[:, 0] > 30)
    np.testing.assert_allclose(predicted(two, X), two.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize(("loss", "units"), [("logits", 1), ("logits", 3), ("hinge", 1)])
def test_outputs_of_other_losses_become_probabilities(loss, units):
    kind = "SparseCategoricalCrossentropy" if units > 1 else "BinaryCrossentropy"
    made = "hinge" if loss == "hinge" else getattr(keras.losses, kind)(from_logits=True)
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(units, "tanh")])
    model.compile("sgd", made)
    y = LABELS if units > 1 else X[:, 0] > 30
    network = KerasClassifier(model, epochs=1, random_state=0).fit(X / 100, y)
    expected = network.predict_proba(X / 100)
    np.testing.assert_allclose(predicted(network, X / 100), expected, atol=1e-5)


def test_numbers_are_in_the_units_of_the_target():
    y = 1000 * X[:, :2] + 5000
    model = make_pipeline(RobustScaler(), GridSearchCV(KerasMLPRegressor(**SIZE), {}, cv=2))
    model.fit(X, y)
    np.testing.assert_allclose(predicted(model, X), model.predict(X), rtol=1e-5)


def test_images_have_the_shape_of_fit():
    images = RNG.integers(0, 256, (20, 6, 6)).astype("uint8")
    network = KerasCNNClassifier(filters=2, epochs=1, random_state=0)
    network.fit(images, LABELS[:20])
    assert KerasPipeline(network).model().input_shape == (None, 6, 6)
    np.testing.assert_allclose(predicted(network, images), network.predict_proba(images), atol=1e-5)


def test_what_is_no_layer_is_named():
    class Own(KerasMLPClassifier):
        pass

    scaler, network = copy.deepcopy(CLASSIFIER[0]), CLASSIFIER[-1]
    scaler.scale_ = np.array([1e-9, 1, 1])
    own, encoding = copy.copy(network), copy.copy(network)
    own.__class__ = Own
    encoding.feature_encoder_ = FunctionTransformer()
    for estimator, why in [
        (make_pipeline(MinMaxScaler(clip=True).fit(X), network), "MinMaxScaler .* without clip"),
        (make_pipeline(FunctionTransformer(np.cbrt).fit(X), network), "FunctionTransformer cannot"),
        (make_pipeline(scaler, network), "StandardScaler cannot .* scales from 1e-09 to 1"),
        (scaler, "StandardScaler cannot .* only classifiers and regressors"),
        (own, "Own cannot .* only classifiers and regressors of skkeras"),
        (encoding, 'KerasMLPClassifier cannot .* encodes X .* with format="onnx"'),
    ]:
        with pytest.raises(ValueError, match=why):
            KerasPipeline(estimator).model()
    with pytest.raises(NotFittedError):
        KerasPipeline(KerasMLPClassifier())
