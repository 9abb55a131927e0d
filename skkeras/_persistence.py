"""Files that loading can run no code from."""

from __future__ import annotations

import importlib
import io
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED

import sklearn.metrics
import sklearn.model_selection
import skops.io
from sklearn.base import BaseEstimator
from skops.io.exceptions import UnsupportedTypeException

import skkeras
from skkeras._acting import HARMLESS, acting, public_name
from skkeras._archives import checked
from skkeras.wrappers._portable import without_code

_FORMAT = 1

_PARTS = (
    *map(public_name, HARMLESS),
    "numpy.dtype",
    "scikeras.utils.transformers.TargetReshaper",
    "skkeras.wrappers._model_spec.ModelSpec",
    "skkeras.wrappers._portable.Architecture",
    "skkeras.wrappers._portable.KerasConfig",
    "skkeras.wrappers._portable.KerasName",
    "skkeras.wrappers._remembering.Origin",
    "skkeras.wrappers._standing.Standing",
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.metrics._scorer._MultimetricScorer",
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.metrics._scorer._Scorer",
    "sklearn.utils._bunch.Bunch",
)
# Where estimators are.
_HOMES = {*skkeras._HOMES.values(), "skkeras.model_selection"}


def save(
    estimator: Any, path: str | os.PathLike[str], *, trusted: Sequence[str | type] = ()
) -> None:
    """Save an estimator, fitted or not, to a file that `load` can run no code from.

    A pickle runs code when it is loaded; this file holds names, numbers and the configurations of
    Keras' objects only, so it may come from anywhere. It keeps the optimizer's state: `partial_fit`
    goes on where it stood. Code of your own cannot be in it: around a build function, the file
    keeps the architecture that the function gave, and `model` is that architecture after loading.

    What would write files or open connections at the next `fit` must be trusted as code is: a
    folder of `memory=`, as "skkeras.FitMemory" (that of a pipeline of scikit-learn, or among the
    values of a search, as "joblib.Memory"), and all callbacks but `EarlyStopping`, `History`,
    `LearningRateScheduler`, `ProgbarLogger`, `ReduceLROnPlateau`, `SwapEMAWeights` and
    `TerminateOnNaN`, by their names, such as "keras.callbacks.CSVLogger".

    Parameters
    ----------
    estimator : estimator
        An estimator of skkeras, or a pipeline, search or other estimator of scikit-learn with or
        without one inside.
    path : str or path-like
        File to write, at once: a file of that name is replaced only when all is written.
    trusted : sequence of str or type, default=()
        Further classes that the file may name, such as your own transformers, or their names;
        `load` must get them too.

    Raises
    ------
    ValueError
        If there is code in the estimator, or something else that such a file cannot hold.
    """
    path = Path(path)
    name = type(estimator).__name__
    try:
        data, unknown = _dumped(estimator)
        unknown |= acting(estimator)
    except (UnsupportedTypeException, ValueError, TypeError, RecursionError) as error:
        why = "it holds what holds itself" if isinstance(error, RecursionError) else str(error)
        raise ValueError(
            f"{name} cannot be saved without code: {why.rstrip('.')}. {_INSTEAD}"
        ) from error
    if unknown := unknown - _trusted(trusted):
        raise ValueError(
            f"{name} cannot be saved without code: it holds {_listed(unknown)}. {_INSTEAD} "
            f"What you trust may be given {_AS_TRUSTED}, here and to load."
        )
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path: str | os.PathLike[str], *, trusted: Sequence[str | type] = ()) -> Any:
    """Load an estimator that `save` wrote, running no code from the file.

    Nothing is imported, written or reached for, and no more memory is taken than 32 MiB and some
    40 times the size of the file. What loads is safe to fit, too: see `save` for what must be
    trusted.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : sequence of str or type, default=()
        Further classes that the file may name, as they were given to `save`, such as
        `MyTransformer`, "keras.callbacks.CSVLogger" or `skkeras.FitMemory`. Loading may run their
        code, and fitting what was loaded may write files.

    Returns
    -------
    estimator
        The estimator.

    Raises
    ------
    ValueError
        If `save` did not write the file, if it is damaged, or if it names anything other than
        parts of skkeras, Keras and scikit-learn and what is trusted.
    OSError
        If the file cannot be read.
    """
    data = Path(path).read_bytes()
    known = _trusted(trusted)
    try:
        data, called = checked(data)
        unknown = _unknown(data, called) - known
        if not unknown:
            with without_code():
                saved = skops.io.loads(data, trusted=_named(data))
            if saved["format"] != _FORMAT:
                raise ValueError(f"its format is {saved['format']}, this version reads {_FORMAT}")
            unknown = acting(saved["estimator"]) - known
    except ValueError as error:
        raise ValueError(f"{path} was not loaded: {error}") from error
    except Exception as error:  # whatever a damaged file leads to
        raise ValueError(
            f"{path} was not written by skkeras.save, or is damaged: {type(error).__name__}: "
            f"{error}"
        ) from error
    if unknown:
        raise ValueError(
            f"{path} was not loaded, because it names what may run code, write files or open "
            f"connections: {_listed(unknown)}. If you know who wrote these there, and why, give "
            f"them {_AS_TRUSTED}."
        )
    return saved["estimator"]


_INSTEAD = (
    "Give functions by a name of Keras', and save the best_estimator_ of a search whose space "
    "cannot be saved; or pickle it, for those who trust you."
)
_AS_TRUSTED = (
    "as trusted=, as classes or by these names (skkeras.FitMemory and joblib.Memory stand for a "
    "folder of memory=)"
)


def _dumped(estimator: Any) -> tuple[bytes, set[str]]:
    """Write an archive that `load` reads, and list what it must be trusted with."""
    content = {"skkeras": skkeras.__version__, "format": _FORMAT, "estimator": estimator}
    with without_code():
        data = skops.io.dumps(content, compression=ZIP_DEFLATED)
        try:
            return data, _unknown(*checked(data))
        except ValueError:  # it may be so regular that, compressed, it looks like a bomb
            data = skops.io.dumps(content, compression=ZIP_STORED)
            return data, _unknown(*checked(data))


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _trusted(types: Sequence[str | type]) -> set[str]:
    return set(map(public_name, [types] if isinstance(types, (str, type)) else types))


def _named(data: bytes) -> list[str]:
    return skops.io.get_untrusted_types(file=io.BytesIO(data))


def _unknown(data: bytes, called: set[str]) -> set[str]:
    """List what an archive names that is no part of a network or of scikit-learn."""
    functions = (
        sklearn.metrics.get_scorer(name)._score_func for name in sklearn.metrics.get_scorer_names()
    )
    public = map(vars(sklearn.model_selection).get, sklearn.model_selection.__all__)
    splitters = (item for item in public if isinstance(item, type) and hasattr(item, "split"))
    parts = {*_PARTS, *map(public_name, [*functions, *splitters])}
    named = set(map(public_name, _named(data))) - parts
    return {name for name in named if not _is_own_estimator(name)} | set(map(public_name, called))


def _is_own_estimator(name: str) -> bool:
    module, _, kind = name.rpartition(".")
    home = ".".join(module.split(".")[:2])
    if home not in _HOMES:
        return False
    importlib.import_module(home)  # with all of its estimators, whatever the file names
    found = getattr(sys.modules.get(module), kind, None)
    return isinstance(found, type) and issubclass(found, BaseEstimator)
