"""What code of others gets: a trace at each fit, a program shared with equals, or `Model.fit`."""

import types

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from skkeras.training import FitArguments, cache_info, clear_cache, predict, seeding, train
from skkeras.training._lookup import find_program
from skkeras.training.programs import NotCompiled

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype("float32")
Y = X[:, :1] * 2
FACTOR = 2.0


class Scaled(layers.Layer):
    """A layer that reads a constant of its module."""

    def call(self, x):
        return FACTOR * x


def build(*hidden, optimizer="sgd", metrics=None, loss="mse", kind=keras.Sequential):
    with seeding(0):
        model = kind([layers.Input((4,)), layers.Dense(3), *hidden, layers.Dense(1)])
    model.compile(optimizer, loss, metrics=metrics)
    return model


def fit(model, trainer="auto", epochs=3, **options):
    return train(
        model, FitArguments(X, Y, epochs=epochs, batch_size=16, seed=0, trainer=trainer, **options)
    )


def assert_equals_fit(make, callbacks=list, **options):
    compiled, plain = make(), make()
    outcome = fit(compiled, callbacks=callbacks(), **options)
    expected = fit(plain, "fit", callbacks=callbacks(), **options)
    assert outcome.history.keys() == expected.history.keys()
    for name, values in outcome.history.items():
        np.testing.assert_allclose(values, expected.history[name], rtol=2e-5, err_msg=name)
    return outcome


def test_equal_traces_share_and_others_do_not(monkeypatch):
    clear_cache()
    first = fit(build(Scaled()))
    assert first.trainer == "graph" and fit(build(Scaled())) == first
    assert cache_info()[:3] == (1, 1, 1)
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    other = fit(build(Scaled()))
    assert other.history != first.history
    assert cache_info()[:3] == (2, 1, 2)


def test_a_model_is_traced_once_until_it_is_compiled_again(monkeypatch):
    # As `keras.Model.fit` keeps its function.
    model, plain = build(Scaled()), build(Scaled())
    fit(model, epochs=1), fit(plain, "fit", epochs=1)
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    kept = fit(model, epochs=2, initial_epoch=1).history["loss"]
    np.testing.assert_allclose(
        kept, fit(plain, "fit", epochs=2, initial_epoch=1).history["loss"], rtol=1e-5
    )
    for one in (model, plain):
        one.compile("sgd", "mse")
    anew = fit(model, epochs=3, initial_epoch=2).history["loss"]
    np.testing.assert_allclose(
        anew, fit(plain, "fit", epochs=3, initial_epoch=2).history["loss"], rtol=1e-5
    )


class Noisy(layers.Layer):
    def call(self, x):
        return x + tf.random.normal(tf.shape(x), seed=1)


class CallingPython(layers.Layer):
    def call(self, x):
        return x + tf.ensure_shape(tf.numpy_function(lambda x: x, [x], tf.float32), x.shape)


class Printing(layers.Layer):
    def call(self, x):
        tf.print("")
        return x


class Counting(layers.Layer):
    def __init__(self):
        super().__init__()
        self.__dict__["seen"] = tf.Variable(0.0)

    def call(self, x):
        self.seen.assign_add(1.0)
        return x


class LookingUp(layers.Layer):
    def __init__(self):
        super().__init__()
        pairs = tf.lookup.KeyValueTensorInitializer([0, 1], [2.0, 3.0])
        self.table = tf.lookup.StaticHashTable(pairs, 0.0)

    def call(self, x):
        return x + self.table.lookup(tf.zeros((1,), tf.int32))


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (Noisy, "RandomStandardNormal"),
        (CallingPython, "PyFunc"),
        (Printing, "PrintV2"),
        (Counting, "variables or tables it does not list"),
        (LookingUp, "variables or tables it does not list"),
    ],
)
def test_what_a_trace_does_not_show_goes_to_fit(layer, reason):
    outcome = fit(build(layer()), epochs=1)
    assert outcome.trainer == "fit" and reason in outcome.reason


@pytest.mark.parametrize("method", ["fit", "evaluate", "make_train_function", "make_test_function"])
def test_models_with_a_loop_of_their_own_are_trained_by_it(method):
    def own(self, *args, **kwargs):
        return getattr(keras.Sequential, method)(self, *args, **kwargs)

    outcome = fit(build(kind=type("Own", (keras.Sequential,), {method: own})), epochs=1)
    assert outcome.trainer == "fit" and f"a method {method} of its own" in outcome.reason
    model = build()
    setattr(model, method, types.MethodType(own, model))
    assert f"a method {method} of its own" in fit(model, epochs=1).reason


class Failing(layers.Layer):
    def call(self, x):
        if isinstance(x, keras.KerasTensor) or not tf.inside_function():
            return x
        return x if "scratch" in x.graph.name else x.nothing


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"loss": lambda y_true, y_pred: y_pred.nothing}, "<lambda>"),
        ({"hidden": Failing}, r"Failing\.call"),
    ],
)
def test_a_trace_that_fails_says_in_which_function(change, place):
    hidden = [change.pop("hidden")()] if "hidden" in change else []
    with pytest.raises(NotCompiled, match=rf"in .*{place}, AttributeError: .*nothing"):
        find_program(build(*hidden, **change), (X, Y), None, (16, 16), "auto")


