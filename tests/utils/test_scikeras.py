"""Arguments of Keras from routed parameters."""

import functools

import keras
import pytest

from skkeras.utils._scikeras import (
    build_arguments,
    compile_arguments,
    fit_arguments,
    is_one_hot_loss,
    leaves,
    loss_name,
    loss_with_arguments,
    make_callbacks,
    takes_compile_arguments,
    watches_predict,
)


@pytest.mark.parametrize(
    "loss",
    [
        "categorical_crossentropy",
        "CategoricalCrossentropy",
        keras.losses.CategoricalCrossentropy,
        keras.losses.CategoricalCrossentropy(),
        keras.losses.categorical_crossentropy,
        functools.partial(keras.losses.categorical_crossentropy, from_logits=True),
    ],
)
def test_losses_of_one_hot_classes(loss):
    assert is_one_hot_loss(loss)


@pytest.mark.parametrize("loss", [None, "mse", keras.losses.sparse_categorical_crossentropy])
def test_losses_of_others(loss):
    assert not is_one_hot_loss(loss)


def test_names_of_losses():
    class Own:
        def __call__(self, y_true, y_pred):
            return y_pred

    assert loss_name("mse") == loss_name(keras.losses.MeanSquaredError()) == "mean_squared_error"
    assert loss_name(functools.partial(keras.losses.huber, delta=2)) == "huber"
    assert loss_name(Own()) == "Own"
    assert loss_with_arguments("huber") is keras.losses.Huber


def test_arguments_of_compile():
    given = {
        "optimizer": "sgd",
        "optimizer__learning_rate": 0.5,
        "loss": "huber",
        "loss__delta": 0.25,
        "metrics": "acc",
        "epochs": 3,
    }
    found = compile_arguments(given)
    assert isinstance(found["optimizer"], keras.optimizers.SGD)
    assert float(found["optimizer"].learning_rate) == 0.5
    assert isinstance(found["loss"], keras.losses.Huber)
    assert found["metrics"] == ["acc"]
    assert "epochs" not in found
    assert compile_arguments(given)["optimizer"] is not found["optimizer"]


def test_arguments_of_a_build_function():
    def build(meta, units, compile_kwargs):
        raise AssertionError

    params = {"units": 3.0, "model__units": 4.0, "loss": "mse", "optimizer": "sgd", "metrics": None}
    found = build_arguments(build, params, {"units"}, {"n_outputs_": 1})
    assert found.pop("compile_kwargs")["loss"] is keras.losses.mean_squared_error
    assert found == {"units": 4, "meta": {"n_outputs_": 1}}
    assert takes_compile_arguments(build)
    assert not takes_compile_arguments(lambda meta: None)


def test_arguments_of_fit():
    given = {"epochs": 2.0, "fit__epochs": 5, "fit__callbacks": [], "loss": "mse"}
    assert fit_arguments(given) == {"epochs": 5}


def test_callbacks_are_made_and_copied():
    stopping = keras.callbacks.EarlyStopping("loss")
    given = {
        "callbacks": {"a": [stopping], "b": keras.callbacks.TerminateOnNaN},
        "fit__callbacks": keras.callbacks.LearningRateScheduler,
        "fit__callbacks__schedule": float,
    }
    found = make_callbacks(given)
    assert [type(callback).__name__ for callback in found] == [
        "EarlyStopping",
        "TerminateOnNaN",
        "LearningRateScheduler",
    ]
    assert found[0] is not stopping and make_callbacks(given, copy=False)[0] is stopping
    with pytest.raises(TypeError, match=r"callbacks must be .* got 3"):
        make_callbacks({"callbacks": [3]})


def test_leaves():
    assert leaves({"a": [1, (2,)], "b": {"c": 3}}) == [1, 2, 3]


def test_callbacks_that_watch_predictions():
    class Watching(keras.callbacks.Callback):
        def on_predict_end(self, logs=None):
            """Do nothing."""

    assert watches_predict(Watching())
    assert watches_predict(keras.callbacks.LambdaCallback(on_predict_begin=print))
    assert not watches_predict(keras.callbacks.EarlyStopping())
