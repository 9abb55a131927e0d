"""Long calls into a backend that a signal or a time limit can interrupt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from skkeras._deadline import check_time

# In seconds: how long a call may delay signals, and how often a waiting thread wakes up for them.
_SECONDS_A_CALL = 0.5
_SECONDS_A_LOOK = 0.1


class Pace:
    """Measured time of training per row, by rows per batch and work per row."""

    def __init__(self) -> None:
        self._seconds_a_row: dict[tuple[int, int], float] = {}

    def note(self, batch_size: int, n_rows: int, seconds: float, work: int = 0) -> None:
        """Record how long training on this number of rows took."""
        self._seconds_a_row[batch_size, work] = seconds / n_rows

    def n_rows(self, batch_size: int, work: int = 0) -> int | None:
        """Return the number of rows that one call may train on; None if unknown."""
        seconds = self._seconds_a_row.get((batch_size, work))
        return None if seconds is None else int(_SECONDS_A_CALL / seconds)


def interruptible(call: Callable[[], Any], cancel: Callable[[], None]) -> Any:
    """Call a function in another thread, so that this thread continues to handle signals.

    Parameters
    ----------
    call : callable
        The function.
    cancel : callable
        Ends the call early; called if an exception is raised in this thread meanwhile.

    Returns
    -------
    Any
        The result of the function; its exception is raised again.

    Raises
    ------
    OutOfTime
        If the deadline of this thread is over.
    """
    results: list[Any] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        # Some ways to raise an exception in a thread do not wake it while it waits.
        while not done.wait(_SECONDS_A_LOOK):
            check_time()
    except BaseException:
        cancel()
        thread.join()
        raise
    if errors:
        raise errors[0]
    return results[0]