class Change(keras.callbacks.Callback):
    """Changes what a layer or an optimizer does, at a moment that the name of a method tells."""

    def __init__(self, moment, change):
        super().__init__()
        setattr(self, moment, lambda *arguments, logs=None: change(self.model))


def change_layer(model):
    model.layers[1].rate = 0.9


def change_optimizer(model):
    model.optimizer.momentum = 0.9


def change_own_layer(model):
    model.layers[1].factor = -0.5


class Factor(layers.Layer):
    factor = 1.0

    def call(self, x):
        return self.factor * x


@pytest.mark.parametrize("moment", ["on_train_begin", "on_epoch_begin", "on_epoch_end"])
@pytest.mark.parametrize("change", [change_layer, change_optimizer, change_own_layer])
def test_callbacks_that_change_a_model_change_what_they_do_in_fit(moment, change):
    def make():
        hidden = Factor() if change is change_own_layer else layers.GaussianNoise(0.0, seed=1)
        if change is change_layer:
            hidden = layers.ActivityRegularization(0.1)
            hidden.rate = 0.1
        return build(hidden, optimizer=keras.optimizers.SGD(0.01, momentum=0.1))

    assert_equals_fit(make, lambda: [Change(moment, change)])


class Total(keras.metrics.Metric):
    """A metric that starts at 5 and never forgets."""

    def __init__(self):
        super().__init__(name="total")
        self.total = self.add_weight(name="total", initializer=lambda shape, dtype: 5.0)

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(keras.ops.sum(keras.ops.abs(y_pred)))

    def result(self):
        return self.total

    def reset_state(self):
        pass


def test_metrics_that_remember_are_those_of_the_fit():
    for _ in range(2):
        outcome = assert_equals_fit(lambda: build(metrics=[Total()]))
        assert outcome.trainer == "graph"
        assert np.all(np.diff(outcome.history["total"]) > 0)
    watched = assert_equals_fit(
        lambda: build(metrics=[Total()]), lambda: [keras.callbacks.EarlyStopping("loss")]
    )
    assert watched.history == outcome.history


def test_numbers_that_others_read_are_their_own():
    class Reading(keras.Sequential):
        def train_step(self, data):
            assert isinstance(self.optimizer.momentum, float)
            factor = 1.0 if self.optimizer.momentum > 0.5 else 0.0
            logs = super().train_step(data)
            return {**logs, "factor": factor}

    for momentum in (0.1, 0.9):
        outcome = assert_equals_fit(
            lambda momentum=momentum: build(
                optimizer=keras.optimizers.SGD(0.01, momentum=momentum), kind=Reading
            )
        )
        assert outcome.history["factor"] == [float(momentum > 0.5)] * 3


def test_predictions_are_traced_too(monkeypatch):
    clear_cache()
    first = predict(build(Scaled()), X)
    np.testing.assert_array_equal(predict(build(Scaled()), X), first)
    assert cache_info()[:3] == (1, 1, 1)
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    np.testing.assert_allclose(predict(build(Scaled()), X), first * 1.5, rtol=1e-5)


@pytest.mark.parametrize(
    "limit", [keras.config.set_max_epochs, keras.config.set_max_steps_per_epoch]
)
def test_limits_of_keras_hold(limit):
    try:
        limit(1)
        with pytest.warns(UserWarning, match="Limiting"):
            outcome = fit(build())
        assert outcome.trainer == "fit" and "limits" in outcome.reason
    finally:
        limit(None)


def test_functions_that_run_eagerly_go_to_fit():
    try:
        tf.config.run_functions_eagerly(True)
        with pytest.warns(UserWarning, match="run_functions_eagerly"):
            assert "run_functions_eagerly" in fit(build(), epochs=1).reason
    finally:
        tf.config.run_functions_eagerly(False)


class Doubling(layers.Layer):
    """A layer that never ends on zeros."""

    def call(self, x):
        def is_small(x):
            return tf.reduce_sum(tf.abs(x)) < 1e3

        return tf.while_loop(is_small, lambda x: (x * 2,), [x])[0] / 1e3


def test_unknown_code_gets_no_rows_but_those_of_the_fit():
    assert fit(build(Doubling()), epochs=1).trainer == "graph"


def test_names_in_any_order_share_a_program():
    def named(*names):
        parts = (
            layers.Dense(3, name=names[0]),
            Scaled(name=names[1]),
            layers.Dense(1, name=names[2]),
        )
        model = keras.Sequential([layers.Input((4,)), *parts])
        model.compile("sgd", "mse")
        return model

    clear_cache()
    for names in [("a", "b", "c"), ("c", "b", "a"), ("dense_9", "dense_10", "dense_11")]:
        fit(named(*names))
    assert cache_info().programs == 1
