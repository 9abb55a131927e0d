"""Import Keras without TensorFlow's start-up messages and within joblib's limit on threads.

The messages are kept if `TF_CPP_MIN_LOG_LEVEL` is 0 or 1, or if TensorFlow is imported first.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

from joblib.externals.loky import process_executor

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
# Values that suppress the messages: not set, or a level that hides TensorFlow's warnings.
_QUIET = {None, "2", "3"}
_BACKENDS = ("tensorflow", "jax")


def _check_backend(name: str) -> None:
    """Raise an error if Keras runs on a backend that this package has no compiler for."""
    if name not in _BACKENDS:
        raise ImportError(
            f"skkeras runs on Keras' backends 'tensorflow' and 'jax', not on {name!r}: set the "
            "environment variable KERAS_BACKEND to one of them before Keras is imported."
        )


@contextlib.contextmanager
def _standard_error_closed() -> Iterator[None]:
    """Redirect file descriptor 2 to the null device: the first messages ignore the log level."""
    try:
        kept = os.dup(2)
    except OSError:  # it is closed, as in a daemon
        kept = None
    nowhere = os.open(os.devnull, os.O_WRONLY)
    if nowhere != 2:
        os.dup2(nowhere, 2)
        os.close(nowhere)
    try:
        yield
    finally:
        if kept is None:
            os.close(2)
        else:
            os.dup2(kept, 2)
            os.close(kept)


def _is_not_about_retracing(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in str(record.msg)


def _n_threads() -> int | None:
    """Return the number of threads per operation under joblib's limit; None without a limit.

    It is at least two if there are two cores: on some processors, one thread sums in a different
    order than several do, and a worker's results must equal those of its parent to the last bit.
    """
    share = os.environ.get("OMP_NUM_THREADS", "")
    if not share.isdecimal():
        return None
    has_affinity = hasattr(os, "sched_getaffinity")
    n_cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(int(share), min(2, n_cores))


def _take_share_of_cores() -> None:
    """Apply joblib's limit for workers to TensorFlow's thread pools, which ignore it."""
    n_threads, threading = _n_threads(), sys.modules["tensorflow"].config.threading
    if n_threads is not None and threading.get_intra_op_parallelism_threads() == 0:
        # TensorFlow raises an error once it has run something.
        with contextlib.suppress(RuntimeError):
            threading.set_intra_op_parallelism_threads(n_threads)
            threading.set_inter_op_parallelism_threads(int(os.environ["OMP_NUM_THREADS"]))


def _give_jax_share_of_cores() -> None:
    """Start JAX's threads under joblib's limit; otherwise it starts one per core."""
    n_threads = _n_threads()
    if n_threads is not None and "NPROC" not in os.environ:
        os.environ["NPROC"] = str(n_threads)
        try:
            sys.modules["jax"].devices()
        finally:
            del os.environ["NPROC"]


class _IfImported:
    """TensorFlow, if other code imported it."""

    @property
    def available(self) -> bool:
        return "tensorflow" in sys.modules

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.modules["tensorflow"], name)


if "keras" not in sys.modules:
    # Keras would import the backend first, which may not be installed.
    _check_backend(os.environ.get("KERAS_BACKEND") or _BACKENDS[0])

_asked = os.environ.get(_LEVEL)
if "tensorflow" not in sys.modules and _asked in _QUIET:
    os.environ[_LEVEL] = "3"
    try:
        with _standard_error_closed():
            import keras
    finally:
        if _asked is None:
            del os.environ[_LEVEL]
        else:
            os.environ[_LEVEL] = _asked
else:
    import keras

_check_backend(keras.backend.backend())
if keras.backend.backend() == "tensorflow":
    _take_share_of_cores()
else:
    from keras.src.saving import serialization_lib

    _give_jax_share_of_cores()
    # To serialize a layer, Keras checks for objects of TensorFlow's types. For this it would
    # import TensorFlow, which takes seconds.
    serialization_lib.tf = _IfImported()

# Each fit through `Model.fit` traces again, and users cannot avoid it.
logging.getLogger("tensorflow").addFilter(_is_not_about_retracing)

# joblib ends workers that grow by 300 MB, with a warning about a memory leak. A worker that fits
# other models first grows by as much when it imports TensorFlow, and keeps compiled programs.
process_executor._MAX_MEMORY_LEAK_SIZE = 2 * 10**9
