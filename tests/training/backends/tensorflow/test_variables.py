"""Variables of TensorFlow, and how optimizers update them."""

import keras
import pytest

pytest.importorskip("tensorflow")
variables = pytest.importorskip("skkeras.training.backends.tensorflow._variables")

METHODS = ["_backend_update_step", "_distributed_tf_update_step", "_all_reduce_sum_gradients"]


def test_an_optimizer_of_keras_is_traced_for_one_replica():
    optimizer = keras.optimizers.SGD()
    with variables.on_one_replica(optimizer):
        assert (
            vars(optimizer)["_backend_update_step"].__module__
            == variables.on_one_replica.__module__
        )
    assert "_backend_update_step" not in vars(optimizer)


@pytest.mark.parametrize("method", METHODS)
def test_an_optimizer_with_an_update_of_its_own_keeps_it(method):
    optimizer = type("Own", (keras.optimizers.SGD,), {method: lambda self, *args: None})()
    before = dict(vars(optimizer))
    with variables.on_one_replica(optimizer):
        assert vars(optimizer) == before
