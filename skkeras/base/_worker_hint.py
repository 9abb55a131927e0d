"""A hint for searches whose jobs are processes, which compile for themselves."""

from __future__ import annotations

import functools
import multiprocessing

_HINT = (
    "skkeras: this fit runs in a worker process, which imports TensorFlow and compiles for itself. "
    "Jobs that are threads share compiled programs: use the searches of skkeras.model_selection, "
    'or scikit-learn\'s in `with joblib.parallel_config(backend="threading"):`.'
)


def hint_at_threads() -> None:
    """Print once per process that threads are faster, if joblib started this process."""
    if multiprocessing.current_process().name.startswith("LokyProcess"):
        _print_once()


@functools.cache
def _print_once() -> None:
    print(_HINT, flush=True)
