"""Import TensorFlow without its start-up messages.

A script prints nothing that it did not ask for. Whoever sets `TF_CPP_MIN_LOG_LEVEL`, or imports
TensorFlow first, keeps the messages.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"


@contextlib.contextmanager
def _standard_error_closed() -> Iterator[None]:
    """Send file descriptor 2 to nowhere: the first messages heed no level."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _is_not_about_retracing(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in str(record.msg)


if "tensorflow" not in sys.modules and _LEVEL not in os.environ:
    os.environ[_LEVEL] = "3"
    try:
        with _standard_error_closed():
            import tensorflow  # noqa: F401
    finally:
        del os.environ[_LEVEL]

# Every fit through `Model.fit` traces anew, which no user can help.
logging.getLogger("tensorflow").addFilter(_is_not_about_retracing)
