import pytest

from skkeras.datasets import _folder
from skkeras.datasets._folder import fetching


def test_no_file_is_looked_for_where_no_folder_is_named(monkeypatch):
    monkeypatch.setenv("SKKERAS_DATA", "")
    assert _folder.local_file("adult.csv.gz") is None


def test_file_is_found_in_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SKKERAS_DATA", str(tmp_path))
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "some.csv").touch()
    assert _folder.local_file("inner/some.csv") == tmp_path / "inner" / "some.csv"


@pytest.mark.parametrize("missing", ["some.csv", "inner"])
def test_missing_file_is_named_with_what_to_do(monkeypatch, tmp_path, missing):
    monkeypatch.setenv("SKKERAS_DATA", str(tmp_path))
    (tmp_path / "inner").mkdir()
    with pytest.raises(FileNotFoundError, match=rf"{tmp_path}.*'{missing}'.*unset SKKERAS_DATA"):
        _folder.local_file(missing)


def test_tests_do_not_download(monkeypatch):
    monkeypatch.delenv("SKKERAS_DATA", raising=False)
    with pytest.raises(pytest.fail.Exception, match="set SKKERAS_DATA"):
        _folder.local_file("adult.csv.gz")


def test_what_cannot_be_fetched_names_the_folder():
    message = r"no route.* Set .* SKKERAS_DATA to a folder .*'a\.csv'"
    with pytest.raises(OSError, match=message), fetching("a.csv"):
        raise RuntimeError("no route")
