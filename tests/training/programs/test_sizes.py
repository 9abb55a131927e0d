"""One graph program for networks of all sizes, against `keras.Model.fit` of each of them."""

import keras
import numpy as np
import pytest
from joblib import Parallel, delayed
from keras import layers, losses, optimizers, regularizers

from skkeras import KerasMLPClassifier, KerasMLPRegressor
from skkeras.layers import Dropout, MixUp, MixUpModel
from skkeras.training import FitArguments, cache_info, clear_cache, predict, seeding, train
from skkeras.training.programs import NotCompiled, _sizes
from skkeras.training.programs._cache import PROGRAMS
from skkeras.training.programs._description import describe

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="JAX compiles for sizes"
)

RNG = np.random.default_rng(0)
# Features, units, classes and rows a batch: the first traces the program that trains the others.
# The second leaves rows for a shorter batch, the third has one batch.
SIZES = [(6, 8, 3, 16), (9, 21, 5, 11), (2, 40, 2, 70)]


def rows(n_features, n_classes, n_rows=70):
    x = RNG.normal(size=(n_rows, n_features)).astype("float32")
    return x, RNG.integers(n_classes, size=n_rows).astype("int32")


def stacked(*hidden, optimizer="adam", loss="sparse_categorical_crossentropy", **dense):
    """Return what builds a perceptron with these layers behind the hidden one."""

    def make(n_features, n_units, n_classes):
        inner = layers.Dense(n_units, activation="relu", **dense)
        behind = [layer() for layer in hidden]
        last = layers.Dense(n_classes, activation="softmax")
        model = keras.Sequential([layers.Input((n_features,)), inner, *behind, last])
        model.compile(optimizer() if callable(optimizer) else optimizer, loss, metrics=["accuracy"])
        return model

    return make


def deep(n_features, n_units, n_classes):
    """Build layers of three sizes, one of them around a sum."""
    start = layers.Input((n_features,))
    wide = layers.Dense(2 * n_units, activation="tanh")(start)
    same = layers.Dense(2 * n_units)(wide)
    means = layers.Average()([layers.Add()([wide, same]), layers.Multiply()([wide, same])])
    joined = layers.Concatenate()([means, layers.Dense(n_units)(start)])
    model = keras.Model(start, layers.Dense(n_classes, activation="softmax")(joined))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def words(n_features, n_units, n_classes):
    """Build a mean of vectors of words, of which there are as many as units."""
    start = layers.Input((1,), dtype="int32")
    word = layers.Embedding(n_features, n_units)(start)
    flat = layers.Dense(n_units)(word)
    model = keras.Model(start, layers.Dense(n_classes, activation="softmax")(flat))
    model.compile("adam", losses.SparseCategoricalCrossentropy())
    return model


