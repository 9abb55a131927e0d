"""New optimizers and metrics for each fit, the same in all that they hold."""

import keras
import numpy as np
import pytest

from skkeras import KerasRegressor
from skkeras.utils._copies import copy_unfitted

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3)).astype("float32")
Y = X[:, 0]


class Boosted(keras.optimizers.SGD):
    """An optimizer whose configuration lacks its own argument."""

    def __init__(self, boost=1.0, **kwargs):
        super().__init__(**kwargs)
        self.boost = boost

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(self.boost * gradient, variable, learning_rate)


class Share(keras.metrics.Mean):
    """A metric whose configuration lacks its own argument."""

    def __init__(self, below=1.0, name="share"):
        super().__init__(name=name)
        self.below, self.seen = below, {"bounds": np.array([below])}

    def update_state(self, y_true, y_pred, sample_weight=None):
        near = keras.ops.abs(y_true - y_pred) < self.below
        return super().update_state(keras.ops.cast(near, "float32"))


class Needing(Boosted):
    """An optimizer that cannot be made of its configuration."""

    def __init__(self, boost):
        super().__init__(boost, learning_rate=0.1)


def build():
    return keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])


def fit(**params):
    params = {"optimizer": "sgd", "loss": "mse", "epochs": 2, "random_state": 0} | params
    return KerasRegressor(build, **params).fit(X, Y).history_


def test_what_configurations_lack_is_copied():
    one, other = Boosted(2.0), Share(0.5)
    assert copy_unfitted(one).boost == 2.0 and copy_unfitted(one) is not one
    copied = copy_unfitted(other)
    assert copied.below == 0.5 and copied.seen["bounds"] == 0.5 and copied.seen is not other.seen
    excluding = keras.optimizers.AdamW()
    excluding.exclude_from_weight_decay(var_names=["bias"])
    pattern = copy_unfitted(excluding)._exclude_from_weight_decay_pattern
    assert pattern == excluding._exclude_from_weight_decay_pattern
    assert all(a is not b for a, b in zip(copy_unfitted(one).variables, one.variables, strict=True))


def test_each_fit_has_the_arguments_of_its_own():
    slow, fast = (fit(optimizer=Boosted(boost))["loss"] for boost in (0.1, 10.0))
    assert fast[-1] < slow[-1]
    few, many = (fit(metrics=[Share(below)])["share"][0] for below in (0.01, 10.0))
    assert few < 0.5 and many == 1.0


def test_what_no_configuration_makes_is_copied_as_it_is():
    given = Needing(2.0)
    losses = [fit(optimizer=given) for _ in range(2)]
    assert losses[0] == losses[1] == fit(optimizer=Boosted(2.0, learning_rate=0.1))
    assert int(given.iterations) == 0
    given.build(build().trainable_variables)
    with pytest.raises(TypeError, match=r"Needing was used before .*get_config"):
        fit(optimizer=given)


@pytest.mark.parametrize("kind", [keras.optimizers.Adam, Boosted])
def test_what_was_used_before_starts_anew(kind):
    given = kind(learning_rate=0.1)
    model = build()
    model.compile(given, "mse")
    model.fit(X, Y, verbose=0)
    assert given.built and not copy_unfitted(given).built
    assert fit(optimizer=given) == fit(optimizer=kind(learning_rate=0.1))
    metric = keras.metrics.F1Score(threshold=0.5, name="f1")
    metric.update_state(np.ones((3, 1)), np.ones((3, 1)))
    assert copy_unfitted(metric)._built == keras.metrics.F1Score(threshold=0.5)._built
