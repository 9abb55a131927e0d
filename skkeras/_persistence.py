"""Files that loading can run no code from."""

from __future__ import annotations

import importlib
import io
import json
import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile

import sklearn.metrics
import sklearn.model_selection
import skops.io
from sklearn.base import BaseEstimator
from skops.io.exceptions import UnsupportedTypeException, UntrustedTypesFoundException

import skkeras
from skkeras.wrappers._portable import without_code

_FORMAT = 1

_PARTS = (
    "keras.src.callbacks.early_stopping.EarlyStopping",
    "keras.src.callbacks.reduce_lr_on_plateau.ReduceLROnPlateau",
    "keras.src.callbacks.terminate_on_nan.TerminateOnNaN",
    "numpy.dtype",
    "scikeras.utils.transformers.TargetReshaper",
    "skkeras.wrappers._memory.FitMemory",
    "skkeras.wrappers._model_spec.ModelSpec",
    "skkeras.wrappers._portable.Architecture",
    "skkeras.wrappers._portable.KerasConfig",
    "skkeras.wrappers._portable.KerasName",
    "skkeras.wrappers._remembering.Origin",
    "skkeras.wrappers._standing.Standing",
    "sklearn.compose._column_transformer._RemainderColsList",
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.metrics._scorer._MultimetricScorer",
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.metrics._scorer._Scorer",
    "sklearn.utils._bunch.Bunch",
)


def save(
    estimator: Any, path: str | os.PathLike[str], *, trusted: Sequence[str | type] = ()
) -> None:
    """Save an estimator, fitted or not, to a file that `load` can run no code from.

    A pickle runs code when it is loaded; this file holds names, numbers and the configurations of
    Keras' objects only, so it may come from anywhere. It keeps the optimizer's state: `partial_fit`
    goes on where it stood. Code of your own cannot be in it: around a build function, the file
    keeps the architecture that the function gave, and `model` is that architecture after loading.

    Parameters
    ----------
    estimator : estimator
        An estimator of skkeras, or a pipeline, search or other estimator of scikit-learn with or
        without one inside.
    path : str or path-like
        File to write, at once: a file of that name is replaced only when all is written.
    trusted : sequence of str or type, default=()
        Further classes that the file may name, such as your own transformers; `load` must get
        them too.

    Raises
    ------
    ValueError
        If there is code in the estimator, or something else that such a file cannot hold.
    """
    path = Path(path)
    name = type(estimator).__name__
    try:
        with without_code():
            data = skops.io.dumps(
                {"skkeras": skkeras.__version__, "format": _FORMAT, "estimator": estimator},
                compression=ZIP_DEFLATED,
            )
    except (UnsupportedTypeException, ValueError, TypeError, RecursionError) as error:
        why = "it holds what holds itself" if isinstance(error, RecursionError) else error
        raise ValueError(f"{name} cannot be saved without code: {why}. {_INSTEAD}") from error
    if unknown := _untrusted(data) - set(_names(trusted)):
        raise ValueError(
            f"{name} cannot be saved without code: it holds {', '.join(sorted(unknown))}. "
            f"{_INSTEAD} Classes of your own may be given as trusted=, here and to load."
        )
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path: str | os.PathLike[str], *, trusted: Sequence[str | type] = ()) -> Any:
    """Load an estimator that `save` wrote, running no code from the file.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : sequence of str or type, default=()
        Further classes that the file may name, as they were given to `save`. Loading may run
        their code.

    Returns
    -------
    estimator
        The estimator.

    Raises
    ------
    ValueError
        If `save` did not write the file, if it is damaged, or if it names anything other than
        parts of skkeras, Keras and scikit-learn and what is trusted.
    """
    data = Path(path).read_bytes()
    try:
        known = _named(data) - _untrusted(data)
        with without_code():
            saved = skops.io.loads(data, trusted=[*known, *trusted])
        if saved["format"] != _FORMAT:
            raise ValueError(f"its format is {saved['format']}, this version reads {_FORMAT}")
        return saved["estimator"]
    except UntrustedTypesFoundException as error:
        raise ValueError(
            f"{path} was not loaded, because it names what may run code. {error} If you know who "
            f"wrote these there, and why, give them as trusted=."
        ) from error
    except (BadZipFile, KeyError, TypeError, AttributeError, EOFError, json.JSONDecodeError) as e:
        raise ValueError(f"{path} was not written by skkeras.save, or is damaged: {e}") from e
    except ValueError as error:
        raise ValueError(f"{path} was not loaded: {error}") from error


_INSTEAD = (
    "Give functions by a name of Keras', and save the best_estimator_ of a search whose space "
    "cannot be saved; or pickle it, for those who trust you."
)


def _names(types: Sequence[str | type]) -> list[str]:
    return [t if isinstance(t, str) else f"{t.__module__}.{t.__name__}" for t in types]


def _named(data: bytes) -> set[str]:
    return set(skops.io.get_untrusted_types(file=io.BytesIO(data)))


def _untrusted(data: bytes) -> set[str]:
    """List what a file names that is no part of a network or of scikit-learn."""
    named = _named(data) - set(_PARTS)
    functions = (
        sklearn.metrics.get_scorer(name)._score_func for name in sklearn.metrics.get_scorer_names()
    )
    public = map(vars(sklearn.model_selection).get, sklearn.model_selection.__all__)
    splitters = (item for item in public if isinstance(item, type) and hasattr(item, "split"))
    named -= set(_names([*functions, *splitters]))
    return {name for name in named if not _is_own_estimator(name)}


def _is_own_estimator(name: str) -> bool:
    module, _, kind = name.rpartition(".")
    if not module.startswith("skkeras."):
        return False
    try:
        found = getattr(importlib.import_module(module), kind, None)
    except ImportError:
        return False
    return isinstance(found, type) and issubclass(found, BaseEstimator)
