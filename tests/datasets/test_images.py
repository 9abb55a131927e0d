import keras
import numpy as np
import pytest

from skkeras.datasets import fetch_fashion_mnist, fetch_mnist, fetch_stamps


@pytest.mark.parametrize("subset", ["train", "test"])
def test_fashion_mnist(subset):
    X, y = fetch_fashion_mnist(subset)
    assert X.shape == (len(y), 28, 28)
    assert X.dtype == np.uint8
    assert len(y) >= 1000
    assert np.array_equal(np.bincount(y), np.full(10, len(y) // 10))


@pytest.mark.full_data
@pytest.mark.parametrize(("subset", "n_rows"), [("train", 60_000), ("test", 10_000)])
def test_fashion_mnist_is_whole(subset, n_rows):
    assert len(fetch_fashion_mnist(subset)[1]) == n_rows


def test_fashion_mnist_refuses_other_subsets():
    with pytest.raises(ValueError, match="'train' or 'test', got 'all'"):
        fetch_fashion_mnist("all")


def test_mnist():
    X, y = fetch_mnist()
    assert X.shape == (10_000, 28, 28)
    assert X.dtype == np.uint8
    assert set(y) == set(range(10))


def serve(monkeypatch, name):
    """Stand in for the web: pictures whose pixels tell their row."""
    monkeypatch.setenv("SKKERAS_DATA", "")
    numbers = np.arange(12_000)
    train = np.broadcast_to(numbers[:, None, None], (12_000, 28, 28)), numbers % 10
    test = train[0][:10] + 50_000, numbers[:10]
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda: (train, test))


@pytest.mark.parametrize(
    ("subset", "first", "n_rows"), [("train", 0, 12_000), ("test", 50_000, 10)]
)
def test_fashion_mnist_from_the_web(monkeypatch, subset, first, n_rows):
    serve(monkeypatch, "fashion_mnist")
    X, y = fetch_fashion_mnist(subset)
    assert X.shape == (n_rows, 28, 28)
    assert X[0, 0, 0] == first
    assert len(y) == n_rows


def test_mnist_from_the_web_is_the_first_10000(monkeypatch):
    serve(monkeypatch, "mnist")
    X, y = fetch_mnist()
    assert X.shape == (10_000, 28, 28)
    assert X[-1, 0, 0] == 9_999
    assert y[-1] == 9


def test_stamps():
    X, y = fetch_stamps()
    assert X.shape == y.shape == (295,)
    assert len(set(X)) == 295
    assert np.unique(y).tolist() == ["animals", "food", "household", "plants", "town", "vehicles"]


def test_without_stamps_it_is_said_what_is_needed(monkeypatch, tmp_path):
    for folder, shown in (("", "None"), (str(tmp_path), tmp_path)):
        monkeypatch.setenv("SKKERAS_DATA", folder)
        with pytest.raises(FileNotFoundError, match=rf"{shown}.*a folder 'stamps' with JPEG files"):
            fetch_stamps()
