"""Checks of an archive before memory is allocated for its contents."""

from __future__ import annotations

import io
import json
import math
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np

# Genuine archives are far below these limits, or stored without compression: see `checked`.
_BYTES = 2**25
_BYTES_PER_BYTE = 40
_NODES = 100_000
_NODES_PER_BYTE = 1 / 8
_MARKS_PER_NODE = 10  # brackets and commas of a node
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def checked(data: bytes) -> tuple[bytes, set[str]]:
    """Check an archive of `skops.io`, and return it without compression.

    The returned archive has the checked contents, so that no header can declare a different size
    when it is read. The contents may take 32 MiB plus 40 times the size of the archive.

    Parameters
    ----------
    data : bytes
        The archive.

    Returns
    -------
    data : bytes
        The uncompressed archive.
    called : set of str
        Names of what is called with values from the archive when it is read.

    Raises
    ------
    ValueError
        If it takes more memory than its size allows, or contains an object that contains itself.
    """
    most = _BYTES + _BYTES_PER_BYTE * len(data)
    contents = _contents(data, most)
    text = contents["schema.json"]
    nodes = int(_NODES + _NODES_PER_BYTE * len(data))
    if sum(map(text.count, (b"[", b"{", b","))) > _MARKS_PER_NODE * nodes:
        raise ValueError(f"it describes more than the {nodes:,} objects of an archive of its size")
    schema = _Schema()
    schema.size(json.loads(text))
    if schema.n_nodes > nodes:
        raise ValueError(f"it describes {schema.n_nodes:,} objects, more than {nodes:,}")
    taken = sum(len(contents[name]) for name in schema.files)
    if taken > most:
        raise ValueError(f"it takes {taken:,} bytes, an archive of its size {most:,} at most")
    for name in {*schema.files}:
        _check_arrays(contents[name], most)
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_STORED) as target:
        while contents:
            target.writestr(*contents.popitem())
    return archive.getvalue(), schema.called


def _contents(data: bytes, most: int) -> dict[str, bytes]:
    """Read all members of an archive, if they take no more than `most` bytes."""
    with ZipFile(io.BytesIO(data)) as archive:
        members = _members(archive, most)
        contents = {}
        for member in members:
            with archive.open(member) as file:
                contents[member.filename] = file.read(member.file_size)
    return contents


def _members(archive: ZipFile, most: int) -> list[Any]:
    members = archive.infolist()
    if not {member.compress_type for member in members} <= {ZIP_STORED, ZIP_DEFLATED}:
        raise ValueError("it is compressed in another way than by deflate")
    taken = sum(member.file_size for member in members)
    if taken > most:
        raise ValueError(f"it takes {taken:,} bytes, an archive of its size {most:,} at most")
    return members


def _check_arrays(content: bytes, most: int) -> None:
    """Raise an error for arrays whose headers do not match the size of their data."""
    if content.startswith(b"PK"):  # a sparse matrix
        with ZipFile(io.BytesIO(content)) as archive:
            for member in _members(archive, most):
                with archive.open(member) as file:
                    _check_array(file.read(2**16), member.file_size)
    elif content.startswith(b"\x93NUMPY"):
        _check_array(content, len(content))


def _check_array(start: bytes, size: int) -> None:
    file = io.BytesIO(start)
    shape, _, dtype = _HEADERS[np.lib.format.read_magic(file)](file)
    promised, left = math.prod(shape) * max(dtype.itemsize, 1), size - file.tell()
    if min(shape, default=0) < 0 or promised != left:
        raise ValueError(f"an array of shape {shape} and {dtype} has {left:,} bytes")


class _Schema:
    """Properties of the objects that a schema describes.

    Attributes
    ----------
    n_nodes : int
        Number of objects.
    files : list of str
        Members of the archive, each as many times as it is read.
    called : set of str
        Names of what is called with values from the archive.
    """

    def __init__(self) -> None:
        self.n_nodes = 0
        self.called: set[str] = set()
        self._files: dict[tuple[Any, ...], str] = {}
        self._sizes: dict[Any, int] = {}

    @property
    def files(self) -> list[str]:
        return list(self._files.values())

    def size(self, part: Any) -> int:
        """Count the parts of a part.

        `skops.io` replaces an object with a known `__id__` by the first one with that `__id__`.
        Objects with the same `__id__` must therefore have the same size: then no object contains
        itself, and no object represents more than is written.
        """
        if isinstance(part, list):
            return 1 + sum(map(self.size, part))
        if not isinstance(part, dict):
            return 1
        size = 1 + sum(map(self.size, part.values()))
        loader, number = part.get("__loader__"), part.get("__id__")
        if isinstance(loader, str):
            self._note(part, loader)
        if number and isinstance(number, (int, float, str)):
            if self._sizes.setdefault(number, size) != size:
                raise ValueError("it holds an object that holds itself, or is two")
        else:
            number = len(self._files), "each"
        if isinstance(part.get("file"), str):
            self._files[number, part["file"]] = part["file"]
        return size

    def _note(self, node: dict[str, Any], loader: str) -> None:
        self.n_nodes += 1
        if loader == "BytearrayNode":  # it takes more memory than the archive shows
            raise ValueError("it holds a bytearray, which no such file does")
        if loader == "NdArrayNode" and node.get("__class__") == "void":
            raise ValueError("it holds a numpy.void, which no such file does")
        if loader == "ConstructorFromReduceNode":
            self.called.add(f"{node['__module__']}.{node['__class__']}")
