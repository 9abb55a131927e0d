"""Arguments of Keras' optimizers and schedules, and of subclasses of them."""

from __future__ import annotations

from typing import Any

import pytest
from keras import layers, ops, optimizers
from keras.optimizers import schedules

from tests.training.pairs import DATA, Pairs, changed, compiled, regressor, small, stack, target

PAIRS = Pairs()

# Large targets, for clipping to matter.
_FAR = DATA["table"], 20 * target(DATA["table"], False)


class OwnSGD(optimizers.SGD):
    """Keras' SGD under another name."""


class OwnAdam(optimizers.Adam):
    """Keras' Adam under another name."""


def of(kind: type, argument: str, value: Any, fixed: dict[str, Any]) -> Any:
    given = {"learning_rate": 0.01, **fixed, argument: value}
    data = _FAR if "clip" in argument else ()
    return regressor(optimizer=kind(**given), epochs=3), *data


# Two values of each argument, and what else is given.
_ARGUMENTS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "weight_decay": (None, 0.3, {}),
    "clipnorm": (None, 0.1, {}),
    "clipvalue": (0.5, 0.05, {}),
    "global_clipnorm": (1.0, 0.1, {}),
    "use_ema": (False, True, {"ema_momentum": 0.5}),
    "ema_momentum": (0.9, 0.3, {"use_ema": True}),
    "ema_overwrite_frequency": (2, 3, {"use_ema": True, "ema_momentum": 0.5}),
    "gradient_accumulation_steps": (None, 2, {}),
    "loss_scale_factor": (None, 3.0, {}),  # by rounding
    "nesterov": (False, True, {"momentum": 0.9}),
    "beta_1": (0.9, 0.2, {}),
    "beta_2": (0.999, 0.2, {}),
    "epsilon": (1e-7, 0.5, {}),
    "amsgrad": (False, True, {"beta_2": 0.3}),
    "centered": (False, True, {}),
}
_ALL = list(_ARGUMENTS)
_OF_KINDS = {
    optimizers.SGD: ["weight_decay", "clipvalue", "ema_momentum", "nesterov"],
    OwnSGD: _ALL[:9],
    optimizers.Adam: ["beta_2", "epsilon", "amsgrad"],
    OwnAdam: ["beta_1", "clipnorm"],
    optimizers.RMSprop: ["centered"],
}
for kind, names in _OF_KINDS.items():
    for argument in names:
        a, b, fixed = _ARGUMENTS[argument]
        PAIRS.add(
            f"{kind.__name__} {argument}",
            lambda v, kind=kind, argument=argument, fixed=fixed: of(kind, argument, v, fixed),
            a,
            b,
        )

PAIRS.add(
    "optimizer__clipnorm of a subclass",
    lambda norm: regressor(optimizer=OwnSGD, optimizer__clipnorm=norm),
    0.01,
    10.0,
)
PAIRS.add(
    "Adam beta_1 under XLA",
    lambda b: regressor(optimizer=OwnAdam(0.05, beta_1=b), trainer="xla"),
    0.9,
    0.2,
)


@PAIRS.pair(["bias"], ["kernel"])
def exclude_from_weight_decay(names):
    def build():
        model = small()
        optimizer = optimizers.SGD(0.1, weight_decay=1.0)
        optimizer.exclude_from_weight_decay(var_names=names)
        model.compile(optimizer, "mse")
        return model

    return compiled(build)


@PAIRS.pair(2.0, 2.0**127)
def loss_scale_optimizer(scale):
    def build():
        model = small()
        optimizer = optimizers.LossScaleOptimizer(optimizers.SGD(0.1), initial_scale=scale)
        model.compile(optimizer, "mse")
        return model

    return compiled(build), *_FAR  # gradients overflow, and steps are left out


# -- schedules -------------------------------------------------------------------------------------


class OwnDecay(schedules.LearningRateSchedule):
    def __init__(self, rate, falls=True):
        self.rate, self.falls = rate, falls

    def __call__(self, step):
        return self.rate / (1.0 + ops.cast(step, "float32") * self.falls)

    def get_config(self):
        return {"rate": self.rate, "falls": self.falls}


def scheduled(rate, kind=optimizers.SGD):
    model = small()
    model.compile(kind(rate), "mse")
    return model


_SCHEDULES: dict[str, tuple[Any, Any]] = {
    "piecewise boundaries": (
        schedules.PiecewiseConstantDecay([1], [0.1, 0.01]),
        schedules.PiecewiseConstantDecay([3], [0.1, 0.01]),
    ),
    "inverse staircase": (
        schedules.InverseTimeDecay(0.1, 3, 0.5),
        schedules.InverseTimeDecay(0.1, 3, 0.5, staircase=True),
    ),
    "cosine warm-up": (
        schedules.CosineDecay(0.01, 5, warmup_target=0.1, warmup_steps=1),
        schedules.CosineDecay(0.01, 5, warmup_target=0.1, warmup_steps=4),
    ),
    "own rate": (OwnDecay(0.1), OwnDecay(0.02)),
}
for name, (one, other) in _SCHEDULES.items():
    PAIRS.add(f"schedule {name}", lambda rate: compiled(scheduled, rate=rate), one, other)


@PAIRS.pair(0.1, 0.02)
def learning_rate_function(rate):
    return compiled(lambda: scheduled(lambda: rate))


@PAIRS.pair(schedules.PiecewiseConstantDecay([2], [0.1, 0.01]), OwnDecay(0.1))
def schedule_in_an_own_optimizer(rate):
    return compiled(lambda: scheduled(rate, OwnSGD))


# -- optimizers of one's own -----------------------------------------------------------------------


class Signs(optimizers.Optimizer):
    """Steps of one length, in the direction of each gradient's sign or of its root."""

    def __init__(self, learning_rate=0.01, power=0.0, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.power = power

    def update_step(self, gradient, variable, learning_rate):
        step = ops.sign(gradient) * ops.abs(gradient) ** self.power
        self.assign_sub(variable, ops.cast(learning_rate, variable.dtype) * step)

    def get_config(self):
        return {**super().get_config(), "power": self.power}


class Halves(optimizers.SGD):
    share = 0.5

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient * self.share, variable, learning_rate)


class Silent(optimizers.SGD):
    """Has a number that its configuration lacks."""

    def __init__(self, *args, scale=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.scale = scale

    def apply(self, grads, trainable_variables=None):
        return super().apply([g * self.scale for g in grads], trainable_variables)


class Final(optimizers.SGD):
    """Does something after the last step, which no trace of a step shows."""

    def __init__(self, *args, share=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.share = share

    def finalize_variable_values(self, var_list):
        for variable in var_list:
            variable.assign(variable * self.share)

    def get_config(self):
        return {**super().get_config(), "share": self.share}


@PAIRS.pair(1.0, 0.5)
def end_of_training_by_an_optimizer(share):
    return regressor(optimizer=Final(0.1, share=share))


@PAIRS.pair(0.0, 0.5)
def own_optimizer(power):
    return regressor(optimizer=Signs(power=power))


@PAIRS.pair(0.5, 0.1)
def class_attribute_of_an_optimizer(share):
    with changed(Halves, "share", share):
        yield regressor(optimizer=Halves(0.1))


@PAIRS.pair(1.0, 0.1)
def optimizer_with_a_number_in_no_configuration(scale):
    def build():
        model = stack(layers.Dense(4, "tanh"))
        model.compile(Silent(0.1, scale=scale), "mse")
        return model

    return compiled(build)


@pytest.mark.parametrize("name", PAIRS)
def test_pair(name, tmp_path):
    PAIRS[name].check(tmp_path)
