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
_ABANDONED = 3600  # seconds since anything was written

# Bytes that this process wrote to a folder since it last counted those of all.
_uncounted: dict[str, int] = {}


@dataclass(frozen=True)
class FitMemory:
    """A folder that keeps finished fits, and how large it may grow.

    Given as `memory=` to an estimator, it is where `fit` looks before it trains. A path in its
    place means this class with its default size, and a `joblib.Memory` the folder `skkeras` in
    its location. Any number of processes may use one folder at once.

    Parameters
    ----------
    location : str or path-like
        The folder; it is made where it does not exist.
    max_bytes : int, default=10 * 2**30
        Size of all its files, in bytes, above which the fits that were not used for longest are
        removed. Each process counts at its first fit and after each hundredth of that size which
        it has written, so the files may take a little more for a while.

    Raises
    ------
    ValueError
        If `max_bytes` is no whole number above 0, or `location` a path as bytes.

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
        # A string, so that files without code can hold it.
        object.__setattr__(self, "location", location)

    @classmethod
    def of(cls, memory: Any) -> FitMemory | None:
        """Return the folder that a parameter `memory` means, or None."""
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
        """Look up fits of one key, that of the most epochs first.

        What stands in the folder and is no such fit is warned of and passed over.

        Parameters
        ----------
        key : str
            What is trained, on what and how.
        n_epochs : int
            The most epochs.
        values : sequence of ndarray or None, default=None
            Values of the network that is trained; what does not suit them is no such fit. None
            finds whatever was kept.
        callbacks : sequence of keras.callbacks.Callback, default=()
            Callbacks of the fit that `values` belong to.

        Yields
        ------
        dict
            What `keep` was given.
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
                os.utime(path)  # used now
            except FileNotFoundError:  # another process made room
                continue
            except (OSError, ValueError) as error:
                _warn_about(path, error)
                continue
            yield state

    def _positions(self, key: str) -> dict[int, Path]:
        """Find the files of one key, by their number of epochs."""
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
        """Keep a fit, at once and whole or not at all.

        Parameters
        ----------
        key : str
            What was trained.
        n_epochs : int
            Epochs trained.
        state : dict
            What training gave: numbers, strings, arrays and containers of them.
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
        """Make room now and then: to look at all files takes longer than to write one."""
        name = os.path.realpath(self.location)
        _uncounted[name] = _uncounted.get(name, self.max_bytes) + n_bytes
        if _uncounted[name] * 100 > self.max_bytes:
            _uncounted[name] = 0
            _make_room(Path(self.location), self.max_bytes)


# What the parameter `memory` may be.
MEMORY = [None, str, os.PathLike, joblib.Memory, FitMemory]


def check_memory(memory: Any) -> None:
    """Make the folder that a parameter `memory` means, if any.

    Raises
    ------
    ValueError
        If nothing can be written to it.
    """
    folder = FitMemory.of(memory)
    if folder is None:
        return
    try:
        os.makedirs(folder.location, exist_ok=True)
        with suppress(FileNotFoundError):  # somebody has just removed it: `keep` makes it anew
            tempfile.TemporaryFile(dir=folder.location).close()
    except (OSError, ValueError) as error:  # the latter of names that hold a null
        raise ValueError(
            f"memory={memory!r} is no folder that can be written to: {error}. Give another "
            f"folder, or None to keep no fits."
        ) from error


def _warn_about(path: Path, error: Exception) -> None:
    warnings.warn(
        f"{path} holds no fit that can be used, so it is trained again: {error}.",
        UserWarning,
        stacklevel=2,
    )


def _make_room(folder: Path, max_bytes: int) -> None:
    """Remove the files that were not used for longest, those never finished among them."""
    files, paths = [], list[Path]()
    with suppress(OSError):  # the folder may vanish
        paths.extend(folder.glob("[0-9a-f][0-9a-f]/*"))
    for path in paths:
        if not _NAME.fullmatch(path.name):
            continue
        with suppress(OSError):
            status = path.lstat()
            # What is not finished may still be written to.
            is_over = path.suffix == ".fit" or time.time() - status.st_mtime > _ABANDONED
            if stat.S_ISREG(status.st_mode) and is_over:
                size = status.st_size
                # What alone is larger than all may be goes before what is used.
                files.append((size <= max_bytes, status.st_mtime_ns, size, path))
    excess = sum(size for _, _, size, _ in files) - max_bytes
    for _, _, size, path in sorted(files):
        if excess <= 0:
            break
        with suppress(OSError):
            path.unlink()
        excess -= size
