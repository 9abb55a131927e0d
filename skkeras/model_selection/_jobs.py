"""Parallel jobs of a search: threads if its fits share compiled programs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from joblib import parallel_config
from sklearn.base import BaseEstimator


def threads_for(estimators: Iterable[Any], n_jobs: int | None) -> AbstractContextManager[Any]:
    """Return a context in which jobs are threads if an estimator is an skkeras network.

    Threads share compiled programs and run them in parallel, whereas a worker process imports
    TensorFlow and compiles again. A backend that the user set by `joblib.parallel_config` is kept.

    Parameters
    ----------
    estimators : iterable of estimator
        Estimators that the jobs fit.
    n_jobs : int or None
        Number of jobs. If None, `joblib.parallel_config` decides.

    Returns
    -------
    context manager
        In it, joblib prefers threads, or its defaults are unchanged.
    """
    if n_jobs is None or n_jobs == 1 or not any(map(_is_compiled, estimators)):
        return nullcontext()
    return parallel_config(prefer="threads")


def has_network(estimator: BaseEstimator) -> bool:
    """Return whether an estimator is an skkeras network or contains one."""
    parts = [estimator, *estimator.get_params().values()]
    return any(_is_ours(part) and hasattr(part, "fit_until") for part in parts)


def _is_compiled(estimator: BaseEstimator) -> bool:
    parts = [estimator, *estimator.get_params().values()]
    return any(_is_ours(part) and getattr(part, "trainer", "fit") != "fit" for part in parts)


def _is_ours(part: Any) -> bool:
    return any(kind.__module__.startswith("skkeras.") for kind in type(part).__mro__)
