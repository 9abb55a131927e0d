"""A hint that worker processes print."""

from __future__ import annotations

import functools
import multiprocessing


@functools.cache
def suggest_threads() -> None:
    """Print, once per worker process, that threads would share compiled programs."""
    if multiprocessing.current_process().name == "MainProcess":
        return
    print(
        "skkeras: this worker process imports TensorFlow and compiles for itself. Threads share "
        "compiled programs: with joblib.parallel_config(backend='threading'): search.fit(X, y)",
        flush=True,
    )
