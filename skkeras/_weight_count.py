"""Count the weights of a network instead of training it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

_is_counting: ContextVar[bool] = ContextVar("is_counting", default=False)


class Counted(BaseException):
    """Raised in place of training while weights are counted.

    Like `KeyboardInterrupt`, it is not an `Exception`, so that no code takes it for a failure.
    """

    def __init__(self, n_weights: int) -> None:
        super().__init__(n_weights)
        self.n_weights = n_weights


def is_counting() -> bool:
    """Return whether this thread counts weights, so that training raises `Counted`."""
    return _is_counting.get()


def count_weights(fit: Callable[[], Any]) -> int | None:
    """Return the number of weights of the first network that a function would train.

    Parameters
    ----------
    fit : callable
        Fits an estimator.

    Returns
    -------
    int or None
        The number; None if the function trains no network.
    """
    token = _is_counting.set(True)
    try:
        fit()
    except Counted as counted:
        return counted.n_weights
    finally:
        _is_counting.reset(token)
    return None
