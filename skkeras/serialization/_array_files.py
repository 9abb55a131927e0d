"""Files of fits, trusted or not: numbers, strings, arrays and containers of them."""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import keras
import ml_dtypes
import numpy as np

_MAGIC = b"skkeras fit 2\n"
# Files of other versions of this package are ignored without a warning.
_ANY_MAGIC = b"skkeras fit "
_LARGEST_HEADER = 2**24
# Arrays hold booleans and numbers; bytes of any other dtype would be read as pointers.
NUMBERS = {
    np.dtype(kind).name: np.dtype(kind)
    for kind in (
        *"?efdgFDG",
        *np.typecodes["AllInteger"],
        ml_dtypes.bfloat16,
        ml_dtypes.float8_e4m3fn,
        ml_dtypes.float8_e5m2,
    )
}


def written(state: dict[str, Any], name: str) -> bytes:
    """Return numbers, strings, arrays and containers of them as bytes, with a checksum.

    Raises
    ------
    ValueError
        If an array is not numeric, or if the data apart from arrays is larger than `read` allows.
    """
    arrays: list[np.ndarray] = []

    def to_python(value: Any) -> Any:
        if isinstance(value, (np.ndarray, np.generic)):
            if NUMBERS.get(value.dtype.name) != value.dtype:
                raise ValueError(f"it holds an array of {value.dtype.name}, which is no number")
            arrays.append(np.asarray(value))
            return {"array" if isinstance(value, np.ndarray) else "number": len(arrays) - 1}
        if isinstance(value, (list, tuple, set)):
            return {type(value).__name__: [to_python(part) for part in value]}
        if isinstance(value, dict):
            return {"dict": [[to_python(key), to_python(part)] for key, part in value.items()]}
        return value

    header = {"name": name, "state": to_python(state)}
    header["arrays"] = [(array.dtype.name, array.shape) for array in arrays]
    text = json.dumps(header).encode()
    if len(text) > _LARGEST_HEADER:
        raise ValueError(f"what it holds beside arrays takes {len(text):,} bytes")
    body = b"".join([len(text).to_bytes(8, "little"), text, *(a.tobytes() for a in arrays)])
    return _MAGIC + sha256(body).digest() + body


def largest_file(values: Sequence[np.ndarray], callbacks: Sequence[Any]) -> int:
    """Return the maximum size in bytes of a fit of this network."""
    copies = 3 + len(callbacks)  # last and best values, and copies in callbacks
    return 2 * _LARGEST_HEADER + copies * sum(value.nbytes for value in values)


def read(path: Path, largest: int) -> dict[str, Any] | None:
    """Return the state that `written` got, or None for a file of a different version.

    Apart from containers, no more memory is used than the file has bytes.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file was not written under this name, or is incomplete.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError("it is no regular file")
    # Opening must not block, even if the file has been replaced, for example by a pipe.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", os.O_RDONLY))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is no regular file")
        if status.st_size > largest:
            raise ValueError(
                f"it takes {status.st_size:,} bytes, and such a fit takes {largest:,} at most"
            )
        magic = file.read(len(_MAGIC))
        if magic != _MAGIC:
            if magic.startswith(_ANY_MAGIC):
                return None
            raise ValueError("it was not written as one")
        try:
            return _read_body(file, status.st_size, path.name)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            MemoryError,
            RecursionError,
            TypeError,
        ) as error:
            raise ValueError(f"it is damaged: {type(error).__name__}: {error}") from error


def _read_body(file: BinaryIO, size: int, name: str) -> dict[str, Any]:
    digest, length = file.read(32), file.read(8)
    n_bytes = int.from_bytes(length, "little")
    if n_bytes > min(_LARGEST_HEADER, size):
        raise ValueError(f"it is damaged: its header would take {n_bytes:,} bytes")
    text = file.read(n_bytes)
    header = json.loads(text)
    if header["name"] != name:
        raise ValueError(f"it is {str(header['name'])[:100]!r}")
    left, described = size - file.tell(), []
    for dtype_name, shape in header["arrays"]:
        if not isinstance(dtype_name, str) or dtype_name not in NUMBERS:
            raise ValueError(f"it holds an array of {str(dtype_name)[:100]}, which is no number")
        if not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError(f"it is damaged: {str(shape)[:100]} is no shape")
        described.append((tuple(shape), NUMBERS[dtype_name]))
    taken = sum(math.prod(shape) * dtype.itemsize for shape, dtype in described)
    if taken != left:
        raise ValueError(f"it is damaged: its arrays take {taken:,} bytes, and it has {left:,}")
    checksum, arrays = sha256(length + text), []
    for shape, dtype in described:
        array = np.empty(shape, dtype)
        content = array.reshape(-1).view(np.uint8).data
        if file.readinto(content) != array.nbytes:  # type: ignore[attr-defined]
            raise ValueError("it is damaged: it ends too early")
        checksum.update(content)
        arrays.append(array)
    if checksum.digest() != digest:
        raise ValueError("it is damaged: its checksum is another one")

    def revived(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        ((kind, parts),) = value.items()
        if kind in ("array", "number"):
            return arrays[parts] if kind == "array" else arrays[parts][()]
        if kind == "dict":
            return {revived(key): revived(part) for key, part in parts}
        return {"list": list, "tuple": tuple, "set": set}[kind](map(revived, parts))

    state = revived(header["state"])
    if not isinstance(state, dict):
        raise ValueError("it is damaged: it holds no state")
    return state


def check_state(
    state: dict[str, Any],
    n_epochs: int,
    values: Sequence[np.ndarray],
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Raise an error if the state of a fit does not match this network and these callbacks.

    Raises
    ------
    ValueError
        If it does not match.
    """
    try:
        suits = (
            state.keys() == {"values", "n_iter", "history", "trainer", "checkpoint"}
            and type(state["n_iter"]) is int
            and state["n_iter"] == n_epochs
            and isinstance(state["trainer"], str)
            and len(state["values"]) == len(values)
            and all(map(_is_alike, state["values"], values))
            and all(
                isinstance(name, str) and type(course) is list and all(map(_is_number, course))
                for name, course in state["history"].items()
            )
            and _is_checkpoint(state["checkpoint"], values, callbacks)
        )
    except (AttributeError, LookupError, TypeError) as error:
        raise ValueError(f"it holds another state: {error}") from error
    if not suits:
        raise ValueError("it holds the state of another network")


def _is_checkpoint(
    state: Any, values: Sequence[np.ndarray], callbacks: Sequence[keras.callbacks.Callback]
) -> bool:
    return state is None or (
        state.keys() == {"ended", "values", "callbacks"}
        and type(state["ended"]) is bool
        and all(
            type(i) is int and i >= 0 and _is_alike(v, values[i])
            for i, v in state["values"].items()
        )
        # After training has ended, no state of callbacks is stored.
        and (
            (state["ended"] and not state["callbacks"]) or len(state["callbacks"]) == len(callbacks)
        )
        and all(
            _may_have_state(callback, name, value)
            for callback, memory in zip(callbacks, state["callbacks"], strict=False)
            for name, value in memory.items()
        )
    )


def _may_have_state(callback: keras.callbacks.Callback, name: str, value: Any) -> bool:
    if name == "monitor_op":
        return value in ("less", "greater")
    now = getattr(callback, name, None)
    both_numbers = _is_number(now) and _is_number(value)
    return now is None or type(now) is type(value) or both_numbers


def _is_alike(one: Any, other: np.ndarray) -> bool:
    is_value = isinstance(one, (np.ndarray, np.generic))
    return is_value and one.shape == other.shape and one.dtype == other.dtype


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.ndarray, np.generic))
