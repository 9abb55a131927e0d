"""The folder of fits: files that are whole or not used, and a size that is kept to."""

import hashlib
import os
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import joblib
import ml_dtypes
import numpy as np
import pytest

from skkeras import FitMemory
from skkeras.wrappers._memory import check_memory

KEY, OTHER = "a" * 64, "b" * 64
STATE = {
    "values": [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(3), np.zeros((0, 2))],
    "low": np.ones(3, ml_dtypes.bfloat16),
    "history": {"loss": [0.1, 1 / 3, float("inf")], "per_class": [np.array([0.5, 0.25])]},
    "number": np.float32(0.1),
    "standing": {"best": None, "ended": False, "places": {0: (1, "x"), 3: {2}}},
}


@pytest.fixture
def memory(tmp_path):
    return FitMemory(tmp_path / "fits")


def files(memory):
    return sorted(path for path in Path(memory.location).glob("*/*") if path.is_file())


def found(memory, key=KEY, n_epochs=99):
    return next(memory.find(key, n_epochs), None)


def assert_equal(one, other):
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        one, other = list(one.values()), list(other.values())
    if isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_equal(a, b)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype and one.shape == other.shape
        np.testing.assert_array_equal(one, other)
        assert one.flags.writeable
    else:
        assert one == other


def test_what_is_kept_is_found(memory):
    memory.keep(KEY, 9, STATE)
    assert_equal(found(memory), STATE)
    assert found(memory, OTHER) is None
    assert found(memory, n_epochs=8) is None
    memory.keep(KEY, 27, {"n_iter": 27})
    memory.keep(KEY, 3, {"n_iter": 3})
    assert found(memory) == {"n_iter": 27}
    assert_equal(found(memory, n_epochs=26), STATE)
    assert [path.suffix for path in files(memory)] == [".fit"] * 3
    # Another object, also in another process, is the same folder.
    assert found(pickle.loads(pickle.dumps(memory))) == {"n_iter": 27}


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign", "changed", "moved", "pickle"])
def test_a_damaged_or_foreign_file_is_not_used(memory, damage):
    memory.keep(KEY, 3, {"n_iter": 3})
    memory.keep(KEY, 9, STATE)
    path = next(path for path in files(memory) if path.stem.endswith("-9"))
    data = path.read_bytes()
    if damage == "moved":
        memory.keep(OTHER, 9, {"n_iter": 9})
        data = next(path for path in files(memory) if OTHER in path.name).read_bytes()
    path.write_bytes(
        {
            "truncated": data[:-1],
            "empty": b"",
            "foreign": b"PK" + data,
            "changed": data[:-20] + b"x" + data[-19:],
            "moved": data,
            "pickle": pickle.dumps(STATE),
        }[damage]
    )
    with pytest.warns(UserWarning, match=r"-9\.fit holds no fit that can be used, so it is train"):
        assert found(memory) == {"n_iter": 3}
    memory.keep(KEY, 9, STATE)
    assert_equal(found(memory), STATE)


def rewritten(data, old, new):
    """Change the text of a file, with a checksum that is right."""
    body = data[data.index(b"\n") + 33 :]
    size = int.from_bytes(body[:8], "little")
    text = body[8 : 8 + size].replace(old, new)
    body = len(text).to_bytes(8, "little") + text + body[8 + size :]
    return b"skkeras fit 2\n" + hashlib.sha256(body).digest() + body


def test_no_array_of_a_file_holds_objects(memory):
    memory.keep(KEY, 9, STATE)
    (file,) = files(memory)
    file.write_bytes(rewritten(file.read_bytes(), b'"float32"', b'"object"'))
    with pytest.warns(UserWarning, match=r"-9\.fit holds no fit .*an array of object"):
        assert found(memory) is None


def test_a_file_of_another_version_is_not_read_and_nothing_is_said(memory):
    memory.keep(KEY, 9, STATE)
    (file,) = files(memory)
    file.write_bytes(file.read_bytes().replace(b"skkeras fit 2", b"skkeras fit 1"))
    assert found(memory) is None


def test_what_was_not_finished_is_not_there(memory, monkeypatch):
    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.warns(UserWarning, match="could not be kept: disk full"):
        memory.keep(KEY, 9, STATE)
    assert files(memory) == []


def test_what_was_not_used_for_longest_makes_room(tmp_path):
    state = {"values": [np.zeros(1000)]}
    large = FitMemory(tmp_path)
    large.keep(KEY, 1, state)
    size = files(large)[0].stat().st_size
    memory = FitMemory(tmp_path, max_bytes=3 * size + 50)
    (tmp_path / "aa" / "notes.txt").write_text("not a fit" * 10_000)
    left_behind = tmp_path / "aa" / f"{KEY}-7.0f.unfinished"
    left_behind.write_bytes(b"x")
    for path in files(large):
        os.utime(path, (1, 1))
    for n_epochs in (2, 3):
        memory.keep(KEY, n_epochs, state)
        time.sleep(0.01)
    found(memory, n_epochs=1)  # used again
    time.sleep(0.01)
    memory.keep(KEY, 4, state)
    names = [path.name for path in files(memory)]
    assert names == [*(f"{KEY}-{n}.fit" for n in (1, 3, 4)), "notes.txt"]
    memory.keep(OTHER, 1, state)
    assert sum(path.stat().st_size for path in files(memory) if path.suffix == ".fit") < 3.1 * size
    assert found(memory, n_epochs=3)["values"][0].shape == (1000,)


def test_many_writers_and_readers_at_once(memory):
    states = {n: {"n_iter": n, "values": [np.full(5000, float(n))]} for n in range(1, 5)}
    small = FitMemory(memory.location, max_bytes=100_000)

    def work(i):
        n_epochs = i % 4 + 1
        small.keep(KEY, n_epochs, states[n_epochs])
        state = found(small, n_epochs=n_epochs)
        return state is None or (state["values"][0] == state["n_iter"]).all()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert not [path for path in files(memory) if path.suffix != ".fit"]


def test_what_the_parameter_may_be(tmp_path):
    assert FitMemory.of(None) is FitMemory.of(joblib.Memory(None)) is None
    assert FitMemory.of(str(tmp_path)) == FitMemory(str(tmp_path))
    assert FitMemory.of(joblib.Memory(tmp_path)) == FitMemory(tmp_path / "skkeras")
    memory = FitMemory(tmp_path, max_bytes=10)
    assert FitMemory.of(memory) is memory
    for max_bytes in (0, -1, 1.5, "1GB"):
        with pytest.raises(ValueError, match="max_bytes must be a whole number above 0"):
            FitMemory(tmp_path, max_bytes=max_bytes)


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path):
    check_memory(tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder").is_dir()
    (tmp_path / "file").write_text("")
    for location in (tmp_path / "file", tmp_path / "file" / "folder", "/proc/fits"):
        with pytest.raises(ValueError, match=r"that can be written to: .*Give another"):
            check_memory(location)
