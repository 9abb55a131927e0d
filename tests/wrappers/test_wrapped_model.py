"""Targets and predictions beside those of scikit-learn's perceptrons, and encoders of a user's."""

import warnings

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import FunctionTransformer

from skkeras import KerasClassifier, KerasRegressor

X = np.random.default_rng(0).normal(size=(30, 3))
y = np.arange(30) % 3
NUMBERS = ["float32", "float64", "int64", "int32", "uint8", "uint16"]


def build(meta):
    several = meta["target_type_"] == "multiclass"
    units = meta["n_classes_"] if "n_classes_" in meta else meta["n_outputs_"]
    activation = "softmax" if several else "sigmoid" if "n_classes_" in meta else None
    return keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(units, activation)])


def classifier(labels):
    loss = "sparse_categorical_crossentropy" if labels.ndim == 1 else "binary_crossentropy"
    return KerasClassifier(build, loss=loss, random_state=0)


def regressor(**params):
    return KerasRegressor(build, loss="mse", random_state=0, **params)


def of_scikit_learn(network, data, target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return network.fit(data, target).predict(data)


class TestTypesOfPredictions:
    @pytest.mark.parametrize("dtype", [*NUMBERS, "<U1"])
    def test_classes(self, dtype):
        target = y.astype(dtype)
        predicted = classifier(target).fit(X, target).predict(X)
        expected = of_scikit_learn(MLPClassifier(max_iter=1), X, target)
        assert (predicted.dtype, predicted.shape) == (expected.dtype, expected.shape)

    @pytest.mark.parametrize("dtype", [*NUMBERS, "bool"])
    def test_several_labels(self, dtype):
        target = np.column_stack([y == 0, y < 2]).astype(dtype)
        predicted = classifier(target).fit(X, target).predict(X)
        expected = of_scikit_learn(MLPClassifier(max_iter=1), X, target)
        assert (predicted.dtype, predicted.shape) == (expected.dtype, expected.shape)

    @pytest.mark.parametrize("of_y", ["float32", "float64", "uint8"])
    @pytest.mark.parametrize("n_outputs", [1, 2])
    def test_numbers(self, of_y, n_outputs):
        target = np.column_stack([y] * n_outputs).astype(of_y).squeeze()
        network = regressor().fit(X, target)
        for of_X in (*NUMBERS, "float16"):
            data = np.abs(X).astype(of_X)
            predicted = network.predict(data)
            expected = of_scikit_learn(MLPRegressor(max_iter=1), data, target)
            assert (predicted.dtype, predicted.shape) == (expected.dtype, expected.shape)

    def test_numbers_of_frames(self):
        frame = pd.DataFrame(X).rename(columns=str).astype("float32")
        network = regressor().fit(frame, y)
        mixed = frame.assign(**{"0": X[:, 0]})
        assert network.predict(frame).dtype == np.float32
        assert network.predict(mixed).dtype == np.float64

    def test_probabilities_are_of_keras_type(self):
        assert classifier(y).fit(X, y).predict_proba(X).dtype == keras.config.floatx()


class TestShapes:
    @pytest.mark.parametrize("make", [classifier, lambda target: regressor()], ids=["c", "r"])
    def test_another_number_of_columns_is_refused(self, make):
        target = np.column_stack([y == 0, y < 2, y > 1]).astype(int)
        network = make(target).fit(X, target)
        with pytest.raises(ValueError, match=r"rows of shape \(2,\), but the first fit had \(3,\)"):
            network.partial_fit(X, target[:, :2])

    def test_columns_of_classes_are_refused(self):
        with pytest.raises(ValueError, match=r"2 columns of classes.*MultiOutputClassifier"):
            classifier(y).fit(X, np.column_stack([y, y]))

    def test_another_number_of_outputs_than_targets_is_refused(self):
        def two_heads():
            inputs = keras.layers.Input((3,))
            return keras.Model(inputs, [keras.layers.Dense(1)(inputs) for _ in range(2)])

        with pytest.raises(ValueError, match="has 2 outputs, but its target encoder expects 1"):
            KerasRegressor(two_heads, loss="mse").fit(X, y)


def test_what_encoders_tell_reaches_the_build_function():
    class Telling(BaseEstimator, TransformerMixin):
        def __init__(self, name):
            self.name = name

        def fit(self, data):
            return self

        def transform(self, data):
            return data

        def inverse_transform(self, data):
            return data

        def get_metadata(self):
            return {self.name: len(self.name)}

    class Told(KerasRegressor):
        target_encoder = Telling("of_y_")
        feature_encoder = Telling("mine_of_X_")

    def build_told(meta):
        return keras.Sequential([keras.layers.Dense(meta["of_y_"] + meta["mine_of_X_"] - 14)])

    network = Told(build_told, loss="mse").fit(X, y)
    assert (network.of_y_, network.mine_of_X_) == (5, 10)


@pytest.mark.parametrize("kind", [list, dict])
def test_searches_take_several_inputs_as_one_array(kind):
    class TwoInputs(KerasRegressor):
        @property
        def feature_encoder(self):
            return FunctionTransformer(lambda rows: kind_of(kind, [rows[:, :1], rows[:, 1:]]))

    def build_two():
        inputs = [keras.layers.Input((1,), name="a"), keras.layers.Input((2,), name="b")]
        joined = keras.layers.Concatenate()(inputs)
        return keras.Model(kind_of(kind, inputs), keras.layers.Dense(1)(joined))

    scores = cross_val_score(TwoInputs(build_two, loss="mse"), X, y, cv=2, error_score="raise")
    assert np.isfinite(scores).all()


def kind_of(kind, parts):
    return dict(zip("ab", parts, strict=True)) if kind is dict else parts
