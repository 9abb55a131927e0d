"""The folder of fits: files that are whole or not used, and a size that is kept to."""

import os
import pickle
import re
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import joblib
import numpy as np
import pytest

from skkeras import FitMemory
from skkeras.fit_cache._memory import check_memory
from tests.serialization.states import STATE, assert_equal

KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def memory(tmp_path):
    return FitMemory(tmp_path / "fits")


def files(memory):
    return sorted(path for path in Path(memory.location).glob("*/*") if path.is_file())


def found(memory, key=KEY, n_epochs=99):
    return next(memory.find(key, n_epochs), None)


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


def test_what_is_no_number_is_not_kept(memory):
    for array in (np.array([None]), np.array(["a"]), np.zeros(2, "i4,f4"), np.zeros(2, ">f4")):
        with pytest.warns(UserWarning, match="could not be kept: it holds an array of"):
            memory.keep(KEY, 9, {"values": [array]})
    assert files(memory) == []


def test_a_fit_of_another_network_is_not_used(memory):
    values = [np.ones((2, 3), np.float32)]
    fit = {"n_iter": 9, "history": {"loss": [0.1]}, "trainer": "xla", "checkpoint": None}
    memory.keep(KEY, 9, {**fit, "values": values})
    assert_equal(next(memory.find(KEY, 9, values, [])), {**fit, "values": values})
    with pytest.warns(UserWarning, match=r"-9\.fit holds no fit .* it holds .*state"):
        assert list(memory.find(KEY, 9, [values[0].T], [])) == []


needs_links = pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO and no /dev/zero")


def put(kind, path):
    """Put something odd in the place of a file."""
    path.unlink()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "sparse":
        path.write_bytes(b"")
        os.truncate(path, 2**42)
    else:
        put("sparse", path.parent.parent / path.name)
        path.symlink_to(path.parent.parent / path.name)


@needs_links
@pytest.mark.parametrize("kind", ["fifo", "endless", "loop", "folder", "sparse", "link to sparse"])
def test_what_is_no_file_is_passed_over(memory, kind):
    memory.keep(KEY, 3, {"n_iter": 3})
    memory.keep(KEY, 9, STATE)
    path = memory._positions(KEY)[9]
    if kind == "link to sparse":
        (path.parent.parent / path.name).touch()
    put(kind, path)
    with pytest.warns(UserWarning, match=r"-9\.fit holds no fit that can be used"):
        assert found(memory) == {"n_iter": 3}
    if kind == "folder":
        with pytest.warns(UserWarning, match="could not be kept"):
            memory.keep(KEY, 9, STATE)
    else:
        memory.keep(KEY, 9, STATE)
        assert_equal(found(memory), STATE)


@needs_links
def test_what_is_no_file_does_not_hinder_to_make_room(memory):
    for n_epochs in range(1, 5):
        memory.keep(KEY, n_epochs, STATE)
    size = files(memory)[0].stat().st_size
    for n_epochs, kind in enumerate(("folder", "sparse", "fifo"), 1):
        put(kind, memory._positions(KEY)[n_epochs])
    FitMemory(memory.location, max_bytes=2 * size + 50).keep(KEY, 9, STATE)
    assert sorted(memory._positions(KEY)) == [1, 3, 4, 9]


def test_a_file_of_another_name_is_passed_over(memory):
    memory.keep(KEY, 9, STATE)
    (path,) = files(memory)
    for name in (f"{path.stem} (1).fit", f"{KEY}-.fit", f"{KEY}-9-copy.fit", f"{KEY}--1.fit"):
        copy = path.with_name(name)
        copy.write_bytes(path.read_bytes())
        with pytest.warns(UserWarning, match=re.escape(f"{copy} is passed over")):
            assert_equal(found(memory), STATE)
        copy.unlink()


def test_a_file_in_the_place_of_a_folder_is_passed_over(memory):
    memory.keep(OTHER, 9, STATE)
    (Path(memory.location) / KEY[:2]).write_text("")
    with pytest.warns(UserWarning, match="aa holds no fit that can be used, .*irectory"):
        assert found(memory) is None
    with pytest.warns(UserWarning, match="could not be kept"):
        memory.keep(KEY, 9, STATE)
    assert_equal(found(memory, OTHER), STATE)


@pytest.mark.parametrize("name", ["listdir", "open", "mkdir"])
def test_what_may_not_be_read_or_written_is_passed_over(memory, name, monkeypatch):
    memory.keep(KEY, 9, STATE)

    def deny(path, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, name, deny)
    if name != "mkdir":
        with pytest.warns(UserWarning, match="holds no fit .*Permission denied"):
            assert found(memory) is None
    else:
        with pytest.warns(UserWarning, match="could not be kept: .*Permission denied"):
            memory.keep(OTHER, 9, STATE)


def test_a_folder_that_vanishes_is_made_anew(memory):
    check_memory(memory)
    memory.keep(KEY, 9, STATE)
    shutil.rmtree(memory.location)
    assert found(memory) is None
    memory.keep(KEY, 9, STATE)
    assert_equal(found(memory), STATE)


@needs_links
def test_a_link_to_a_folder_is_as_good_as_the_folder(memory, tmp_path):
    memory.keep(KEY, 9, STATE)
    (tmp_path / "link").symlink_to(memory.location)
    link = FitMemory(tmp_path / "link")
    assert_equal(found(link), STATE)
    link.keep(OTHER, 9, STATE)
    assert_equal(found(memory, OTHER), STATE)


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
    with pytest.raises(ValueError, match="location must be a path as a str"):
        FitMemory(b"/tmp")


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path):
    check_memory(tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder").is_dir()
    (tmp_path / "file").write_text("")
    for location in (tmp_path / "file", tmp_path / "file" / "folder", "/proc/fits", "\0"):
        with pytest.raises(ValueError, match=r"that can be written to: .*Give another"):
            check_memory(location)


def test_writing_is_tried_in_the_folder_itself(memory, monkeypatch):
    def deny(*args, dir=None, **kwargs):
        assert dir == memory.location
        raise PermissionError(13, "Permission denied", dir)

    monkeypatch.setattr(tempfile, "TemporaryFile", deny)
    with pytest.raises(ValueError, match=r"is not a folder that can be written to: .*Permission"):
        check_memory(memory)
    assert os.listdir(memory.location) == []
