"""Optimizers from the parameters of a family."""

import keras
import pytest

from skkeras import KerasMLPClassifier
from skkeras.base._model_spec import ModelParams
from skkeras.base._optimizers import make_optimizer


def made(n_steps=None, **params):
    network = KerasMLPClassifier(**{"learning_rate": 0.001, **params})
    return make_optimizer(ModelParams(network.get_params()), n_steps)


def test_parameters_reach_the_optimizer():
    adam = made(learning_rate=0.5, clipnorm=2.0)
    assert type(adam) is keras.optimizers.Adam
    assert float(adam.learning_rate) == 0.5 and adam.clipnorm == 2.0
    assert adam.weight_decay is None
    assert made(optimizer="adamw").weight_decay == keras.optimizers.AdamW().weight_decay
    assert made(optimizer=keras.optimizers.AdamW, weight_decay=0.25).weight_decay == 0.25


def test_momentum_is_that_of_sgd():
    sgd = made(optimizer="sgd", momentum=0.5)
    assert sgd.momentum == 0.5 and sgd.nesterov
    assert not made(optimizer="sgd", momentum=0).nesterov
    assert not made(optimizer="sgd", nesterovs_momentum=False).nesterov


@pytest.mark.parametrize(("name", "last"), [("cosine", 0.0), ("exponential", 0.005)])
def test_schedules_end_after_all_steps(name, last):
    schedule = made(8, learning_rate=name, learning_rate_init=0.5)._learning_rate
    assert float(schedule(0)) == 0.5
    assert float(schedule(8)) == pytest.approx(last, abs=1e-7)


def test_other_rates():
    assert float(made(learning_rate="on-plateau", learning_rate_init=0.5).learning_rate) == 0.5
    schedule = keras.optimizers.schedules.ExponentialDecay(0.5, 10, 0.5)
    assert made(learning_rate=schedule)._learning_rate is schedule


def test_instances_are_copied():
    given = keras.optimizers.SGD(0.5)
    copied = made(optimizer=given)
    assert copied is not given and float(copied.learning_rate) == 0.5


def test_what_an_optimizer_does_not_take_is_refused():
    class Plain(keras.optimizers.SGD):
        def __init__(self, learning_rate=0.1, momentum=0.0, nesterov=False):
            super().__init__(learning_rate, momentum, nesterov)

    with pytest.raises(ValueError, match="takes no clipnorm, clipvalue"):
        made(optimizer=Plain, clipnorm=1.0, clipvalue=1.0)
