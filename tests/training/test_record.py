"""What is known about a model is computed once, until it is compiled again."""

import keras

from skkeras.training._record import record_of


def small():
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_a_model_is_described_once_until_it_is_compiled_again():
    model = small()
    record = record_of(model)
    assert record_of(model) is record
    assert record_of(model, training=False) is not record
    assert record_of(model, anew=True) is not record
    record = record_of(model)
    model.compile("sgd", "mse")
    assert record_of(model) is not record


def test_a_copy_of_a_model_is_another_model():
    model = small()
    record = record_of(model)
    copied = object.__new__(type(model))
    copied.__dict__.update(vars(model))
    assert record_of(copied) is not record
