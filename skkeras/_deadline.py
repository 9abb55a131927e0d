"""A time at which training ends, for all code that one thread runs."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def now() -> float:
    """Return the time in seconds, on a clock that processes share."""
    return time.time()


class OutOfTime(BaseException):
    """Raised if a deadline ends training before its first epoch is complete.

    Like `KeyboardInterrupt`, it is not an `Exception`, so that no code takes it for a failure.
    """


class Deadline:
    """A time at which training ends.

    Parameters
    ----------
    end : float
        Time at which training ends, as `now` returns it.
    needs_an_epoch : bool, default=False
        Whether the first epoch is trained to its end in any case.

    Attributes
    ----------
    n_epochs : tuple of int or None
        Numbers of epochs that were trained and were planned, if the deadline ended training.
    outer : Deadline or None
        The deadline in whose context it holds.
    """

    def __init__(self, end: float, needs_an_epoch: bool = False) -> None:
        self.end, self.needs_an_epoch = end, needs_an_epoch
        self.n_epochs: tuple[int, int] | None = None
        self.outer: Deadline | None = None

    @contextmanager
    def holds(self) -> Iterator[None]:
        """Return a context in which training of this thread ends at this time, if not before."""
        self.outer = _current.get()
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    @property
    def is_over(self) -> bool:
        """Whether training must end."""
        own = now() >= self.end and not self.needs_an_epoch
        return own or (self.outer is not None and self.outer.is_over)

    def ends_after(self, n_trained: int, n_planned: int) -> bool:
        """Return whether training must end after some of its epochs, and record it."""
        self.needs_an_epoch = self.needs_an_epoch and not n_trained
        if n_trained >= n_planned or not self.is_over:
            return False
        self.n_epochs = n_trained, n_planned
        return True


def ends_after(n_trained: int, n_planned: int) -> bool:
    """Return whether the deadline of this thread ends training after some of its epochs."""
    deadline = _current.get()
    return deadline is not None and deadline.ends_after(n_trained, n_planned)


def check_time() -> None:
    """Check the deadline of this thread in the middle of an epoch.

    Raises
    ------
    OutOfTime
        If it is over.
    """
    deadline = _current.get()
    if deadline is not None and deadline.is_over:
        raise OutOfTime("The time for training is over.")


def is_limited() -> bool:
    """Return whether the time of this thread ends at all."""
    deadline = _current.get()
    while deadline is not None and math.isinf(deadline.end):
        deadline = deadline.outer
    return deadline is not None
