"""Batches of rows in memory, in the order of an epoch."""

import numpy as np
import pytest
import scipy.sparse

from skkeras.training import epoch_order
from skkeras.training._batches import Batches, Shuffle, Streamed, count_rows, pack, take

X = np.arange(14.0).reshape(7, 2)
Y = np.arange(7.0)


class Doubled(Streamed):
    """Rows that are twice what is held."""

    def __init__(self, held):
        self.held, self.shape = held, held.shape

    def __getitem__(self, rows):
        return Doubled(self.held[rows])

    def toarray(self):
        return 2 * self.held

    def content_key(self):
        return self.held.tobytes()


def test_rows_of_several_arrays():
    data = {"a": [X, scipy.sparse.csr_array(X)], "b": Doubled(X)}
    assert count_rows(data) == 7
    rows = np.array([4, 1])
    found = take(data, rows)
    np.testing.assert_array_equal(found["a"][0], X[rows])
    np.testing.assert_array_equal(found["a"][1], X[rows])
    np.testing.assert_array_equal(found["b"], 2 * X[rows])


def test_lists_are_packed_as_tuples():
    found = pack([X, {"a": [X]}], Y, None)
    assert len(found) == 2
    assert type(found[0]) is tuple and type(found[0][1]["a"]) is tuple


def test_the_last_batch_has_the_rest():
    batches = Batches(X, Y, Y, 3)
    assert len(batches) == 3
    assert [len(batches[place][0]) for place in range(3)] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate([batches[place][2] for place in range(3)]), Y)


def test_each_epoch_has_its_order():
    batches = Batches(X, Y, None, 3)
    shuffle = Shuffle(batches, seed=5)
    for epoch in (0, 3):
        shuffle.on_epoch_begin(epoch)
        np.testing.assert_array_equal(batches.order, epoch_order(5, epoch, 7))
        np.testing.assert_array_equal(batches[1][1], batches.order[3:6])


@pytest.mark.parametrize(("n_bytes", "sizes"), [(1, [1] * 7), (24, [3, 3, 1]), (2**20, [7])])
def test_streams_make_a_block_at_a_time(n_bytes, sizes, monkeypatch):
    monkeypatch.setattr("skkeras.training._batches._BLOCK_BYTES", n_bytes)
    blocks = list(Doubled(X).blocks())
    assert [len(block) for block in blocks] == sizes
    np.testing.assert_array_equal(np.concatenate(blocks), 2 * X)
