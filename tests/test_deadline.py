"""Deadlines of a thread, one inside another."""

from types import SimpleNamespace

import pytest

from skkeras._deadline import Deadline, OutOfTime, check_time, ends_after, is_limited


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(seconds=0.0)
    clock.time = lambda: clock.seconds
    monkeypatch.setattr("skkeras._deadline.time", clock)
    return clock


def test_the_first_deadline_that_is_over_ends_training(clock):
    outer, inner = Deadline(5), Deadline(8)
    with outer.holds(), inner.holds():
        check_time()
        assert is_limited() and not ends_after(1, 10)
        clock.seconds = 6.0
        with pytest.raises(OutOfTime):
            check_time()
        assert not ends_after(10, 10)  # it ends anyway
        assert ends_after(3, 10) and inner.n_epochs == (3, 10) and outer.n_epochs is None
    check_time()
    assert not is_limited() and not ends_after(1, 10)


def test_a_first_epoch_may_be_needed(clock):
    clock.seconds = 6.0
    deadline = Deadline(5, needs_an_epoch=True)
    with deadline.holds():
        check_time()
        assert ends_after(1, 10)
        with pytest.raises(OutOfTime):
            check_time()


def test_no_end_is_no_limit():
    with Deadline(float("inf")).holds():
        check_time()
        assert not is_limited()
