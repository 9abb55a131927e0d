import pandas as pd
import pytest

from skkeras.datasets import fetch_clothing_reviews, fetch_spam_assassin


def test_spam_assassin():
    X, y = fetch_spam_assassin()
    assert X.shape == y.shape == (6046,)
    assert all(isinstance(text, str) for text in X)
    assert y.sum() == 1896


@pytest.mark.parametrize(
    ("target", "n_reviews", "values"),
    [
        ("Recommended IND", 23486, {0, 1}),
        ("Rating", 23486, {1, 2, 3, 4, 5}),
        (
            "Department Name",
            23472,
            {"Bottoms", "Dresses", "Intimate", "Jackets", "Tops", "Trend"},
        ),
    ],
)
def test_clothing_reviews(target, n_reviews, values):
    X, y = fetch_clothing_reviews(target)
    assert X.shape == (n_reviews, 9)
    assert target not in X
    assert set(y) == values
    assert X["Review Text"].isna().sum() > 800
    assert isinstance(X, pd.DataFrame) and y.name == target


def test_another_target_is_refused():
    with pytest.raises(ValueError, match=r"target must be one of .*; got 'Age'"):
        fetch_clothing_reviews("Age")


@pytest.mark.parametrize("fetch", [fetch_spam_assassin, fetch_clothing_reviews])
def test_without_a_folder_it_is_said_where_the_file_comes_from(fetch, monkeypatch):
    monkeypatch.setenv("SKKERAS_DATA", "")
    with pytest.raises(FileNotFoundError, match=r"Set it to a folder .* https://"):
        fetch()
