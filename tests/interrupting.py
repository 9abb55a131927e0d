"""Interrupt what the main thread does, as a user does by Ctrl-C."""

import _thread
import signal
import threading
from contextlib import contextmanager

# In seconds: Python drops an exception that strikes in a finalizer, so that another one follows.
AGAIN = 12.0


@contextmanager
def interrupted_after(seconds):
    """Interrupt the main thread after some seconds, and again later."""
    # Processes in the background may have been told to ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    ended = threading.Event()

    def interrupt():
        wait = seconds
        while not ended.wait(wait):
            _thread.interrupt_main()
            wait = AGAIN

    threading.Thread(target=interrupt, daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        signal.signal(signal.SIGINT, before)
