"""Seeds of one model, and orders of rows of one epoch."""

import random
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np

from skkeras.training._seeds import SeedStream, epoch_order, seeding


def drawn():
    """Return what Keras draws for two layers without seeds."""
    return [
        keras.initializers.GlorotUniform().seed,
        int(np.asarray(keras.random.SeedGenerator().state)[0]),
    ]


def test_blocks_with_one_seed_draw_the_same():
    random.seed(0)
    state = random.getstate()
    with seeding(3) as stream:
        first = drawn()
        with seeding(4):
            other = drawn()
        third = drawn()
    with seeding(3):
        assert drawn() + drawn() == first + third
    assert first != other
    assert stream.given == first + third
    assert random.getstate() == state


def test_other_threads_and_code_outside_draw_their_own():
    random.seed(0)
    expected = drawn()
    random.seed(0)
    with seeding(3), ThreadPoolExecutor(1) as pool:
        assert pool.submit(drawn).result() == expected


def test_a_stream_covers_its_range():
    draws = {SeedStream(seed).randint(1, 3) for seed in range(50)}
    assert draws == {1, 2, 3}


def test_orders_depend_on_seed_and_epoch_alone():
    order = epoch_order(5, 2, 100)
    assert order.dtype == np.int32 and sorted(order) == list(range(100))
    np.testing.assert_array_equal(order, epoch_order(5, 2, 100))
    for other in (epoch_order(5, 3, 100), epoch_order(6, 2, 100)):
        assert (other != order).any()
