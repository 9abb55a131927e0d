"""A folder of finished fits."""

from __future__ import annotations

import os
import re
import stat
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import keras
import numpy as np

from skkeras.serialization import check_state, largest_file, read, written

_NAME = re.compile(r"[0-9a-f]{64}-\d+\.(fit|\w+\.unfinished)")
_ABANDONED = 3600  # seconds since the last write

# Bytes that this process has written to each folder since it last measured the folder's size.
_uncounted: dict[str, int] = {}


@dataclass(frozen=True)
class FitMemory:
    """A folder that stores finished fits, with a maximum size.

    If an estimator gets it as `memory=`, `fit` looks for a stored fit before it trains. A path
    instead of a `FitMemory` means a `FitMemory` of that folder with the default size, and a
    `joblib.Memory` means the folder `skkeras` in its location. Any number of processes may use one
    folder at the same time.

    Parameters
    ----------
    location : str or path-like
        The folder; it is created if it does not exist.
    max_bytes : int, default=10 * 2**30
        Total size of the files in bytes, above which the least recently used fits are removed. Each
        process measures the size at its first fit, and again whenever it has written a hundredth of
        `max_bytes`, so the files may exceed the limit slightly for a while.

    Raises
    ------
    ValueError
        If `max_bytes` is not a positive integer, or `location` is a path as bytes.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skkeras import FitMemory, KerasMLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> memory = FitMemory(tempfile.mkdtemp(), max_bytes=2**30)
    >>> model = KerasMLPClassifier(epochs=5, random_state=0, memory=memory)
    >>> search = GridSearchCV(model, {"alpha": [1e-4, 1e-2]}, cv=3).fit(X, y)
    >>> wider = GridSearchCV(model, {"alpha": [1e-4, 1e-2, 1.0]}, cv=3).fit(X, y)  # what is new
    """

    location: str | os.PathLike[str]
    max_bytes: int = 10 * 2**30

    def __post_init__(self) -> None:
        if not isinstance(self.max_bytes, int) or self.max_bytes < 1:
            raise ValueError(f"max_bytes must be a whole number above 0; got {self.max_bytes!r}.")
        location = os.fspath(self.location)
        if not isinstance(location, str):
            raise ValueError(f"location must be a path as a str; got {location!r}.")
        # A string, so that files without code can store it.
        object.__setattr__(self, "location", location)

    @classmethod
    def of(cls, memory: Any) -> FitMemory | None:
        """Return the `FitMemory` that a parameter `memory` means, or None."""
        if isinstance(memory, joblib.Memory):
            return None if memory.location is None else cls(Path(memory.location) / "skkeras")
        return memory if memory is None or isinstance(memory, cls) else cls(memory)

    def find(
        self,
        key: str,
        n_epochs: int,
        values: Sequence[np.ndarray] | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
    ) -> Iterator[dict[str, Any]]:
        """Look up the fits with one key, the one with the most epochs first.

        Files that are not valid fits are skipped with a warning.

        Parameters
        ----------
        key : str
            Hash of all inputs of training.
        n_epochs : int
            Maximum number of epochs.
        values : sequence of ndarray or None, default=None
            Values of the network that is trained; a fit that does not match them is invalid. None
            accepts all stored fits.
        callbacks : sequence of keras.callbacks.Callback, default=()
            Callbacks of the fit that `values` belong to.

        Yields
        ------
        dict
            State that was passed to `keep`.
        """
        largest = self.max_bytes if values is None else largest_file(values, callbacks)
        for position, path in sorted(self._positions(key).items(), reverse=True):
            if position > n_epochs:
                continue
            try:
                state = read(path, largest)
                if state is None:
                    continue
                if values is not None:
                    check_state(state, position, values, callbacks)
                os.utime(path)  # mark as recently used
            except FileNotFoundError:  # another process removed it
                continue
            except (OSError, ValueError) as error:
                _warn_about(path, error)
                continue
            yield state

    def _positions(self, key: str) -> dict[int, Path]:
        """Return the files of one key, by number of epochs."""
        folder, found = self._folder(key), {}
        try:
            names = os.listdir(folder)
        except FileNotFoundError:
            return {}
        except OSError as error:
            _warn_about(folder, error)
            return {}
        for name in names:
            if match := re.fullmatch(rf"{key}-([0-9]+)\.fit", name):
                found[int(match[1])] = folder / name
            elif name.startswith(f"{key}-") and name.endswith(".fit"):
                warnings.warn(
                    f"{folder / name} is passed over: no fit is kept under such a name.",
                    UserWarning,
                    stacklevel=2,
                )
        return found

    def keep(self, key: str, n_epochs: int, state: dict[str, Any]) -> None:
        """Store a fit atomically.

        Parameters
        ----------
        key : str
            Hash of all inputs of training.
        n_epochs : int
            Epochs trained.
        state : dict
            Result of training: numbers, strings, arrays and containers of them.
        """
        path = self._folder(key) / f"{key}-{n_epochs}.fit"
        unfinished = path.with_suffix(f".{uuid.uuid4().hex}.unfinished")
        try:
            data = written(state, path.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(data)
            os.replace(unfinished, path)
        except (OSError, ValueError) as error:
            with suppress(OSError):
                unfinished.unlink()
            warnings.warn(f"A fit could not be kept: {error}.", UserWarning, stacklevel=2)
            return
        self._count(len(data))

    def _folder(self, key: str) -> Path:
        return Path(self.location) / key[:2]

    def _count(self, n_bytes: int) -> None:
        """Remove old fits from time to time: listing all files takes longer than writing one."""
        name = os.path.realpath(self.location)
        _uncounted[name] = _uncounted.get(name, self.max_bytes) + n_bytes
        if _uncounted[name] * 100 > self.max_bytes:
            _uncounted[name] = 0
            _make_room(Path(self.location), self.max_bytes)


# Valid types of the parameter `memory`.
MEMORY = [None, str, os.PathLike, joblib.Memory, FitMemory]


def check_memory(memory: Any) -> None:
    """Create the folder of a parameter `memory`, if any.

    Raises
    ------
    ValueError
        If the folder is not writable.
    """
    folder = FitMemory.of(memory)
    if folder is None:
        return
    try:
        os.makedirs(folder.location, exist_ok=True)
        with suppress(FileNotFoundError):  # just removed by others: `keep` recreates it
            tempfile.TemporaryFile(dir=folder.location).close()
    except (OSError, ValueError) as error:  # ValueError: the path contains a null
        raise ValueError(
            f"memory={memory!r} is not a folder that can be written to: {error}. Give another "
            f"folder, or None to keep no fits."
        ) from error


def _warn_about(path: Path, error: Exception) -> None:
    warnings.warn(
        f"{path} holds no fit that can be used, so it is trained again: {error}.",
        UserWarning,
        stacklevel=2,
    )


def _make_room(folder: Path, max_bytes: int) -> None:
    """Remove the least recently used files, including abandoned unfinished ones."""
    files, paths = [], list[Path]()
    with suppress(OSError):  # the folder may vanish
        paths.extend(folder.glob("[0-9a-f][0-9a-f]/*"))
    for path in paths:
        if not _NAME.fullmatch(path.name):
            continue
        with suppress(OSError):
            status = path.lstat()
            # Another process may still write to an unfinished file.
            is_over = path.suffix == ".fit" or time.time() - status.st_mtime > _ABANDONED
            if stat.S_ISREG(status.st_mode) and is_over:
                size = status.st_size
                # Files that alone exceed the maximum size are removed first.
                files.append((size <= max_bytes, status.st_mtime_ns, size, path))
    excess = sum(size for _, _, size, _ in files) - max_bytes
    for _, _, size, path in sorted(files):
        if excess <= 0:
            break
        with suppress(OSError):
            path.unlink()
        excess -= size
