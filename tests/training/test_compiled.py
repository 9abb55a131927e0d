"""The compiled trainers against `keras.Model.fit`: the same weights from the same start."""

import keras
import numpy as np
import pytest
from keras import layers, losses, optimizers, regularizers

from skkeras.layers import Dropout
from skkeras.training import FitArguments, seeding, train
from skkeras.training.backends import COMPILERS

RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 6)).astype("float32")
Y = ((X[:, 0] + X[:, 1] > 0) + (X[:, 2] > 1)).astype("int32")
IMAGES = RNG.normal(size=(70, 8, 8, 1)).astype("float32")
SEQUENCES = RNG.normal(size=(70, 5, 3)).astype("float32")
WEIGHTS = RNG.uniform(0.1, 2, size=70).astype("float32")


def fit(make, trainer, x=X, y=Y, **kwargs):
    with seeding(1):
        model = make()
    kwargs = {"epochs": 3, "batch_size": 16, "seed": 5} | kwargs
    outcome = train(model, FitArguments(x, y, trainer=trainer, **kwargs))
    assert outcome.trainer == trainer, outcome.reason
    return outcome.history, [np.asarray(v) for v in model.variables + model.optimizer.variables]


def assert_same(make, *args, trainer=COMPILERS[0], **kwargs):
    history, state = fit(make, "fit", *args, **kwargs)
    compiled_history, compiled_state = fit(make, trainer, *args, **kwargs)
    assert compiled_history.keys() == history.keys()
    for name, values in history.items():
        np.testing.assert_allclose(compiled_history[name], values, rtol=2e-5, atol=1e-6)
    for ours, theirs in zip(compiled_state, state, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-6)


def mlp(*hidden, optimizer="adam", loss="sparse_categorical_crossentropy", **dense):
    inner = layers.Dense(8, activation="relu", **dense)
    stack = [layers.Input((6,)), inner, *hidden, layers.Dense(3, activation="softmax")]
    model = keras.Sequential(stack)
    model.compile(
        optimizer,
        loss,
        metrics=["accuracy"],
        weighted_metrics=["sparse_top_k_categorical_accuracy"],
    )
    return model


def normed():
    return mlp(layers.BatchNormalization(), Dropout(0.3))


def cnn():
    stack = [layers.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.MaxPooling2D(), layers.Flatten()]
    model = keras.Sequential([*stack, layers.Dense(3)])
    model.compile("rmsprop", losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def lstm():
    model = keras.Sequential([layers.Input((5, 3)), layers.LSTM(4), layers.Dense(3)])
    model.compile("adam", losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def two_inputs():
    a, b = layers.Input((6,), name="a"), layers.Input((5, 3), name="b")
    joined = layers.concatenate([layers.Dense(4)(a), layers.Flatten()(b)])
    model = keras.Model(
        {"a": a, "b": b},
        [layers.Dense(3, name="kind")(joined), layers.Dense(1, name="size")(joined)],
    )
    crossentropy = losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", [crossentropy, "mse"], metrics=[["accuracy"], ["mae"]])
    return model


@keras.saving.register_keras_serializable(package="tests")
class OwnStep(keras.Model):
    """Trains by a step of its own, whose logs are not the metrics."""

    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.dense = layers.Dense(3, activation="softmax")

    def call(self, inputs):
        return self.dense(inputs)

    def train_step(self, *args):
        return self.step_tf(*args) if len(args) == 1 else self.step_jax(*args)

    def step_tf(self, data):
        import tensorflow as tf

        x, y = data
        with tf.GradientTape() as tape:
            loss = self.factor * self.compute_loss(y=y, y_pred=self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss, "norm": tf.linalg.global_norm(gradients)}

    def step_jax(self, state, data):
        import jax

        (weights, others, optimizer, metrics), (x, y) = state, data

        def loss_of(weights):
            y_pred, changed = self.stateless_call(weights, others, x)
            return self.factor * self.compute_loss(y=y, y_pred=y_pred), changed

        (loss, others), gradients = jax.value_and_grad(loss_of, has_aux=True)(weights)
        weights, optimizer = self.optimizer.stateless_apply(optimizer, gradients, weights)
        norm = sum((gradient**2).sum() for gradient in gradients) ** 0.5
        return {"loss": loss, "norm": norm}, (weights, others, optimizer, metrics)


def own_step():
    model = OwnStep(2.0)
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def optimized(kind, **kwargs):
    return lambda: mlp(optimizer=kind(learning_rate=0.01, **kwargs))


DECAY = optimizers.schedules.CosineDecay(0.02, 12)
MODELS = {
    "normed": normed,
    "regularized": lambda: mlp(
        kernel_regularizer=regularizers.L1L2(1e-3, 1e-2),
        bias_regularizer="l2",
        activity_regularizer=regularizers.L1(1e-3),
    ),
    "constrained": lambda: mlp(kernel_constraint=keras.constraints.MaxNorm(0.5)),
    "schedule": lambda: mlp(optimizer=optimizers.SGD(DECAY, momentum=0.9, nesterov=True)),
    "clipnorm": optimized(optimizers.Adam, clipnorm=0.1),
    "global clipnorm": optimized(optimizers.RMSprop, global_clipnorm=0.1, momentum=0.5),
    "clipvalue": optimized(optimizers.SGD, clipvalue=0.01),
    "EMA": optimized(optimizers.AdamW, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3),
    "accumulation": optimized(optimizers.Adam, gradient_accumulation_steps=2, weight_decay=0.1),
    "nadam": optimized(optimizers.Nadam),
    "lion": optimized(optimizers.Lion),
    "own step": own_step,
}


@pytest.mark.parametrize("name", MODELS)
def test_models(name):
    assert_same(MODELS[name])


def test_cnn():
    assert_same(cnn, IMAGES)


def test_lstm():
    assert_same(lstm, SEQUENCES)


def test_nested_inputs_and_outputs():
    assert_same(two_inputs, {"a": X, "b": SEQUENCES}, [Y, X[:, :1]])


def test_label_smoothing():
    smoothed = losses.CategoricalCrossentropy(label_smoothing=0.2)

    def make():
        model = keras.Sequential([layers.Input((6,)), layers.Dense(3, "softmax")])
        model.compile("adam", smoothed)
        return model

    assert_same(make, X, np.eye(3, dtype="float32")[Y])


def test_sample_weights():
    assert_same(normed, sample_weight=WEIGHTS)


def test_class_weights():
    assert_same(normed, class_weight={0: 2.0, 2: 0.5})


@pytest.mark.parametrize("n_rows", [5, 16, 64])
def test_few_rows_and_no_remainder(n_rows):
    assert_same(normed, X[:n_rows], Y[:n_rows])


def test_order_of_the_rows():
    assert_same(normed, shuffle=False, initial_epoch=1)


def test_validation():
    assert_same(normed, validation_data=(X[:21], Y[:21], WEIGHTS[:21]), validation_batch_size=4)


@pytest.mark.parametrize("dtype", ["float64", "uint8", "bool"])
def test_types_of_data(dtype):
    assert_same(normed, (X > 0).astype(dtype), Y.astype("int64"))


@pytest.mark.parametrize("n_rows", [64, 70])
def test_logs_of_an_own_step_under_xla(n_rows):
    assert_same(own_step, X[:n_rows], Y[:n_rows], trainer="xla")
