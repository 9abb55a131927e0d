"""Which models share a program."""

import threading
from concurrent.futures import ThreadPoolExecutor

import cloudpickle
import keras
import numpy as np
import pytest
from keras import layers, losses, optimizers, regularizers

from skkeras.layers import Dropout
from skkeras.training import FitArguments, cache_info, clear_cache, seeding, train
from skkeras.training.backends import COMPILERS
from skkeras.training.programs import _cache
from skkeras.training.programs._description import describe

# JAX compiles the full batches and the smaller one at the end apart.
PARTS = 1 if "graph" in COMPILERS else 2
RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype("float32")
Y = np.eye(2, dtype="float32")[(X[:, 0] > 0).astype(int)]


def build(*, units=4, l2=0.1, rate=0.2, smoothing=0.1, seed=0, loss=None, layer=None, **optimizer):
    with seeding(seed):
        model = keras.Sequential(
            [
                layers.Input((4,)),
                layers.Dense(units, "tanh", kernel_regularizer=regularizers.L2(l2)),
                layer or Dropout(rate),
                layers.Dense(2, "softmax"),
            ]
        )
    loss = loss or losses.CategoricalCrossentropy(label_smoothing=smoothing)
    model.compile(optimizers.AdamW(**({"clipnorm": 1.0} | optimizer)), loss)
    return model


def fit(model, trainer=COMPILERS[0], n_rows=50, epochs=2, **kwargs):
    kwargs = {"batch_size": 16, "seed": 0} | kwargs
    outcome = train(
        model, FitArguments(X[:n_rows], Y[:n_rows], epochs=epochs, trainer=trainer, **kwargs)
    )
    assert outcome.trainer == trainer, outcome.reason
    return outcome.history["loss"]


SHARED = {
    "learning rate": {"learning_rate": 0.05},
    "weight decay": {"weight_decay": 0.3},
    "betas": {"beta_1": 0.5, "beta_2": 0.9},
    "epsilon": {"epsilon": 1e-2},
    "clipnorm": {"clipnorm": 0.01},
    "L2": {"l2": 0.7},
    "dropout": {"rate": 0.6},
    "label smoothing": {"smoothing": 0.3},
    "seed": {"seed": 3},
}


def test_values_are_inputs():
    clear_cache()
    fit(build())
    for change in SHARED.values():
        fit(build(**change))
    everything = {name: value for change in SHARED.values() for name, value in change.items()}
    loss = fit(build(**everything))
    np.testing.assert_allclose(loss, fit(build(**everything), "fit"), rtol=2e-5)
    fit(build(), n_rows=49, epochs=3, batch_size=8, class_weight={0: 2.0})
    n_programs = 2 * PARTS  # sample weights are one more input
    assert cache_info()[:3] == (n_programs, 10 * PARTS, n_programs)


class Scaled(layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor


def scaled_loss(factor):
    def loss(y_true, y_pred):
        return factor * keras.losses.categorical_crossentropy(y_true, y_pred)

    return loss


def normalized(mean):
    return layers.Normalization(mean=mean, variance=1.0)


DIFFERENT = {
    "units": [{"units": 3}, {"units": 5}],
    "architecture": [{"rate": 0.2}, {"layer": "relu"}],
    "state outside variables": [{"layer": 0.0}, {"layer": 1.0}],
    "no clipping": [{"clipnorm": 1.0}, {"clipnorm": None}],
    "optimizer": [{"amsgrad": True}, {"amsgrad": False}],
}


def description(*, layer=None, **change):
    if layer is not None:
        layer = layers.Activation(layer) if isinstance(layer, str) else normalized(layer)
    return describe(build(layer=layer, **change))


@pytest.mark.parametrize("name", DIFFERENT)
def test_different_models_do_not_share(name):
    one, other = DIFFERENT[name]
    assert description(**one) == description(**one)
    assert description(**one).key != description(**other).key


OWN = {
    "layer": lambda factor: {"layer": Scaled(factor)},
    "loss": lambda factor: {"loss": scaled_loss(factor)},
}


@pytest.mark.parametrize("part", OWN)
def test_own_code_shares_what_computes_the_same(part):
    make = OWN[part]
    clear_cache()
    losses = [fit(build(**make(factor))) for factor in (1.0, 2.0, 1.0, 2.0)]
    assert losses[:2] == losses[2:] and losses[0] != losses[1]
    assert cache_info().compilations == 2 * PARTS
    assert cache_info().hits == 2 * PARTS


def test_training_goes_on_where_it_stopped():
    at_once, in_two = build(), build()
    fit(at_once, epochs=4)
    fit(in_two, epochs=1)
    fit(in_two, epochs=4, initial_epoch=1)
    for one, two in zip(at_once.get_weights(), in_two.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_threads_train_at_once_and_as_alone():
    clear_cache()
    alone = {seed: fit(build(seed=seed), epochs=20) for seed in range(4)}
    together = threading.Barrier(4, timeout=60)

    def one(seed):
        model = build(seed=seed)
        together.wait()
        return fit(model, epochs=20)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(4))) == list(alone.values())
    assert cache_info().compilations == PARTS


