"""The loss of a student."""

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import log_softmax

from skkeras.layers._distillation import Distillation


def test_the_loss_is_the_papers():
    rng = np.random.default_rng(0)
    student, teacher = rng.dirichlet(np.ones(3), (2, 5)).astype("float32")
    labels = rng.integers(3, size=5)
    loss = Distillation(keras.losses.SparseCategoricalCrossentropy(), 3, True, 4.0, 0.3)
    hard = -np.log(student[np.arange(5), labels])
    soft = -(
        np.exp(log_softmax(np.log(teacher) / 4, axis=1)) * log_softmax(np.log(student) / 4, axis=1)
    ).sum(axis=1)
    target = np.column_stack([teacher, labels]).astype("float32")
    assert_allclose(loss.call(target, student), 0.7 * hard + 0.3 * 16 * soft, rtol=1e-5)


@pytest.mark.parametrize("exclusive", [True, False])
def test_the_loss_of_one_output_is_that_of_two(exclusive):
    rng = np.random.default_rng(0)
    student, teacher = rng.uniform(0.01, 0.99, (2, 5, 1)).astype("float32")
    labels = rng.integers(2, size=(5, 1)).astype("float32")
    pairs = [np.column_stack([1 - one, one]) for one in (student, teacher)]
    two = Distillation(keras.losses.SparseCategoricalCrossentropy(), 2, True, 3.0, 0.6)
    expected = two.call(np.column_stack([pairs[1], labels]), pairs[0])
    own = keras.losses.BinaryCrossentropy()
    one = Distillation(own, 2 if exclusive else 1, exclusive, 3.0, 0.6)
    target = np.column_stack([pairs[1] if exclusive else teacher, labels])
    assert_allclose(one.call(target, student), expected, rtol=1e-4)
