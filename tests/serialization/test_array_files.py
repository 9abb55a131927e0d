"""Files of numbers, strings and arrays: whole and of this network, or refused."""

import hashlib
import json

import keras
import numpy as np
import pytest

from skkeras.serialization._array_files import check_state, read, written
from tests.serialization.states import STATE, assert_equal

LARGEST = 2**20


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(written(STATE, "a"))
    assert_equal(read(path, LARGEST), STATE)


def test_larger_files_and_other_versions_are_not_read(tmp_path):
    path, data = tmp_path / "a", written(STATE, "a")
    path.write_bytes(data)
    with pytest.raises(ValueError, match=f"it takes {len(data)} bytes.* 99 at most"):
        read(path, 99)
    path.write_bytes(data.replace(b"skkeras fit 2", b"skkeras fit 1"))
    assert read(path, LARGEST) is None


def rewritten(data, old, new):
    """Change the text of a file, with a checksum that is right."""
    body = data[data.index(b"\n") + 33 :]
    size = int.from_bytes(body[:8], "little")
    text = body[8 : 8 + size].replace(old, new)
    body = len(text).to_bytes(8, "little") + text + body[8 + size :]
    return b"skkeras fit 2\n" + hashlib.sha256(body).digest() + body


@pytest.mark.parametrize(
    "name",
    ["object", "O", "str", "void64", "O,O", "datetime64[ns]", [["a", "O"]], {"names": ["a"]}, None],
    ids=str,
)
def test_no_array_of_a_file_holds_anything_but_numbers(tmp_path, name):
    path = tmp_path / "a"
    path.write_bytes(rewritten(written(STATE, "a"), b'"float32"', json.dumps(name).encode()))
    with pytest.raises(ValueError, match=r"an array of .*no number"):
        read(path, LARGEST)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"float32", [2, 3]', b'"float32", [2, 4]'),
        (b'"float32", [2, 3]', b'"float32", [1000000000000, 3]'),
        (b'"float32", [2, 3]', b'"float32", [-2, -3]'),
        (b'"float32", [2, 3]', b'"float32", [6.0]'),
        (b'"float32", [2, 3]', b'"float32", 6'),
        (b'"float64", [0, 2]', b'"float64", [0, 1e400]'),
        (b'"arrays"', b'"other"'),
        (b'"dict": [', b'"zzz": ['),
        (b'{"array": 0}', b'{"array": 99}'),
        (b'{"array": 0}', b"[" * 5000 + b"]" * 5000),
        (b'"name": "a', b'"name": "b'),
    ],
)
def test_a_file_whose_parts_do_not_match_is_not_used(tmp_path, old, new):
    path, data = tmp_path / "a", written(STATE, "a")
    assert old in data
    path.write_bytes(rewritten(data, old, new))
    with pytest.raises(ValueError, match="it "):
        read(path, LARGEST)


VALUES = [np.ones((2, 3), np.float32), np.int64(3)]
CALLBACKS = [keras.callbacks.EarlyStopping("loss", patience=2)]
REMEMBERED = {"patience": 2, "wait": 1, "best": 0.1, "best_weights": VALUES[:1], "mode": "min"}
STANDING = {
    "ended": False,
    "values": {0: VALUES[0]},
    "callbacks": [{**REMEMBERED, "monitor_op": "less"}],
}
FIT = {"values": VALUES, "n_iter": 9, "history": {"loss": [0.1]}, "trainer": "xla"}


@pytest.mark.parametrize(
    "change",
    [
        {"checkpoint": STANDING},
        {"checkpoint": None},
        {"checkpoint": {"ended": True, "values": {}, "callbacks": []}},
        {"history": {"per_class": [np.ones(3)], "loss": [1]}},
    ],
)
def test_a_state_of_this_network(change):
    check_state({**FIT, "checkpoint": None, **change}, 9, VALUES, CALLBACKS)


@pytest.mark.parametrize(
    "change",
    [
        {"values": VALUES[:1]},
        {"values": [VALUES[0].T, VALUES[1]]},
        {"values": [VALUES[0].astype("f8"), VALUES[1]]},
        {"values": [[1.0], 3]},
        {"values": None},
        {"n_iter": 8},
        {"n_iter": True},
        {"history": [1.0]},
        {"history": {"loss": 0.1}},
        {"history": {"loss": ["0.1"]}},
        {"trainer": None},
        {"more": 1},
        {"checkpoint": {}},
        {"checkpoint": {**STANDING, "ended": 1}},
        {"checkpoint": {**STANDING, "values": {2: VALUES[0]}}},
        {"checkpoint": {**STANDING, "values": {-1: VALUES[1]}}},
        {"checkpoint": {**STANDING, "values": {1: VALUES[0]}}},
        {"checkpoint": {**STANDING, "callbacks": []}},
        {"checkpoint": {**STANDING, "callbacks": [{"monitor_op": "divide"}]}},
        {"checkpoint": {**STANDING, "callbacks": [{"patience": "2"}]}},
        {"checkpoint": {**STANDING, "callbacks": [{"on_epoch_end": 2}]}},
        {"checkpoint": {**STANDING, "callbacks": [{3: 2}]}},
    ],
)
def test_a_state_of_another_network_is_refused(change):
    with pytest.raises(ValueError, match=r"it holds .*state"):
        check_state({**FIT, "checkpoint": None, **change}, 9, VALUES, CALLBACKS)
