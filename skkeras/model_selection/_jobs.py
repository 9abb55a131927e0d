"""Jobs of a search: threads, where its fits are compiled programs that all threads share."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from joblib import parallel_config
from sklearn.base import BaseEstimator


def threads_for(estimators: Iterable[Any], n_jobs: int | None) -> AbstractContextManager[Any]:
    """Let jobs be threads if a network of this package is among what they fit.

    Threads share compiled programs and run them side by side; a process imports TensorFlow and
    compiles anew. A backend that the user chose by `joblib.parallel_config` is kept.

    Parameters
    ----------
    estimators : iterable of estimator
        What the jobs fit.
    n_jobs : int or None
        Jobs that were asked for. With None, `joblib.parallel_config` has the say.

    Returns
    -------
    context manager
        Under it, joblib starts threads or what it would start anyway.
    """
    if n_jobs is None or n_jobs == 1 or not any(map(_is_compiled, estimators)):
        return nullcontext()
    return parallel_config(prefer="threads")


def _is_compiled(estimator: BaseEstimator) -> bool:
    parts = [estimator, *estimator.get_params().values()]
    return any(_is_ours(part) and getattr(part, "trainer", "fit") != "fit" for part in parts)


def _is_ours(part: Any) -> bool:
    return any(kind.__module__.startswith("skkeras.") for kind in type(part).__mro__)
