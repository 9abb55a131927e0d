import errno
import os

import pytest

from skkeras._files import written_whole

BREAKS = [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()]


def write(path, text):
    """Write a file, or a folder with one, if the path has no suffix."""
    if not path.suffix:
        path.mkdir()
        path /= "file"
    path.write_text(text)


def test_a_file_is_replaced_when_all_is_written(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")
    with written_whole(path) as unfinished:
        assert unfinished.name == "a.txt"
        write(unfinished, "after")
        assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["a.txt"] and path.read_text() == "after"


def test_a_folder_gets_its_name_when_all_is_written(tmp_path):
    with written_whole(tmp_path / "a") as unfinished:
        write(unfinished, "after")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a" / "file").read_text() == "after" and os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("error", BREAKS, ids=["full disk", "Ctrl-C"])
@pytest.mark.parametrize("name", ["a.txt", "a"])
def test_nothing_is_left_of_what_breaks_off(tmp_path, name, error):
    before = tmp_path / "a.txt"
    before.write_text("before")
    with pytest.raises(type(error)), written_whole(tmp_path / name) as unfinished:
        write(unfinished, "half")
        raise error
    assert os.listdir(tmp_path) == ["a.txt"] and before.read_text() == "before"
