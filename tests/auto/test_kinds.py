"""What kind of data X is."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skkeras.auto._kinds import kind_of
from skkeras.datasets import (
    fetch_adult,
    fetch_clothing_reviews,
    fetch_japanese_vowels,
    fetch_spam_assassin,
    fetch_stamps,
    fetch_time_series,
)

RANDOM = np.random.RandomState(0)
CITIES = [f"Town {i}" for i in range(120)]
SENTENCES = [f"the {i} th sentence of all" for i in range(120)]


@pytest.mark.parametrize(
    ("X", "kind"),
    [
        (RANDOM.rand(10, 3), "table"),
        (RANDOM.rand(10, 3).tolist(), "table"),
        (np.array([["a", 1], ["b", 2]], dtype=object), "table"),
        (np.array([["a"], ["b"]], dtype=object), "table"),
        (pd.DataFrame({0: [1, 2], 1: ["a", "b"]}), "table"),
        (pl.DataFrame({"x": [1, 2], "y": ["a", None]}), "table"),
        (pd.DataFrame({"x": range(120), "city": CITIES}), "table"),
        (pd.DataFrame({"x": range(120), "text": SENTENCES}), "mixed table"),
        (pd.DataFrame({"x": [1, 2], "image": ["a.png", "b.png"]}), "mixed table"),
        (pd.DataFrame({"x": [1, 2], "steps": [[1, 2], [1, 2, 3]]}), "mixed table"),
        (pd.DataFrame({"text": SENTENCES}), "texts"),
        (pd.Series(SENTENCES), "texts"),
        (SENTENCES, "texts"),
        ([*SENTENCES, None], "texts"),
        (np.array(SENTENCES)[:, np.newaxis], "texts"),
        (np.array(["a/b.PNG", "c.jpg"]), "images"),
        (RANDOM.randint(256, size=(5, 28, 28)).astype(np.uint8), "images"),
        (RANDOM.rand(5, 16, 16, 3), "images"),
        (RANDOM.rand(5, 150, 1), "series"),
        (RANDOM.normal(size=(5, 12, 9)), "series"),
        ([np.ones(3), np.ones(4)], "series"),
        ([np.ones((3, 2)), np.ones((4, 2))], "series"),
    ],
)
def test_kind(X, kind):
    assert kind_of(X) == kind


def test_kinds_of_real_data():
    found = {
        "adult": kind_of(fetch_adult()[0][:500]),
        "reviews": kind_of(fetch_clothing_reviews()[0][:500]),
        "vowels": kind_of(fetch_japanese_vowels()[0]),
        "spam": kind_of(fetch_spam_assassin()[0][:200]),
        "stamps": kind_of(fetch_stamps()[0]),
        "GunPoint": kind_of(fetch_time_series("GunPoint")[0]),
    }
    assert found == {
        "adult": "table",
        "reviews": "mixed table",
        "vowels": "series",
        "spam": "texts",
        "stamps": "images",
        "GunPoint": "series",
    }


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (RANDOM.rand(5, 28, 28), r"shape \(5, 28, 28\) .* may be images .* or series"),
        (["a", "b", "a"], r"2 distinct short strings, such as 'a'.*\(n, 1\).*candidates="),
        ([np.ones((3, 3, 1)), np.ones((4, 3, 1))], "images of different shapes"),
        (np.ones((2, 2, 2, 2, 2)), r"shape \(2, 2, 2, 2, 2\)"),
    ],
)
def test_unsure(X, message):
    with pytest.raises(ValueError, match=message):
        kind_of(X)
