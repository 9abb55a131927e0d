import threading

import numpy as np
import pytest

from skkeras.training._row_parts import RowParts, chunks, read_ahead


class Parts(RowParts):
    """Numbers from 0 on, in parts."""

    def __init__(self, sizes, buffer_rows):
        self.rows = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
        self.shape, self.n_parts, self.buffer_rows = (sum(sizes),), len(sizes), buffer_rows

    def read(self, index):
        return (self.rows[index],)


def orders(parts, *arguments):
    return [data[0][order] for data, order in chunks(parts, *arguments)]


@pytest.mark.parametrize("sizes", [[7] * 6, [1] * 30, [20, 3, 0, 20, 5], [2]])
@pytest.mark.parametrize("batch_size", [4, 30])
def test_each_row_is_read_once(sizes, batch_size):
    found = orders(Parts(sizes, 20), batch_size, 0, 0)
    assert sorted(np.concatenate(found)) == list(range(sum(sizes)))
    assert all(len(chunk) % batch_size == 0 for chunk in found[:-1])


def test_a_buffer_is_not_exceeded():
    found = orders(Parts([7] * 6, 20), 4, 0, 0)
    assert len(found) > 1
    assert max(map(len, found)) <= 20


def test_orders_depend_on_seed_and_epoch():
    parts = Parts([5] * 8, 15)
    first, again, later, other = (
        np.concatenate(orders(parts, 5, *given)) for given in ((0, 0), (0, 0), (0, 1), (1, 0))
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)
    assert not np.array_equal(first, other)


def test_rows_of_several_parts_are_shuffled_together():
    first = orders(Parts([5] * 8, 20), 5, 0, 0)[0]
    assert len(set(first[:5] // 5)) > 1  # one batch has rows of several parts


def test_without_a_seed_rows_keep_their_order():
    assert np.array_equal(np.concatenate(orders(Parts([5] * 8, 15), 4)), np.arange(40))


class TestReadAhead:
    def test_items_are_the_same(self):
        assert list(read_ahead(iter("abc"))) == ["a", "b", "c"]

    def test_the_next_item_is_made_meanwhile(self):
        made = threading.Event()

        def items():
            yield 1
            made.set()
            yield 2

        assert next(read_ahead(items())) == 1
        assert made.wait(10)

    def test_an_error_is_raised_where_items_are_used(self):
        def items():
            yield 1
            raise OSError("unreadable")

        found = read_ahead(items())
        assert next(found) == 1
        with pytest.raises(OSError, match="unreadable"):
            next(found)
