import keras
import numpy as np
from keras import layers

from skkeras.training import Outcome
from skkeras.training._keras_fit import WholeEpochs


def test_an_interrupt_between_logs_and_weights_keeps_the_epoch_before():
    model = keras.Sequential([layers.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.optimizer.build(model.trainable_variables)
    outcome = Outcome()
    whole = WholeEpochs(outcome)
    whole.set_model(model)
    whole.on_train_begin()
    whole.on_epoch_end(0, {"loss": 2.0})
    kept = model.get_weights()
    model.set_weights([weight + 1 for weight in kept])
    outcome.add({"loss": 1.0, "late": 3.0})  # as on_epoch_end begins
    whole.go_back()
    assert outcome.history == {"loss": [2.0]}
    for weight, before in zip(model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(weight, before)
