"""Files of estimators from which loading runs no code."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import skops.io
from sklearn.utils.fixes import parse_version
from skops.io._audit import Node, get_tree
from skops.io._persist import read_schema
from skops.io.exceptions import UnsupportedTypeException

import skkeras.persistence._constructors  # noqa: F401  # what skops writes and reads in its way
from skkeras._files import written_whole
from skkeras._version import __version__
from skkeras.image import KerasImageFeatures, KerasTransfer, check_weights
from skkeras.persistence._archives import checked
from skkeras.persistence._random_states import check_random_states
from skkeras.persistence._side_effects import public_name, side_effects_of
from skkeras.persistence._trees import TREE, are_checked, check_tree_holders, check_trees, nodes_of
from skkeras.persistence._trusted_types import is_own_estimator, trusted_names
from skkeras.serialization import without_code

_FORMAT = 1


def save(
    estimator: Any, path: str | os.PathLike[str], *, trusted: Sequence[str | type] = ()
) -> None:
    """Save an estimator, fitted or not, to a file that contains no code.

    Loading a pickle runs code. This file contains only names, numbers and the configurations of
    Keras objects, so files from untrusted sources can be loaded. It includes the state of the
    optimizer, so that `partial_fit` continues where it stopped. It cannot contain your own code: a
    build function is replaced by the architecture that it returned, and `model` is that
    architecture after loading.

    The file may contain estimators of scikit-learn, including forests, whose trees `load` checks,
    distributions of `scipy.stats` and dimensions of `skopt.space`. Objects that neither
    scikit-learn nor `load` checks must be trusted by the name in the error message: the trees of
    gradient boosting and those that find neighbors. The models of
    `BayesSearchCV.optimizer_results_` are left out.

    Objects that would write files or open connections in the next `fit` must be trusted in the same
    way as code: a folder of `memory=`, as "skkeras.FitMemory" (that of a scikit-learn pipeline, or
    among the values of a search, as "joblib.Memory"), and all callbacks except `EarlyStopping`,
    `History`, `LearningRateScheduler`, `ProgbarLogger`, `ReduceLROnPlateau`, `SwapEMAWeights` and
    `TerminateOnNaN`, by their names, such as "keras.callbacks.CSVLogger".

    Parameters
    ----------
    estimator : estimator
        An estimator of skkeras, or a pipeline, search or other estimator of scikit-learn, with or
        without an estimator of skkeras inside.
    path : str or path-like
        File to write, atomically: an existing file is replaced only when everything is written.
    trusted : sequence of str or type, default=()
        Additional classes that the file may name, such as your own transformers, or their names;
        they must also be passed to `load`.

    Raises
    ------
    ValueError
        If the estimator contains code, or anything else that such a file cannot store.
    """
    path = Path(path)
    name = type(estimator).__name__
    try:
        data, unknown = _dumped(estimator)
        unknown |= side_effects_of(estimator)
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
    with written_whole(path) as unfinished:
        unfinished.write_bytes(data)


def load(
    path: str | os.PathLike[str],
    *,
    trusted: Sequence[str | type] = (),
    weights: str | os.PathLike[str] | None = None,
) -> Any:
    """Load an estimator that `save` wrote, without running code from the file.

    Loading imports nothing, writes nothing and opens no connections. It uses at most 32 MiB of
    memory plus about 40 times the size of the file. The loaded estimator is also safe to fit: see
    `save` for what must be trusted.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : sequence of str or type, default=()
        Additional classes that the file may name, as they were passed to `save`, such as
        `MyTransformer`, "keras.callbacks.CSVLogger" or `skkeras.FitMemory`. Loading may run their
        code, and fitting the loaded estimator may write files.
    weights : str or path-like, default=None
        New path of the file that a `KerasTransferClassifier` or `KerasTransferRegressor` had as
        `weights`, if it was moved. It must have the same content.

    Returns
    -------
    estimator
        The estimator.

    Raises
    ------
    ValueError
        If `save` did not write the file, if it is damaged, or if it names anything but trusted
        names and parts of skkeras, Keras and scikit-learn; if the file `weights` does not exist, or
        no network has such a file.
    OSError
        If the file cannot be read.

    Warns
    -----
    UserWarning
        If a later version of skkeras wrote the file.
    """
    data = Path(path).read_bytes()
    known = _trusted(trusted)
    try:
        root, called = _read(data)
        version = root.content["skkeras"].construct()
        is_later = parse_version(version) > parse_version(__version__)
        unknown = _unknown(root, called) - known
        if not unknown:
            check_trees(root)
            check_random_states(root)
            with without_code():
                saved = root.construct()
            check_tree_holders(root)
            if saved["format"] != _FORMAT:
                raise ValueError(
                    f"its format is {saved['format']}, this version reads {_FORMAT}; install "
                    f"skkeras {version}, which wrote it"
                )
            unknown = side_effects_of(saved["estimator"]) - known
    except ValueError as error:
        raise ValueError(f"{path} was not loaded: {error}") from error
    except Exception as error:  # a damaged file may raise any error
        raise ValueError(
            f"{path} was not written by skkeras.save, or is damaged: {type(error).__name__}: "
            f"{error}"
        ) from error
    if is_later:
        warnings.warn(
            f"{path} was written by skkeras {version}, which is later than {__version__}: "
            f"what is new in it may be missing or differ. Install skkeras>={version}.",
            UserWarning,
            stacklevel=2,
        )
    if unknown:
        raise ValueError(
            f"{path} was not loaded, because it names what may run code, write files, open "
            f"connections or end the process: {_listed(unknown)}. If you know who wrote these "
            f"there, and why, give them {_AS_TRUSTED}."
        )
    if weights is not None:
        _move_weights(root, weights, path)
    return saved["estimator"]


_INSTEAD = (
    "Give functions by a name of Keras', and save the best_estimator_ of a search whose space has "
    "what cannot be saved; or pickle it, for those who trust you."
)
_AS_TRUSTED = (
    "as trusted=, as classes or by these names (skkeras.FitMemory and joblib.Memory stand for a "
    "folder of memory=)"
)


# Why these parts of scikit-learn need trust.
_UNCHECKED = "scikit-learn reads its arrays without checks, so that a false one ends the process"
_REASONS = {
    TREE: f"in gradient boosting; {_UNCHECKED}",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": _UNCHECKED,
    "sklearn.neighbors._ball_tree.BallTree": _UNCHECKED,
    "sklearn.neighbors._kd_tree.KDTree": f'{_UNCHECKED}; algorithm="brute" does without',
}


def _dumped(estimator: Any) -> tuple[bytes, set[str]]:
    """Return an archive that `load` reads, and the names in it that must be trusted."""
    content = {"skkeras": __version__, "format": _FORMAT, "estimator": estimator}
    with without_code():
        data = skops.io.dumps(content, compression=ZIP_DEFLATED)
        try:
            return data, _unknown(*_read(data))
        except ValueError:  # regular data may compress so well that it looks like a zip bomb
            data = skops.io.dumps(content, compression=ZIP_STORED)
            return data, _unknown(*_read(data))


def _read(data: bytes) -> tuple[Any, set[str]]:
    """Return the nodes of an archive, without creating objects, and the names of what they call."""
    data, called = checked(data)
    with ZipFile(io.BytesIO(data)) as archive:
        return get_tree(*read_schema(archive), trusted=None), called


def _listed(names: set[str]) -> str:
    return ", ".join(f"{n} ({_REASONS[n]})" if n in _REASONS else n for n in sorted(names))


def _trusted(types: Sequence[str | type]) -> set[str]:
    return set(map(public_name, [types] if isinstance(types, (str, type)) else types))


def _unknown(root: Node, called: set[str]) -> set[str]:
    """Return the names in an archive that are not parts of a network or of scikit-learn."""
    parts = trusted_names()
    if are_checked(root):
        parts.add(TREE)
    named = set(map(public_name, root.get_unsafe_set())) - parts
    return {name for name in named if not is_own_estimator(name)} | set(map(public_name, called))


def _move_weights(root: Node, weights: Any, path: Any) -> None:
    """Set the path of the weights file of networks for images."""
    moved = [
        node._constructed
        for node in nodes_of(root)
        if isinstance(node._constructed, (KerasTransfer, KerasImageFeatures))
    ]
    moved = [network for network in moved if network.weights not in (None, "imagenet")]
    if not moved:
        raise ValueError(
            f"weights={weights!r} is for networks around a file of weights, and {path} holds none; "
            f"leave it out."
        )
    check_weights(weights)
    for network in moved:
        network.weights = weights
