"""Names of routed parameters are checked by the signatures of what takes them."""

import keras
import pytest

from skkeras.wrappers._routed_names import argument_names, check_routed, is_routed, required_names


def build(units, meta, rate=0.1, *, compile_kwargs=None):
    raise AssertionError("It came to building.")


def build_any(units, **kwargs):
    raise AssertionError("It came to building.")


def test_names():
    assert is_routed("optimizer__momentum") and is_routed("fit__callbacks__0__patience")
    assert not any(map(is_routed, ["optimizer", "optimizer__", "other__momentum", "__a"]))
    assert argument_names(build) == ["units", "rate"]
    assert required_names(build) == required_names(build_any) == ["units"]
    assert argument_names(build_any) is None
    assert argument_names(build_any, any_is_none=False) == ["units"]
    assert argument_names(None) is None


MODEL = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
PARAMS = {"optimizer": "sgd", "loss": "huber"}


@pytest.mark.parametrize(
    ("name", "params", "builder"),
    [
        ("model__units", PARAMS, build),
        ("model__anything", PARAMS, build_any),
        ("optimizer__momentum", PARAMS, build),
        ("optimizer__0", {"optimizer": keras.optimizers.SGD}, build),
        ("loss__delta", PARAMS, build),
        ("loss__out__delta", PARAMS, build),
        ("metrics__anything", PARAMS, build),
        ("fit__validation_freq", PARAMS, build),
        ("predict__batch_size", PARAMS, build),
        ("score__anything", PARAMS, build),
    ],
)
def test_names_that_are_taken(name, params, builder):
    assert check_routed(name, params, builder, None) is None


@pytest.mark.parametrize(
    ("name", "params", "builder", "message"),
    [
        ("model__unit", PARAMS, build, "build takes no argument 'unit'; it takes units, rate."),
        ("model__units", PARAMS, MODEL, "only a function that builds one takes 'units'"),
        ("optimizer__rate", PARAMS, build, "SGD takes no argument 'rate'; it takes learning_rate"),
        ("optimizer__momentum", {"optimizer": keras.optimizers.SGD()}, build, "give its class"),
        ("loss__factor", PARAMS, build, "Huber takes no argument 'factor'; it takes delta"),
        ("loss__delta", {"loss": keras.losses.huber}, build, "give its class or its name"),
        ("fit__sample_weight", PARAMS, build, "fit takes no argument 'sample_weight'"),
        ("predict__workers", PARAMS, build, "predict takes no argument 'workers'; it takes batch"),
    ],
)
def test_names_that_nothing_takes(name, params, builder, message):
    assert message in check_routed(name, params, builder, None)


def test_names_of_a_scorer():
    def scorer(y_true, y_pred, bonus=0):
        return bonus

    assert check_routed("score__bonus", PARAMS, build, scorer) is None
    assert "scorer takes no argument 'malus'" in check_routed("score__malus", PARAMS, build, scorer)