def mixing(n_features, n_units, n_classes):
    """Build a perceptron that is trained on mixtures of rows."""
    start = layers.Input((n_features,))
    hidden = layers.Dense(n_units, activation="relu")(MixUp(1.0)(start))
    model = MixUpModel(start, layers.Dense(n_classes, activation="softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def lasting(kind, **kwargs):
    return lambda: kind(learning_rate=0.01, **kwargs)


LAYERS = {
    "plain": stacked(),
    "dropout": stacked(lambda: Dropout(0.3)),
    "dropout of Keras": stacked(lambda: layers.Dropout(0.3)),
    "noise": stacked(lambda: layers.GaussianNoise(0.1), lambda: layers.GaussianDropout(0.2)),
    "batch norm": stacked(layers.BatchNormalization),
    "activations": stacked(layers.ReLU, lambda: layers.Activation("gelu"), layers.Softmax),
    "leaky": stacked(layers.LeakyReLU, layers.ELU),
    "penalties": stacked(
        kernel_regularizer=regularizers.L1L2(1e-3, 1e-2),
        bias_regularizer=regularizers.L2(1e-2),
        activity_regularizer=regularizers.L1(1e-3),
    ),
    "deep": deep,
    "mixup": mixing,
    "without bias": stacked(use_bias=False),
}
OPTIMIZERS = {
    "SGD": lasting(optimizers.SGD, momentum=0.9, nesterov=True),
    "AdamW": lasting(optimizers.AdamW, weight_decay=0.1),
    "RMSprop": lasting(optimizers.RMSprop, momentum=0.5),
    "Nadam": lasting(optimizers.Nadam),
    "Adamax": lasting(optimizers.Adamax),
    "Lion": lasting(optimizers.Lion),
    "Adagrad": lasting(optimizers.Adagrad),
    "clipnorm": lasting(optimizers.Adam, clipnorm=0.1),
    "global clipnorm": lasting(optimizers.Adam, global_clipnorm=0.1),
    "clipvalue": lasting(optimizers.Adam, clipvalue=0.01),
    "averages": lasting(optimizers.Adam, use_ema=True, ema_overwrite_frequency=3),
    "schedule": lambda: optimizers.Adam(optimizers.schedules.CosineDecay(0.02, 12)),
}
CASES = LAYERS | {name: stacked(optimizer=optimizer) for name, optimizer in OPTIMIZERS.items()}


def fit(make, sizes, data, trainer, **options):
    *shape, batch_size = sizes
    with seeding(1):
        model = make(*shape)
    options = {"epochs": 3, "batch_size": batch_size, "seed": 5} | options
    outcome = train(model, FitArguments(*data, trainer=trainer, **options))
    assert outcome.trainer == trainer, outcome.reason
    state = [np.asarray(v) for v in model.variables + model.optimizer.variables]
    return outcome.history, state, model


def assert_equals_fit(make, sizes, data, **options):
    history, state, plain = fit(make, sizes, data, "fit", **options)
    ours, our_state, model = fit(make, sizes, data, "graph", **options)
    assert ours.keys() == history.keys()
    for name, values in history.items():
        np.testing.assert_allclose(ours[name], values, rtol=2e-5, atol=1e-6)
    for value, theirs in zip(our_state, state, strict=True):
        np.testing.assert_allclose(value, theirs, rtol=5e-4, atol=5e-6)
    predicted = keras.tree.flatten(plain.predict(data[0], verbose=0))
    for value, theirs in zip(keras.tree.flatten(predict(model, data[0])), predicted, strict=True):
        np.testing.assert_allclose(value, theirs, rtol=2e-4, atol=1e-5)


def trace(make, data):
    """Make the programs, with the first of the sizes."""
    clear_cache()
    predict(fit(make, SIZES[0], data, "graph")[2], data[0])


@pytest.mark.parametrize("case", CASES)
def test_equals_fit_in_sizes_that_it_was_not_traced_with(case):
    trace(CASES[case], rows(SIZES[0][0], SIZES[0][2]))
    for sizes in SIZES[1:] if case in ("plain", "deep", "batch norm") else SIZES[1:2]:
        assert_equals_fit(CASES[case], sizes, rows(sizes[0], sizes[2]))
    # Of training and of prediction; where a step has branches, one thread is tried in vain.
    assert cache_info().compilations == 2 + (case == "averages")


def test_equals_fit_in_the_sizes_that_it_was_traced_with():
    clear_cache()
    assert_equals_fit(LAYERS["plain"], SIZES[0], rows(SIZES[0][0], SIZES[0][2]))


def test_words():
    clear_cache()
    for sizes in SIZES[:2]:
        x = RNG.integers(sizes[0], size=(70, 1)).astype("int32")
        y = RNG.integers(sizes[2], size=(70, 1)).astype("int32")
        assert_equals_fit(words, sizes, (x, y))
    assert cache_info().compilations == 2


def one_hot(n_features, n_classes):
    x, labels = rows(n_features, n_classes)
    return x, np.eye(n_classes, dtype="float32")[labels]


def with_loss(loss, activation, metrics=("mse", "mae")):
    def make(n_features, n_units, n_outputs):
        stack = [layers.Input((n_features,)), layers.Dense(n_units, activation="tanh")]
        model = keras.Sequential([*stack, layers.Dense(n_outputs, activation=activation)])
        made = [metric() if isinstance(metric, type) else metric for metric in metrics]
        model.compile("adam", loss(), metrics=made)
        return model

    return make


LOSSES = {
    "mse": (losses.MeanSquaredError, None),
    "mae": (losses.MeanAbsoluteError, None),
    "huber": (losses.Huber, None),
    "logcosh": (losses.LogCosh, None),
    "poisson": (losses.Poisson, "softplus"),
    "binary": (losses.BinaryCrossentropy, "sigmoid"),
    "categorical": (lambda: losses.CategoricalCrossentropy(label_smoothing=0.1), "softmax"),
    "binary accuracy": (losses.BinaryCrossentropy, "sigmoid", ["binary_accuracy"]),
    "equal": (losses.BinaryCrossentropy, "sigmoid", [keras.metrics.Accuracy]),
    "categorical accuracy": (losses.CategoricalCrossentropy, "softmax", ["accuracy"]),
}
FUNCTIONS = {
    **dict.fromkeys(["mean_squared_error", "mean_absolute_error", "huber", "log_cosh"]),
    "poisson": "softplus",
    "binary_crossentropy": "sigmoid",
    "categorical_crossentropy": "softmax",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_several_outputs(loss):
    make = with_loss(*LOSSES[loss])
    trace(make, one_hot(SIZES[0][0], SIZES[0][2]))
    for sizes in SIZES[1:] if loss in ("mse", "categorical accuracy") else SIZES[1:2]:
        assert_equals_fit(make, sizes, one_hot(sizes[0], sizes[2]))
    assert cache_info().compilations == 2


def test_losses_by_name():
    """Each of them is the loss of an output, whose history and weights are compared."""

    def make(n_features, n_units, n_outputs):
        start = layers.Input((n_features,))
        hidden = layers.Dense(n_units, activation="tanh")(start)
        ends = [layers.Dense(n_outputs, end, name=loss) for loss, end in FUNCTIONS.items()]
        model = keras.Model(start, [end(hidden) for end in ends])
        model.compile("adam", list(FUNCTIONS))
        return model

    clear_cache()
    for sizes in SIZES[:2]:
        x, y = one_hot(sizes[0], sizes[2])
        assert_equals_fit(make, sizes, (x, (y,) * len(FUNCTIONS)))
    assert cache_info().compilations == 2


def test_each_class_of_the_table_is_trained_here():
    """The table is kept by hand, so nothing is in it that no test above compares with Keras."""
    makes = [*CASES.values(), words, *(with_loss(*loss) for loss in LOSSES.values())]
    models = [make(*SIZES[0][:3]) for make in makes]
    for model in models:
        model.optimizer.build(model.trainable_variables)
        y = np.zeros((2, *model.output_shape[1:]), "float32")
        x = np.zeros((2, *model.input_shape[1:]), model.inputs[0].dtype)
        if "sparse" in str(model.loss).lower():
            y = y[..., 0]
        model.compute_metrics(x, y, model(x))
        model.compute_loss(x, y, model(x))
    trained = set().union(*(describe(model).classes for model in models))
    assert set(_sizes._ATTRIBUTES) <= trained
    losses_given = {keras.losses.get(name) for name in FUNCTIONS}
    assert losses_given | {losses.sparse_categorical_crossentropy} == _sizes._FUNCTIONS


def test_one_loss_of_sizes_among_open_ones():
    """Of two outputs with functions as losses, the second computes with its size."""

    def make(second):
        start = layers.Input((4,))
        outputs = [layers.Dense(3, activation="softmax")(start) for _ in range(2)]
        model = keras.Model(start, outputs)
        model.compile("adam", ["categorical_crossentropy", second])
        model.optimizer.build(model.trainable_variables)
        model.compute_loss(np.zeros((2, 4)), [np.zeros((2, 3))] * 2, model(np.zeros((2, 4))))
        return describe(model).any_size

    assert make("mean_squared_error") is not None
    assert make("cosine_similarity") is None


def test_validation_weights_and_callbacks():
    clear_cache()
    for sizes in SIZES[:2]:
        data, held_out = rows(sizes[0], sizes[2]), rows(sizes[0], sizes[2], 30)
        weights = RNG.uniform(0.1, 2, size=(2, 70)).astype("float32")
        options = {
            "sample_weight": weights[0],
            "validation_data": (*held_out, weights[1, :30]),
            "callbacks": [keras.callbacks.EarlyStopping(patience=1, start_from_epoch=1)],
        }
        assert_equals_fit(LAYERS["batch norm"], sizes, data, **options)
    assert cache_info().compilations == 2


def test_one_output_is_another_program():
    # Keras drops or adds axes of one element.
    clear_cache()
    for sizes in ((6, 8, 1, 16), (6, 1, 3, 16), (1, 8, 3, 16), (6, 8, 3, 16)):
        x, labels = rows(sizes[0], 3)
        y = labels if sizes[2] == 3 else (labels > 1).astype("float32")
        make = stacked() if sizes[2] == 3 else with_loss(losses.BinaryCrossentropy, "sigmoid")
        assert_equals_fit(make, sizes, (x, y))
    assert cache_info().compilations == 8


@pytest.mark.parametrize(
    "layer",
    [layers.LayerNormalization, lambda: layers.GroupNormalization(2), layers.UnitNormalization],
)
def test_what_computes_with_its_size_has_a_program_for_each(layer):
    clear_cache()
    for sizes in ((6, 8, 3, 16), (9, 20, 5, 7)):
        assert_equals_fit(stacked(layer), sizes, rows(sizes[0], sizes[2]))
    assert cache_info().compilations == 4


def test_a_size_that_is_read_while_tracing_makes_a_program_for_each_size(monkeypatch):
    # As if somebody had put a layer into the table that computes with its size.
    monkeypatch.setitem(_sizes._ATTRIBUTES, layers.RepeatVector, ("n",))
    monkeypatch.setitem(_sizes._ATTRIBUTES, layers.GlobalMaxPooling1D, ())
    clear_cache()
    for times, sizes in ((2, SIZES[0]), (5, SIZES[1])):
        make = stacked(lambda times=times: layers.RepeatVector(times), layers.GlobalMaxPooling1D)
        assert_equals_fit(make, sizes, rows(sizes[0], sizes[2]))
    assert len(failed_programs()) == 3  # of training, on one thread and on more, and of prediction
    assert cache_info().programs == 3 + 4


@pytest.mark.parametrize("method", ["__init__", "run"])
def test_a_program_that_fails_for_another_reason_is_not_replaced_silently(monkeypatch, method):
    import tensorflow as tf

    from skkeras.training.backends.tensorflow._program import Program

    original = getattr(Program, method)

    def fail(self, *args, **kwargs):
        if kwargs.get("any_size") or vars(self).get("_any_size"):
            raise tf.errors.InternalError(None, None, "a defect")
        return original(self, *args, **kwargs)

    clear_cache()
    monkeypatch.setattr(Program, method, fail)
    with pytest.warns(RuntimeWarning, match="program failed.* InternalError: a defect"):
        fit(stacked(), SIZES[0], rows(6, 3), "graph")
    clear_cache()


@pytest.mark.parametrize(
    "use", [lambda s: s + 1, lambda s: 2 * s, lambda s: s == 3, lambda s: s < 3, bool, int, hash]
)
def test_nothing_is_computed_with_an_open_size(use):
    with pytest.raises((NotImplementedError, TypeError)):
        use(_sizes.OpenSize())


@pytest.mark.parametrize("kind", [KerasMLPClassifier, KerasMLPRegressor])
def test_estimators(kind):
    """Networks that are values alone start, train and predict as those that are built."""
    clear_cache()
    for n_features, n_units, n_classes, batch_size in SIZES[:2]:
        x, labels = rows(n_features, n_classes)
        y = labels if kind is KerasMLPClassifier else np.stack([labels, labels**2], 1) / 4.0
        options = {"dropout": 0.2, "metrics": ["mae"], "random_state": 3}
        shape = {"hidden_layer_sizes": (n_units, n_units + 1), "batch_size": batch_size}
        ours = kind(trainer="graph", epochs=3, **options, **shape).fit(x, y)
        assert ours.trainer_ == "graph"
        plain = kind(trainer="fit", epochs=3, **options, **shape).fit(x, y)
        assert ours.history_.keys() == plain.history_.keys()
        for name, values in plain.history_.items():
            np.testing.assert_allclose(ours.history_[name], values, rtol=1e-4)
        model = ours.model_
        assert model.layers[0].units == n_units
        predict = ours.predict_proba if kind is KerasMLPClassifier else ours.predict
        theirs = plain.predict_proba if kind is KerasMLPClassifier else plain.predict
        np.testing.assert_allclose(predict(x), theirs(x), rtol=1e-3, atol=1e-4)
    assert not failed_programs()


def test_data_of_another_form_in_another_size():
    """A model of the first size, kept for tracing, does not fit the rows of the second."""
    clear_cache()
    for sizes, weights in ((SIZES[0], None), (SIZES[1], RNG.uniform(0.1, 2, size=70))):
        x, y = rows(sizes[0], sizes[2])
        KerasMLPClassifier(hidden_layer_sizes=sizes[1], epochs=1).fit(x, y, sample_weight=weights)
    assert cache_info().programs == 2
    assert not failed_programs()


def test_programs_that_know_sizes():
    """XLA compiles for the sizes of each network, also of networks that are values alone."""
    clear_cache()
    for n_features, n_units, n_classes, batch_size in SIZES[:2]:
        x, y = rows(n_features, n_classes)
        for trainer in ("graph", "xla"):
            options = {"hidden_layer_sizes": (n_units,), "batch_size": batch_size, "epochs": 3}
            estimator = KerasMLPClassifier(trainer=trainer, random_state=3, **options).fit(x, y)
            assert estimator.trainer_ == trainer
            if trainer == "graph":
                history = estimator.history_
        np.testing.assert_allclose(estimator.history_["loss"], history["loss"], rtol=1e-4)


def failed_programs():
    return [
        entry.made for entry in PROGRAMS._entries.values() if isinstance(entry.made, NotCompiled)
    ]


def test_models_keep_their_sizes():
    model = stacked()(6, 8, 3)
    train(model, FitArguments(*rows(6, 3), epochs=1, batch_size=16, seed=0, trainer="graph"))
    assert model.layers[0].units == 8
    assert tuple(model.layers[0].kernel.shape) == (6, 8)
    assert tuple(model.layers[0].kernel.value.shape) == (6, 8)
    assert model.output_shape == (None, 3)
    assert model.count_params() == 6 * 8 + 8 + 8 * 3 + 3


def test_no_program_failed():
    clear_cache()
    fit(stacked(), SIZES[0], rows(6, 3), "graph")
    assert not failed_programs()


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: optimizers.LossScaleOptimizer(optimizers.SGD(0.1), initial_scale=4.0),
        lambda: optimizers.Adam(0.01, gradient_accumulation_steps=2),
    ],
)
def test_what_branches_in_a_step_comes_to_an_end(optimizer):
    """On one thread, a kernel that starts others would wait for ever."""
    clear_cache()
    for sizes in SIZES[:2]:
        assert_equals_fit(stacked(optimizer=optimizer), sizes, rows(sizes[0], sizes[2]))


def test_many_threads_train_at_once():
    x, y = rows(6, 3)

    def fit_one(n_units):
        estimator = KerasMLPClassifier(hidden_layer_sizes=n_units, epochs=10, random_state=0)
        return estimator.fit(x, y).history_["loss"][-1]

    units = [4 + i % 3 for i in range(12)]
    together = Parallel(n_jobs=12, backend="threading")(delayed(fit_one)(n) for n in units)
    assert together == [fit_one(n) for n in units]
