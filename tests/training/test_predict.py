"""A compiled forward pass predicts as Keras does, each row by itself."""

import keras
import numpy as np
import pytest
import scipy.sparse
from keras import layers

from skkeras.training import cache_info, clear_cache, predict, seeding

RNG = np.random.default_rng(0)
X = RNG.normal(size=(700, 6)).astype("float32")


def mlp(seed=0):
    stack = [layers.Input((6,)), layers.Dense(33, "relu"), layers.BatchNormalization()]
    with seeding(seed):
        return keras.Sequential([*stack, layers.Dropout(0.5), layers.Dense(3, "softmax")])


def test_equals_keras():
    model = mlp()
    np.testing.assert_allclose(predict(model, X), model.predict(X, verbose=0), rtol=1e-5)


@pytest.mark.parametrize("rows", [slice(0, 1), slice(5, 6), slice(255, 258), slice(3, 600)])
def test_a_row_does_not_depend_on_the_others(rows):
    model = mlp()
    np.testing.assert_array_equal(predict(model, X[rows]), predict(model, X)[rows])
    np.testing.assert_array_equal(predict(model, X, batch_size=57), predict(model, X))


def test_models_of_one_kind_share_a_program():
    clear_cache()
    first, second = predict(mlp(0), X), predict(mlp(1), X)
    assert np.abs(first - second).max() > 0.01
    assert cache_info()[:3] == (1, 1, 1)


def test_weights_of_today():
    model = mlp()
    before = predict(model, X)
    model.layers[0].kernel.assign(model.layers[0].kernel * 2.0)
    assert np.abs(predict(model, X) - before).max() > 0.01


def test_nested_inputs_and_outputs():
    a, b = layers.Input((6,), name="a"), layers.Input((6,), name="b")
    model = keras.Model([a, b], {"sum": layers.add([a, b]), "size": layers.Dense(1)(a)})
    outputs = predict(model, [X, 2 * X])
    np.testing.assert_allclose(outputs["sum"], 3 * X, rtol=1e-6)
    assert outputs["size"].shape == (700, 1)


def test_sequences_of_any_length():
    with seeding(0):
        model = keras.Sequential([layers.Input((None, 2)), layers.LSTM(3)])
    x = RNG.normal(size=(20, 7, 2)).astype("float32")
    np.testing.assert_allclose(predict(model, x), model.predict(x, verbose=0), rtol=1e-5, atol=1e-7)
    assert predict(model, x[:, :4]).shape == (20, 3)


@pytest.mark.parametrize("convert", [scipy.sparse.csr_array, np.float64, scipy.sparse.csc_matrix])
def test_types_of_data(convert):
    model = mlp()
    np.testing.assert_array_equal(predict(model, convert(X)), predict(model, X))


def test_no_rows():
    assert predict(mlp(), X[:0]).shape == (0, 3)


def test_an_eager_model():
    class Eager(keras.Model):
        def call(self, inputs):
            return inputs * float(inputs[0, 0])

    model = Eager()
    model.compile(run_eagerly=True)
    np.testing.assert_array_equal(predict(model, np.full((3, 2), 2, "float32")), np.full((3, 2), 4))


@pytest.mark.parametrize("end", [layers.ReLU, layers.LayerNormalization])
def test_dicts_are_read_by_the_names_of_inputs(end):
    clear_cache()
    data = {"a": X, "b": X**2}
    for names in ("ab", "ba"):
        inputs = [layers.Input((6,), name=name) for name in names]
        model = keras.Model(inputs, end()(layers.Concatenate()(inputs)))
        expected = model.predict(data, verbose=0)
        np.testing.assert_allclose(predict(model, data), expected, rtol=1e-4, atol=1e-5)
    assert cache_info().compilations == 2


@pytest.mark.parametrize("end", [layers.ReLU, layers.LayerNormalization])
def test_rows_of_each_type_and_length_are_predicted(end):
    model = keras.Sequential([layers.Input((None, 2)), layers.GlobalAveragePooling1D(), end()])
    for x in (
        X.reshape(700, 3, 2),
        (5 * X).reshape(700, 3, 2).astype("int32"),
        X.reshape(-1, 1, 2),
    ):
        expected = model.predict(x.astype("float32"), verbose=0)
        np.testing.assert_allclose(predict(model, x), expected, rtol=1e-4, atol=1e-5)
