"""An archive is checked before memory is allocated for its contents."""

import io
import json
import tracemalloc
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.preprocessing import StandardScaler

import skkeras
from tests.persistence.schemas import tampered, text

# Keras' own copying of models asks TensorFlow's variables for arrays the old way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def listed(*parts, **more):
    node = {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode"}
    return {**node, "content": parts, **more}


def laughs():
    nested = listed(text("ha"), __id__=100)
    for i in range(101, 160):
        nested = listed(nested, *[{"__id__": i - 1}] * 9, __id__=i)
    return nested


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (listed(listed(__id__=7), __id__=7), "holds itself"),
        (listed({**text(""), "__loader__": "CachedNode", "__id__": 7}, __id__=7), "holds itself"),
        (laughs(), "holds itself, or is two"),
        ({**text(1), "content": "[" * 100_000}, "RecursionError"),
        ({**text(1), "content": 3}, "TypeError"),
        ({**text(1), "__loader__": "BytearrayNode"}, "a bytearray"),
        ({**text(1), "__loader__": "NdArrayNode", "__class__": "void"}, "a numpy.void"),
        ({**text(1), "__loader__": "NoSuchNode"}, "NoSuchNode"),
        ({"__class__": "a", "__module__": "antigravity", "__loader__": "TypeNode"}, "antigravity"),
        (
            {
                "__class__": "StandardScaler",
                "__module__": "sklearn.preprocessing._data",
                "__loader__": "ConstructorFromReduceNode",
                "content": listed(),
            },
            "StandardScaler",
        ),
    ],
)
def test_an_object_that_save_does_not_write_is_refused(node, message, saved, tmp_path):
    def change(schema):
        state = json.loads(schema)
        state["content"]["estimator"]["content"]["content"]["loss"] = node
        return json.dumps(state)

    (tmp_path / "e").write_bytes(tampered(saved, change))
    with pytest.raises(ValueError, match=message):
        skkeras.load(tmp_path / "e")


def bomb(saved, name, chunk, n, way=zipfile.ZIP_DEFLATED):
    """Write the file again with a member that holds a text many times."""
    source, target = zipfile.ZipFile(io.BytesIO(saved)), io.BytesIO()
    with zipfile.ZipFile(target, "w", way) as file:
        for other in source.namelist():
            if other != name:
                file.writestr(other, source.read(other))
        with file.open(name, "w") as member:
            for _ in range(n):
                member.write(chunk)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "chunk", "n", "message"),
    [
        ("schema.json", b" " * 2**20, 64, "takes .* bytes, an archive of its size"),
        ("other.npy", b"\0" * 2**20, 64, "takes .* bytes, an archive of its size"),
        ("schema.json", b"[]," * 2**10, 2**10, "describes more than the .* objects"),
    ],
)
def test_a_file_that_takes_much_more_memory_than_disk_is_refused(
    saved, name, chunk, n, message, tmp_path
):
    (tmp_path / "e").write_bytes(bomb(saved, name, chunk, n))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=message):
            skkeras.load(tmp_path / "e")
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_a_size_that_is_not_true_is_found_out(saved, tmp_path):
    data = bytearray(bomb(saved, "other.npy", b"\0" * 2**20, 64))
    directory = data.rindex(b"other.npy") - 46
    data[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    (tmp_path / "e").write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="Bad CRC"):
            skkeras.load(tmp_path / "e")
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_file_of_another_compression_is_refused(saved, way, tmp_path):
    (tmp_path / "e").write_bytes(bomb(saved, "other.npy", b"", 1, way))
    with pytest.raises(ValueError, match="compressed in another way"):
        skkeras.load(tmp_path / "e")


@pytest.mark.parametrize("descr", ["<f4", "|O", "|V0", "<U0"])
@pytest.mark.parametrize("shape", [(2**40,), (-1,), (3, 2**62)])
def test_an_array_that_promises_more_than_it_has_is_refused(saved, descr, shape, tmp_path):
    header = io.BytesIO()
    description = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, description)
    with zipfile.ZipFile(io.BytesIO(saved)) as file:
        name = next(name for name in file.namelist() if name.endswith(".npy"))
    (tmp_path / "e").write_bytes(bomb(saved, name, header.getvalue() + bytes(8), 1))
    with pytest.raises(ValueError, match=r"float64 has|Object arrays|was not loaded"):
        skkeras.load(tmp_path / "e")


def test_one_member_of_many_objects_is_counted_for_each(saved, tmp_path):
    with zipfile.ZipFile(io.BytesIO(saved)) as file:
        name = max(file.namelist(), key=lambda name: name.endswith(".npy"))
    array = {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode"}

    def change(schema):
        state = json.loads(schema)
        estimator = state["content"]["estimator"]["content"]["content"]
        estimator["loss"] = listed(*[{**array, "type": "numpy", "file": name}] * 100)
        return json.dumps(state)

    zeros = io.BytesIO()
    np.save(zeros, np.zeros(2**17))
    data = tampered(bomb(saved, name, zeros.getvalue(), 1), change)
    data = bomb(data, "other", b"", 1)  # compresses it
    (tmp_path / "e").write_bytes(data)
    with pytest.raises(ValueError, match=r"takes .* bytes, an archive of its size"):
        skkeras.load(tmp_path / "e")


def test_arrays_that_look_like_a_bomb_are_not_compressed(tmp_path):
    scaler = StandardScaler()
    scaler.mean_ = np.zeros(5 * 2**20)
    skkeras.save(scaler, tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e").mean_, scaler.mean_)


def test_bits_that_changed_raise_nothing_but_a_value_error(saved, tmp_path):
    random = np.random.default_rng(0)
    for flip in [*(1 << random.integers(8) for _ in range(100)), *[255] * 100]:
        data = bytearray(saved)
        data[random.integers(len(data))] ^= flip
        (tmp_path / "e").write_bytes(data)
        with suppress(ValueError):
            skkeras.load(tmp_path / "e")


@pytest.mark.parametrize("length", [0, 10, 1000, -1])
def test_a_truncated_file_is_refused(saved, length, tmp_path):
    path = tmp_path / "e"
    path.write_bytes(saved[:length])
    with pytest.raises(ValueError, match=r"not written by skkeras\.save, or is damaged"):
        skkeras.load(path)
