"""A folder of finished fits."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import joblib
import numpy as np

_MAGIC = b"skkeras fit 2\n"
# What other versions of this package wrote is not read, and nothing is said of it.
_ANY_MAGIC = b"skkeras fit "
_NAME = re.compile(r"[0-9a-f]{64}-\d+\.(fit|\w+\.unfinished)")
# Of arrays in files: truth values, whole and other numbers, and bfloat16; never objects.
_KINDS = "biufcV"
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
        If `max_bytes` is no whole number above 0.

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
        # A string, so that files without code can hold it.
        object.__setattr__(self, "location", os.fspath(self.location))

    @classmethod
    def of(cls, memory: Any) -> FitMemory | None:
        """Give the folder that a parameter `memory` means, or None."""
        if isinstance(memory, joblib.Memory):
            return None if memory.location is None else cls(Path(memory.location) / "skkeras")
        return memory if memory is None or isinstance(memory, cls) else cls(memory)

    def find(self, key: str, n_epochs: int) -> Iterator[dict[str, Any]]:
        """Look up fits of one key, that of the most epochs first.

        Parameters
        ----------
        key : str
            What is trained, on what and how.
        n_epochs : int
            The most epochs.

        Yields
        ------
        dict
            What `keep` was given.
        """
        folder = self._folder(key)
        found = {int(path.stem.split("-")[1]): path for path in folder.glob(f"{key}-*.fit")}
        for position in sorted(found, reverse=True):
            if position > n_epochs:
                continue
            path = found[position]
            try:
                data = path.read_bytes()
                if data.startswith(_ANY_MAGIC) and not data.startswith(_MAGIC):
                    continue
                state = _read(data, path.name)
                os.utime(path)  # used now
            except FileNotFoundError:  # another process made room
                continue
            except (OSError, ValueError) as error:
                _warn_about(path, error)
                continue
            yield state

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
        data = _written(state, path.name)
        unfinished = path.with_suffix(f".{uuid.uuid4().hex}.unfinished")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(data)
            os.replace(unfinished, path)
            self._count(len(data))
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            warnings.warn(f"A fit could not be kept: {error}.", UserWarning, stacklevel=2)

    def _folder(self, key: str) -> Path:
        return Path(self.location) / key[:2]

    def _count(self, n_bytes: int) -> None:
        """Make room now and then: to look at all files takes longer than to write one."""
        name = os.path.abspath(self.location)
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
        tempfile.TemporaryFile(dir=folder.location).close()
    except OSError as error:
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
    files = []
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if not _NAME.fullmatch(path.name):
            continue
        with suppress(FileNotFoundError):
            status = path.stat()
            # What is not finished may still be written to.
            if path.suffix == ".fit" or time.time() - status.st_mtime > _ABANDONED:
                files.append((status.st_mtime_ns, status.st_size, path))
    excess = sum(size for _, size, _ in files) - max_bytes
    for _, size, path in sorted(files):
        if excess <= 0:
            break
        path.unlink(missing_ok=True)
        excess -= size


def _written(state: dict[str, Any], name: str) -> bytes:
    """Write numbers, strings, arrays and containers of them as bytes, with a checksum."""
    arrays: list[np.ndarray] = []

    def plain(value: Any) -> Any:
        if isinstance(value, (np.ndarray, np.generic)):
            arrays.append(np.asarray(value))
            return {"array" if isinstance(value, np.ndarray) else "number": len(arrays) - 1}
        if isinstance(value, (list, tuple, set)):
            return {type(value).__name__: [plain(part) for part in value]}
        if isinstance(value, dict):
            return {"dict": [[plain(key), plain(part)] for key, part in value.items()]}
        return value

    header = {"name": name, "state": plain(state)}
    header["arrays"] = [(array.dtype.name, array.shape) for array in arrays]
    text = json.dumps(header).encode()
    body = b"".join([len(text).to_bytes(8, "little"), text, *(a.tobytes() for a in arrays)])
    return _MAGIC + sha256(body).digest() + body


def _read(data: bytes, name: str) -> dict[str, Any]:
    """Undo `_written`.

    Raises
    ------
    ValueError
        If these bytes were not written under this name, or not all of them are there.
    """
    start = len(_MAGIC) + 32
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError("it was not written as one")
    body = memoryview(data)[start:]
    if sha256(body).digest() != data[len(_MAGIC) : start]:
        raise ValueError("it is damaged")
    size = int.from_bytes(body[:8], "little")
    header = json.loads(bytes(body[8 : 8 + size]))
    if header["name"] != name:
        raise ValueError(f"it is {header['name']}")
    arrays, place = [], 8 + size
    for dtype_name, shape in header["arrays"]:
        dtype = np.dtype(dtype_name)
        if dtype.kind not in _KINDS:
            raise ValueError(f"it holds an array of {dtype_name}")
        array = np.ndarray(shape, dtype, body, place).copy()
        arrays.append(array)
        place += array.nbytes

    def revived(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        ((kind, parts),) = value.items()
        if kind in ("array", "number"):
            return arrays[parts] if kind == "array" else arrays[parts][()]
        if kind == "dict":
            return {revived(key): revived(part) for key, part in parts}
        return {"list": list, "tuple": tuple, "set": set}[kind](map(revived, parts))

    return revived(header["state"])
