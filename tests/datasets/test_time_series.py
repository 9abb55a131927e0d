import zipfile

import numpy as np
import pytest

from skkeras.datasets import _time_series, fetch_japanese_vowels, fetch_time_series


def test_equal_lengths_give_one_array():
    X, y = fetch_time_series("BasicMotions")
    assert X.shape == (40, 100, 6)
    assert X.dtype == np.float32
    assert y.shape == (40,)
    assert len(set(y)) == 4


@pytest.mark.parametrize(("subset", "n_series", "longest"), [("train", 270, 26), ("test", 370, 29)])
def test_japanese_vowels_differ_in_length(subset, n_series, longest):
    X, y = fetch_japanese_vowels(subset)
    assert len(X) == n_series
    assert {one.shape[1] for one in X} == {12}
    assert max(len(one) for one in X) == longest
    assert min(len(one) for one in X) < longest
    assert all(np.isfinite(one).all() for one in X)
    assert set(y) == set("123456789")


def test_unknown_subset_is_refused():
    with pytest.raises(ValueError, match="'train' or 'test', got 'validation'"):
        fetch_time_series("GunPoint", "validation")


def test_unknown_set_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("SKKERAS_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"time_series/GunPiont\.npz"):
        fetch_time_series("GunPiont")


def serve(monkeypatch, tmp_path, train):
    """Stand in for the web: an archive of a set named Hums."""
    monkeypatch.setenv("SKKERAS_DATA", "")
    path = tmp_path / "Hums.zip"
    header = "# Hums, hummed\n@problemName Hums\n@classLabel true a b\n@data\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Hums_TRAIN.txt", "another format")
        archive.writestr("Hums/Hums_TEST.ts", header + "9,9:9,9:b\n")
        archive.writestr("Hums/Hums_TRAIN.ts", header + train)
    urls = []
    monkeypatch.setattr(_time_series, "fetch_file", lambda url: urls.append(url) or path)
    return urls


def test_from_the_web(monkeypatch, tmp_path):
    urls = serve(monkeypatch, tmp_path, "1,2,3:10,20,30:a\n4,5,6:40,50,60:b\n")
    X, y = fetch_time_series("Hums")
    assert urls == ["https://timeseriesclassification.com/aeon-toolkit/Hums.zip"]
    assert X.dtype == np.float32
    assert X.tolist() == [[[1, 10], [2, 20], [3, 30]], [[4, 40], [5, 50], [6, 60]]]
    assert list(y) == ["a", "b"]
    X, y = fetch_time_series("Hums", "test")
    assert X.tolist() == [[[9, 9], [9, 9]]]


def test_from_the_web_with_unequal_lengths(monkeypatch, tmp_path):
    serve(monkeypatch, tmp_path, "1,2,3:10,20,30:a\n4:40:b\n")
    X, y = fetch_time_series("Hums")
    assert [one.tolist() for one in X] == [[[1, 10], [2, 20], [3, 30]], [[4, 40]]]
    assert list(y) == ["a", "b"]