def test_the_least_recently_used_goes():
    cache = _cache.Cache(2)
    for key in "abacb":
        assert cache.get(key, lambda key=key: key * 2) == key * 2
    info = cache.info()
    assert (info.programs, info.hits, info.compilations) == (2, 1, 4)


def test_two_threads_make_one_thing_once():
    cache, made = _cache.Cache(2), []
    together = threading.Barrier(2, timeout=60)

    def get(_):
        together.wait()
        return cache.get("key", lambda: made.append(1) or "thing")

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(get, range(2))) == ["thing", "thing"]
    assert made == [1]


def test_a_function_copied_by_value_shares_its_program_until_what_it_uses_changes():
    scope = {"slope": 2.0, "__name__": "__main__"}
    exec("def leak(x):\n    return x * slope", scope)

    def train_it():
        fit(build(layer=layers.Activation(scope["leak"])))
        return cache_info().compilations

    clear_cache()
    first = train_it()
    scope["leak"] = cloudpickle.loads(cloudpickle.dumps(scope["leak"]))
    assert train_it() == first
    scope["leak"].__globals__["slope"] = 3.0
    assert train_it() == first + PARTS


@pytest.mark.skipif(COMPILERS[0] != "graph", reason="JAX takes Python numbers only")
@pytest.mark.parametrize("kind", [layers.Dropout, layers.GaussianNoise])
def test_rates_of_random_layers_of_keras_are_inputs(kind):
    def losses(rate, trainer="graph"):
        return fit(build(layer=kind(rate, seed=1)), trainer, epochs=3)

    clear_cache()
    found = {rate: losses(rate) for rate in (0.1, 0.9, 0.3)}
    assert cache_info().compilations == 1
    for rate, values in found.items():
        np.testing.assert_allclose(values, losses(rate, "fit"), rtol=2e-5)
    assert len({tuple(values) for values in found.values()}) == 3
    # Without any, nothing is drawn: that is another program.
    np.testing.assert_allclose(losses(0.0), losses(0.0, "fit"), rtol=2e-5)
    assert cache_info().compilations == 2


@pytest.mark.parametrize("schedule", ["CosineDecay", "ExponentialDecay"])
def test_numbers_of_a_schedule_are_inputs(schedule):
    clear_cache()
    kind = getattr(optimizers.schedules, schedule)
    more = (0.5,) if schedule == "ExponentialDecay" else ()
    histories = []
    for rate, steps in ((0.1, 8), (0.01, 12)):
        runs = []
        for trainer in ("graph", "fit"):
            model = build(learning_rate=kind(rate, steps, *more))
            options = {"epochs": 3, "batch_size": 20, "seed": 0, "trainer": trainer}
            runs.append(train(model, FitArguments(X, Y, **options)).history["loss"])
        np.testing.assert_allclose(*runs, rtol=1e-5)
        histories.append(runs[0])
    assert cache_info().compilations == PARTS
    assert not np.allclose(*histories)
