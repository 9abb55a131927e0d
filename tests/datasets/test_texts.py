import pandas as pd
import pytest

from skkeras.datasets import fetch_clothing_reviews, fetch_spam_assassin


def test_spam_assassin():
    X, y = fetch_spam_assassin()
    assert X.shape == y.shape == (len(y),)
    assert all(isinstance(text, str) for text in X)
    assert len(y) >= 2000 and 0.3 < y.mean() < 0.33


@pytest.mark.full_data
def test_sets_of_texts_are_whole():
    y = fetch_spam_assassin()[1]
    assert (len(y), y.sum()) == (6046, 1896)
    assert len(fetch_clothing_reviews()[1]) == 23486
    assert len(fetch_clothing_reviews("Department Name")[1]) == 23472


@pytest.mark.parametrize(
    ("target", "values"),
    [
        ("Recommended IND", {0, 1}),
        ("Rating", {1, 2, 3, 4, 5}),
        ("Department Name", {"Bottoms", "Dresses", "Intimate", "Jackets", "Tops", "Trend"}),
    ],
)
def test_clothing_reviews(target, values):
    X, y = fetch_clothing_reviews(target)
    assert X.shape == (len(y), 9) and len(y) >= 1998
    assert target not in X
    assert set(y) == values
    assert X["Review Text"].isna().mean() > 0.03
    assert isinstance(X, pd.DataFrame) and y.name == target


def test_another_target_is_refused():
    with pytest.raises(ValueError, match=r"target must be one of .*; got 'Age'"):
        fetch_clothing_reviews("Age")


@pytest.mark.parametrize("fetch", [fetch_spam_assassin, fetch_clothing_reviews])
def test_without_a_folder_it_is_said_where_the_file_comes_from(fetch, monkeypatch):
    monkeypatch.setenv("SKKERAS_DATA", "")
    with pytest.raises(FileNotFoundError, match=r"Set it to a folder .* https://"):
        fetch()
