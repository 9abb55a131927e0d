"""Detect forked processes, in which the backend cannot run."""

from __future__ import annotations

import os

from skkeras.training import backends as backend

_in_vain = False


def check_process() -> None:
    """Raise an exception if the backend would wait forever for threads that do not exist.

    Raises
    ------
    RuntimeError
        If this process was forked from one in which the backend had started.
    """
    if _in_vain:
        raise RuntimeError(
            "This process was forked from one in which Keras' backend had started, and what it "
            "would train or predict here would never end. Start workers anew: joblib's backends "
            "'loky', the default, and 'threading' do, and so does multiprocessing's method 'spawn'."
        )


def _note() -> None:
    global _in_vain
    _in_vain = _in_vain or backend.has_started()


os.register_at_fork(after_in_child=_note)
